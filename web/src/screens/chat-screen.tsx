/** A conversation: who it is with, what was said, and what is about to be. */
import type { ContactId } from '@sealpost/protocol'
import type { Contact } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { durationOf } from '../locales/duration.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import type { Conversation } from '../state/conversation.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useArrival } from '../ui/use-arrival.ts'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { Composer } from './composer.tsx'
import { MessageDialogs } from './message-dialogs.tsx'
import { MessageMenu } from './message-menu.tsx'
import { Timeline } from './timeline.tsx'

interface ChatScreenProps {
  readonly contactId: ContactId
  /** The message to begin at; the newest if not given. */
  readonly messageKey: string | undefined
}

export function ChatScreen({ contactId, messageKey }: ChatScreenProps): JSX.Element {
  const app = useApp()
  const conversation = app.conversation(contactId, messageKey)
  useEffect(() => {
    if (messageKey !== undefined && conversation.target.peek() !== messageKey) {
      inBackground(conversation.reach(messageKey))
    }
  }, [conversation, messageKey])
  const chat = app.chats.value?.find(({ contact }) => contact.contactId === contactId)
  if (chat === undefined) {
    return <main class="nothing" aria-busy={app.chats.value === undefined} />
  }
  return <Chat contact={chat.contact} conversation={conversation} />
}

interface ChatProps {
  readonly contact: Contact
  readonly conversation: Conversation
}

function Chat({ contact, conversation }: ChatProps): JSX.Element {
  const app = useApp()
  const { contactId } = contact
  const main = useRef<HTMLElement | undefined>(undefined)
  useArrival(main, undefined, nameOf(contact))
  const isMarked = useRef(false)
  isMarked.current = contact.isMarkedUnread
  // Who opens it has seen the mark. One that is set while it is open stays.
  useEffect(() => {
    if (isMarked.current) {
      const kept = app.peer.keep(contactId, { isMarkedUnread: false })
      inBackground(kept.then((now) => app.noteContact(now)))
    }
  }, [app, contactId])
  return (
    <main
      ref={(element) => {
        main.current = element ?? undefined
      }}
      class="chat"
      aria-label={nameOf(contact)}
    >
      <ChatHead contact={contact} isTyping={app.typing.value.has(contactId)} />
      <ContactBanner contact={contact} />
      <Timeline contact={contact} conversation={conversation} />
      {contact.standing === 'accepted' && !contact.isHeld ? (
        <Composer contact={contact} />
      ) : undefined}
      <MessageMenu />
      <MessageDialogs name={nameOf(contact)} />
    </main>
  )
}

interface ChatHeadProps {
  readonly contact: Contact
  readonly isTyping: boolean
}

function ChatHead({ contact, isTyping }: ChatHeadProps): JSX.Element {
  const { contactId, isVerified, isOnline, hasPath, timerSeconds } = contact
  const name = nameOf(contact)
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
      <LinkTo to={{ screen: 'contact', contactId }} class="chat-head-who">
        <Avatar name={name} id={contactId} />
        <span>
          <h1>
            {name}
            {isVerified ? (
              <span class="verified" title={t('chat.verified')}>
                <Icon name="shield" />
              </span>
            ) : undefined}
          </h1>
          <span class="chat-head-words">
            <TimerSign seconds={timerSeconds} />
            <span class="hint" aria-live="polite">
              {words.join(' · ')}
            </span>
          </span>
          <span class="unseen">{t('chat.info', { name })}</span>
        </span>
      </LinkTo>
    </header>
  )
}

/** How long messages stay in this conversation, where that is not for ever. */
function TimerSign({ seconds }: { readonly seconds: number }): JSX.Element | undefined {
  if (seconds === 0) {
    return undefined
  }
  const words = t('timer.head', { time: durationOf(seconds) })
  return (
    <span class="timer-sign" title={words}>
      <Icon name="clock" />
      <span aria-hidden="true">{durationOf(seconds, 'narrow')}</span>
      <span class="unseen">{words}</span>
    </span>
  )
}

/** What stands between this person and a conversation. */
function ContactBanner({ contact }: { readonly contact: Contact }): JSX.Element | undefined {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { contactId, standing, isHeld, isIdentityChanged } = contact
  const name = nameOf(contact)
  if (standing === 'requested') {
    return (
      <p class="banner" role="status">
        {t('standing.requested.lead', { name })}
      </p>
    )
  }
  if (standing === 'failed') {
    return <FailedBanner contactId={contactId} />
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

/** The link led nowhere: why, and what helps. */
function FailedBanner({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  const { peer } = useApp()
  const { error } = useRead(
    contactId,
    () => peer.waitForContact(contactId, 'requested'),
    () => false
  )
  return (
    <div class="banner warning" role="status">
      <span>{error ?? t('standing.failed.lead')}</span>
      <LinkTo to={{ screen: 'add' }} class="button">
        {t('home.add')}
      </LinkTo>
    </div>
  )
}
