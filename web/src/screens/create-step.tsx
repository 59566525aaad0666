import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../locales/locale.ts'
import type { SuggestedRelays } from '../state/suggested-relays.ts'
import { nameProblem } from '../state/name-problem.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { NameField } from '../ui/name-field.tsx'
import { NoticeInShort } from './notice.tsx'

interface CreateProps {
  readonly name: string
  /** Undefined until it is known whether the host of this page names some. */
  readonly suggested: SuggestedRelays | undefined
  readonly onDone: (name: string, relays: readonly string[]) => void
}

/** A name, and a relay where the host of this page names none, or where that takes an invite. */
export function CreateStep({ name: before, suggested, onDone }: CreateProps): JSX.Element {
  const [name, setName] = useState(before)
  const [address, setAddress] = useState('')
  const isInviteMissing = suggested?.isInviteMissing === true
  const relays = suggested?.relays
  const isNamed = !isInviteMissing && (relays === undefined || relays.length > 0)
  const chosen = isNamed ? (relays ?? []) : [address.trim()].filter((one) => one !== '')
  const isReady = name.trim() !== '' && nameProblem(name) === undefined && chosen.length > 0
  return (
    <main class="alone">
      <h1>{t('create.title')}</h1>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onDone(name, chosen)
        }}
      >
        <NameField
          label={t('create.name')}
          hint={t('create.name.hint')}
          autocomplete="nickname"
          isFocused
          value={name}
          onInput={setName}
        />
        {isNamed ? (
          <p class="quiet" role="status">
            {relays === undefined ? t('create.relay.looking') : t('create.relay.here')}
          </p>
        ) : (
          <Field
            label={t('create.relay.address')}
            hint={t(isInviteMissing ? 'create.relay.invite' : 'create.relay.hint')}
            value={address}
            onInput={setAddress}
          />
        )}
        <NoticeInShort />
        <p class="hint">{t('notice.create')}</p>
        <Button type="submit" kind="main" isDisabled={!isReady}>
          {t('action.continue')}
        </Button>
      </form>
    </main>
  )
}
