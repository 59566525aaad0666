/** The ways into what this browser keeps: which there are, and what a person does with them. */
import type { VaultChange, VaultSecret, WayIn } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { dateOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { makePasskey, passkeysOf, thisBrowser, withPasskey } from '../state/passkey.ts'
import type { PeerApi } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Field } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import { useRead } from '../ui/use-read.ts'
import { usePasskeyObstacle } from '../ui/use-passkey-obstacle.ts'
import { useTask } from '../ui/use-task.ts'
import { NewPassphrase } from './new-passphrase.tsx'

type Wish =
  | { readonly type: 'set' | 'add' | 'require' | 'either' }
  | { readonly type: 'remove'; readonly wayId: string }

export function WaysIn(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'ways',
    () => peer.waysIn(),
    ({ type }) => type === 'home'
  )
  const [wish, setWish] = useState<Wish | undefined>(undefined)
  const [isDone, setDone] = useState(false)
  if (error !== undefined) {
    return <FailedRead error={t('ways.failed', { reason: error })} onAgain={again} />
  }
  if (value === undefined) {
    return <div class="skeleton" aria-busy="true" />
  }
  const choose = (chosen: Wish): void => {
    setDone(false)
    setWish(chosen)
  }
  return (
    <>
      <h2 id="ways">{t('ways.title')}</h2>
      {value.length === 0 ? undefined : (
        <ul class="rows brief" aria-labelledby="ways">
          {value.map((way) => (
            <WayRow
              key={way.wayId}
              way={way}
              isLast={value.length === 1}
              onRemove={() => {
                choose({ type: 'remove', wayId: way.wayId })
              }}
            />
          ))}
        </ul>
      )}
      {wish === undefined ? (
        <Choices ways={value} onChoose={choose} />
      ) : (
        <WishForm
          key={wish.type}
          ways={value}
          wish={wish}
          onEnd={(isChanged) => {
            setDone(isChanged)
            setWish(undefined)
          }}
        />
      )}
      <p role="status">{isDone ? t('ways.done') : undefined}</p>
    </>
  )
}

interface WayRowProps {
  readonly way: WayIn
  readonly isLast: boolean
  readonly onRemove: () => void
}

function WayRow({ way, isLast, onRemove }: WayRowProps): JSX.Element {
  const { kind, addedAtMs } = way
  return (
    <li class="row">
      <Icon name={kind === 'passphrase' ? 'lock' : 'key'} />
      <span class="row-text">
        <strong>{t(`ways.${kind}`)}</strong>
        {addedAtMs === undefined ? undefined : (
          <span class="hint">{t('ways.added', { day: dateOf(addedAtMs) })}</span>
        )}
      </span>
      {isLast ? undefined : (
        <Button kind="quiet" onClick={onRemove}>
          {t('ways.remove')}
        </Button>
      )}
    </li>
  )
}

interface ChoicesProps {
  readonly ways: readonly WayIn[]
  readonly onChoose: (wish: Wish) => void
}

function Choices({ ways, onChoose }: ChoicesProps): JSX.Element {
  const obstacle = usePasskeyObstacle()
  const isBoth = ways.some(({ kind }) => kind === 'both')
  const has = (wanted: WayIn['kind']): boolean => ways.some(({ kind }) => kind === wanted)
  const possible: readonly ('set' | 'add' | 'require' | 'either')[] = [
    'set',
    ...(obstacle === undefined ? (['add'] as const) : []),
    ...(has('passphrase') && has('passkey') ? (['require'] as const) : []),
    ...(isBoth ? (['either'] as const) : [])
  ]
  return (
    <>
      <div class="actions">
        {possible.map((type) => (
          <Button
            key={type}
            onClick={() => {
              onChoose({ type })
            }}
          >
            {t(`ways.${type}`)}
          </Button>
        ))}
      </div>
      {obstacle === undefined ? undefined : <p class="hint">{t(`passkey.${obstacle}`)}</p>}
    </>
  )
}

interface WishFormProps {
  readonly ways: readonly WayIn[]
  readonly wish: Wish
  readonly onEnd: (isChanged: boolean) => void
}

/** What it does, and a way in that the person has. */
function WishForm({ ways, wish, onEnd }: WishFormProps): JSX.Element {
  const { home, peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [now, setNow] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const isBoth = ways.some(({ kind }) => kind === 'both')
  const takesPassphrase = ways.some(({ kind }) => kind !== 'passkey')
  const needsPassphrase = isBoth || wish.type === 'require' || !ways.some(({ passkey }) => passkey)
  const isSetting = wish.type === 'set'
  const isReady =
    (!takesPassphrase || !needsPassphrase || now !== '') &&
    (!isSetting || (passphrase !== '' && passphrase === again))
  const name = home.value.type === 'open' ? home.value.profile.name : ''
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          const isTouch = isBoth || wish.type === 'require' || now === ''
          await withPasskey(isTouch ? ways : [], async (passkey) => {
            const secret = { passphrase: now === '' ? undefined : now, passkey }
            await perform(peer, secret, { ways, wish, passphrase, name })
          })
          onEnd(true)
        })
      }}
    >
      <p>{t(`ways.${wish.type}.lead`)}</p>
      {isSetting && isBoth ? <p>{t('ways.set.both')}</p> : undefined}
      {takesPassphrase ? (
        <Field
          label={t('ways.now')}
          type="password"
          autocomplete="current-password"
          isFocused
          hint={needsPassphrase ? undefined : t('ways.now.hint')}
          value={now}
          onInput={setNow}
        />
      ) : undefined}
      {isSetting ? (
        <NewPassphrase
          label={t('ways.new')}
          passphrase={passphrase}
          again={again}
          onPassphrase={setPassphrase}
          onAgain={setAgain}
        />
      ) : undefined}
      <ErrorLine error={error} />
      <span class="actions">
        <Button type="submit" kind="main" isDisabled={isRunning || !isReady}>
          {isRunning ? t('ways.wait') : t('ways.do')}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            onEnd(false)
          }}
        >
          {t('action.cancel')}
        </Button>
      </span>
    </form>
  )
}

interface Wanted {
  readonly ways: readonly WayIn[]
  readonly wish: Wish
  readonly passphrase: string
  readonly name: string
}

async function perform(
  peer: PeerApi,
  secret: VaultSecret,
  { ways, wish, passphrase, name }: Wanted
): Promise<void> {
  if (wish.type === 'add') {
    const passkey = await makePasskey(name, passkeysOf(ways), thisBrowser())
    try {
      await peer.changeWaysIn(secret, { type: 'add-passkey', passkey })
    } finally {
      passkey.output.fill(0)
    }
  } else {
    await peer.changeWaysIn(secret, changeOf(wish, passphrase))
  }
}

function changeOf(wish: Exclude<Wish, { readonly type: 'add' }>, passphrase: string): VaultChange {
  switch (wish.type) {
    case 'remove':
      return { type: 'remove', wayId: wish.wayId }
    case 'require':
      return { type: 'require-both' }
    case 'either':
      return { type: 'allow-either' }
    default:
      return { type: 'set-passphrase', passphrase }
  }
}
