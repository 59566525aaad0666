/** The link to give away: for one person, or an address for many. */
import type { LinkView } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { relativeOf } from '../locales/dates.ts'
import { paragraph, t } from '../locales/locale.ts'
import { freshLink } from '../state/fresh-link.ts'
import { isOnlyHere, pageLink } from '../state/page-link.ts'
import type { PeerApi } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { Switch } from '../ui/switch.tsx'
import { type Reading, useRead } from '../ui/use-read.ts'

/** A link as it is shown. */
type Given = Pick<LinkView, 'invitationId' | 'link' | 'expiresAtMs'>

export function MyLink({ links }: { readonly links: Reading<readonly LinkView[]> }): JSX.Element {
  const { peer } = useApp()
  const [isReusable, setReusable] = useState(false)
  const [count, setCount] = useState(0)
  const { value: given, error } = useRead(
    `${isReusable ? 'address' : 'link'} ${String(count)}`,
    () => (isReusable ? addressOf(peer) : oneTimeLink(peer)),
    () => false
  )
  const again = (): void => {
    setCount(count + 1)
  }
  return (
    <section class="card" aria-labelledby="add-mine">
      <h2 id="add-mine">{t('add.mine')}</h2>
      <p class="quiet">{isReusable ? t('add.public.lead') : t('add.one-time.lead')}</p>
      {error === undefined ? undefined : <FailedRead error={error} onAgain={again} />}
      {given === undefined && error === undefined ? <Making /> : undefined}
      {given === undefined ? undefined : (
        <GivenLink
          given={given}
          listed={links.value?.find(({ invitationId }) => invitationId === given.invitationId)}
          isReusable={isReusable}
          onAnother={again}
        />
      )}
      <Switch
        label={t('add.reusable')}
        hint={t('add.reusable.hint')}
        isOn={isReusable}
        onChange={setReusable}
      />
    </section>
  )
}

function Making(): JSX.Element {
  return (
    <div class="making" role="status">
      <span class="qr skeleton" />
      <p class="hint">{t('add.making')}</p>
    </div>
  )
}

interface GivenLinkProps {
  readonly given: Given
  /** The same, as the peer lists it now. */
  readonly listed: LinkView | undefined
  readonly isReusable: boolean
  readonly onAnother: () => void
}

function GivenLink({ given, listed, isReusable, onAnother }: GivenLinkProps): JSX.Element {
  const address = pageLink(given.link, location.href)
  const give = (): void => {
    freshLink.gone(given.invitationId)
  }
  if (listed !== undefined && listed.state !== 'new' && listed.state !== 'published') {
    return <OverLink listed={listed} onAnother={onAnother} />
  }
  return (
    <div class="given">
      <QrCode text={address} label={t('add.qr')} />
      <div class="given-text">
        <input
          class="given-link"
          readOnly
          aria-label={t('add.link')}
          value={address}
          onFocus={(event) => {
            event.currentTarget.select()
          }}
        />
        <div class="actions">
          <CopyButton kind="main" text={address} label={t('add.copy')} onCopied={give} />
          <ShareButton address={address} onShared={give} />
          {isReusable ? undefined : (
            <Button kind="quiet" onClick={onAnotherOf(give, onAnother)}>
              {t('add.another')}
            </Button>
          )}
        </div>
        <p class="hint">
          {paragraph(
            given.expiresAtMs === undefined
              ? t('add.expires.never')
              : t('add.expires', { when: relativeOf(given.expiresAtMs, Date.now()) }),
            listed?.state === 'new' ? t('add.unpublished') : '',
            isOnlyHere(location.href) ? t('add.only-here') : ''
          )}
        </p>
      </div>
    </div>
  )
}

interface OverLinkProps {
  readonly listed: LinkView
  readonly onAnother: () => void
}

/** Nobody can use it any more: who did, or why. */
function OverLink({ listed: { state, usedBy }, onAnother }: OverLinkProps): JSX.Element {
  const { chats } = useApp()
  // Who came last; an earlier one of the same name would be the wrong chat.
  const guest = chats.value?.find(({ contact }) => contact.name === usedBy)
  const isUsed = state === 'used'
  const used = usedBy === undefined ? t('add.used.ask') : t('add.used', { name: usedBy })
  return (
    <div class={`note ${isUsed ? 'good' : 'warning'}`} role="status">
      <span>{isUsed ? used : t(`links.${state}`)}</span>
      <span class="actions">
        {guest === undefined ? undefined : (
          <LinkTo to={{ screen: 'chat', contactId: guest.contact.contactId }} class="button main">
            {t('add.used.open')}
          </LinkTo>
        )}
        <Button onClick={onAnother}>{t('add.another')}</Button>
      </span>
    </div>
  )
}

function onAnotherOf(give: () => void, onAnother: () => void): () => void {
  return () => {
    give()
    onAnother()
  }
}

interface ShareButtonProps {
  readonly address: string
  readonly onShared: () => void
}

function ShareButton({ address, onShared }: ShareButtonProps): JSX.Element | undefined {
  const data: ShareData = { text: t('add.share.text'), url: address }
  // Not every browser has it, and not every one can share addresses.
  const share = navigator as Partial<Pick<Navigator, 'canShare' | 'share'>>
  if (share.canShare?.(data) !== true) {
    return undefined
  }
  return (
    <Button
      onClick={() => {
        // The person may think better of it.
        navigator.share(data).then(onShared, () => undefined)
      }}
    >
      {t('add.share')}
    </Button>
  )
}

async function oneTimeLink(peer: PeerApi): Promise<Given> {
  const { invitationId: freshId } = freshLink
  const listed = freshId === undefined ? [] : await peer.links()
  const known = listed.find(
    ({ invitationId, state }) =>
      invitationId === freshId && (state === 'new' || state === 'published')
  )
  if (known !== undefined) {
    return known
  }
  const made = await peer.invite({ isReusable: false })
  freshLink.keep(made.invitationId)
  return made
}

async function addressOf(peer: PeerApi): Promise<Given> {
  const known = (await peer.links()).find(
    ({ kind, state }) => kind === 'public' && (state === 'new' || state === 'published')
  )
  return known ?? peer.invite({ isReusable: true })
}
