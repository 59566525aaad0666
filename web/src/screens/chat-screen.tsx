/** A conversation: who it is with, what was said, and what is about to be. */
import type { ContactId } from '@sealpost/protocol'
import type { Contact } from '@sealpost/client'
import type { JSX } from 'preact'
import { t } from '../locales/locale.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useTask } from '../ui/use-task.ts'
import { Composer } from './composer.tsx'
import { Timeline } from './timeline.tsx'

export function ChatScreen({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  const app = useApp()
  const chat = app.chats.value?.find(({ contact }) => contact.contactId === contactId)
  if (chat === undefined) {
    return <main class="nothing" aria-busy={app.chats.value === undefined} />
  }
  const { contact } = chat
  return (
    <main class="chat" aria-label={contact.name}>
      <ChatHead contact={contact} isTyping={app.typing.value.has(contactId)} />
      <ContactBanner contact={contact} />
      <Timeline contact={contact} conversation={app.conversation(contactId)} />
      {contact.standing === 'accepted' && !contact.isHeld ? (
        <Composer contact={contact} />
      ) : undefined}
    </main>
  )
}

interface ChatHeadProps {
  readonly contact: Contact
  readonly isTyping: boolean
}

function ChatHead({ contact, isTyping }: ChatHeadProps): JSX.Element {
  const { contactId, name, isVerified, isOnline, hasPath } = contact
  const words = [
    isTyping ? t('chat.typing', { name }) : undefined,
    isOnline ? t('chat.online') : undefined,
    hasPath ? t('chat.direct') : undefined
  ].filter((word) => word !== undefined)
  return (
    <header class="chat-head">
      <LinkTo to={{ screen: 'home' }} class="icon-button back" label={t('action.back')}>
        <Icon name="back" />
      </LinkTo>
      <LinkTo
        to={{ screen: 'contact', contactId }}
        class="chat-head-who"
        label={t('chat.info', { name })}
      >
        <Avatar name={name} id={contactId} />
        <span>
          <strong>
            {name}
            {isVerified ? (
              <span class="verified" title={t('chat.verified')}>
                <Icon name="shield" />
              </span>
            ) : undefined}
          </strong>
          <span class="hint" aria-live="polite">
            {words.join(' · ')}
          </span>
        </span>
      </LinkTo>
    </header>
  )
}

/** What stands between this person and a conversation. */
function ContactBanner({ contact }: { readonly contact: Contact }): JSX.Element | undefined {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { contactId, name, standing, isHeld, isIdentityChanged } = contact
  if (standing === 'requested' || standing === 'failed') {
    return (
      <p class="banner" role="status">
        {standing === 'requested'
          ? t('standing.requested.lead', { name })
          : t('standing.failed.lead', { name })}
      </p>
    )
  }
  if (standing === 'blocked') {
    return (
      <div class="banner">
        <span>{error ?? t('standing.blocked.lead', { name })}</span>
        <Button
          isDisabled={isRunning}
          onClick={() => {
            run(() => peer.unblock(contactId))
          }}
        >
          {t('standing.unblock')}
        </Button>
      </div>
    )
  }
  if (isHeld || isIdentityChanged) {
    return (
      <div class="banner warning" role="alert">
        <span>
          {error ?? (isHeld ? t('standing.held', { name }) : t('standing.changed', { name }))}
        </span>
        <LinkTo to={{ screen: 'safety-number', contactId }} class="button">
          {t('standing.compare')}
        </LinkTo>
        <Button
          kind="quiet"
          isDisabled={isRunning}
          onClick={() => {
            run(() => peer.acknowledgeIdentity(contactId))
          }}
        >
          {t('standing.seen')}
        </Button>
      </div>
    )
  }
  return undefined
}
