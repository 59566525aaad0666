/** Messages with a star, of all chats or of one: each leads to its place, and its star can be taken away. */
import type { Message } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { briefOf, exactlyOf } from '../locales/dates.ts'
import { sentenceOf } from '../locales/error-sentences.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { clockStyle } from '../state/clock-style.ts'
import { StarredList } from '../state/starred-list.ts'
import { plainText } from '../state/text-format.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { Screen } from '../ui/screen.tsx'

export function StarredScreen({
  contactId
}: {
  readonly contactId: ContactId | undefined
}): JSX.Element {
  const { chats } = useApp()
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  return (
    <Screen
      title={
        contact === undefined ? t('stars.title') : t('stars.title.with', { name: nameOf(contact) })
      }
      back={contactId === undefined ? { screen: 'home' } : { screen: 'contact', contactId }}
    >
      <Stars contactId={contactId} />
    </Screen>
  )
}

function Stars({ contactId }: { readonly contactId: ContactId | undefined }): JSX.Element {
  const list = useStarred(contactId)
  const { messages, before, error, isReading } = list.state.value
  const more = (): void => {
    inBackground(list.more())
  }
  if (messages === undefined) {
    return error === undefined ? (
      <div class="skeleton" aria-busy="true" />
    ) : (
      <Failed error={error} onAgain={more} />
    )
  }
  if (messages.length === 0 && before === undefined) {
    return (
      <div class="empty">
        <Icon name="star" />
        <h2>{t('stars.empty.title')}</h2>
        <p class="quiet">{t('stars.empty.lead')}</p>
      </div>
    )
  }
  return (
    <>
      <ul class="rows stars">
        {messages.map((message) => (
          <li key={message.key}>
            <StarredMessage message={message} isNamed={contactId === undefined} />
          </li>
        ))}
      </ul>
      {error === undefined ? undefined : <Failed error={error} onAgain={more} />}
      {before === undefined || error !== undefined ? undefined : (
        <Button isDisabled={isReading} onClick={more}>
          {t('stars.more')}
        </Button>
      )}
    </>
  )
}

/** The list, read and kept while it is shown. */
function useStarred(contactId: ContactId | undefined): StarredList {
  const app = useApp()
  const list = useMemo(() => new StarredList(app.peer, contactId), [app, contactId])
  useEffect(() => {
    inBackground(list.more())
    return app.listen((event) => {
      if (event.type === 'message-changed') {
        list.take(event.message)
      } else if (event.type === 'message-deleted') {
        list.remove(event.messageKey)
      }
    })
  }, [app, list])
  return list
}

interface FailedProps {
  readonly error: unknown
  readonly onAgain: () => void
}

function Failed({ error, onAgain }: FailedProps): JSX.Element {
  return (
    <div class="stack">
      <p class="note warning" role="alert">
        {t('stars.failed', { reason: sentenceOf(error) })}
      </p>
      <Button onClick={onAgain}>{t('action.again')}</Button>
    </div>
  )
}

interface StarredMessageProps {
  readonly message: Message
  /** Whether it is to say whose chat it is of. */
  readonly isNamed: boolean
}

function StarredMessage({ message, isNamed }: StarredMessageProps): JSX.Element {
  const { chats, peer } = useApp()
  const { contactId, isStarred, key, kind, messageId, sentAtMs, text } = message
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  const name = contact === undefined ? '' : nameOf(contact)
  const toThem = isNamed ? t('stars.to', { name }) : t('message.you')
  const label = isStarred ? t('star.remove') : t('star.add')
  return (
    <article class={isStarred ? 'starred' : 'starred gone'}>
      <LinkTo
        to={{ screen: 'chat', contactId, messageKey: key }}
        class={isNamed ? 'starred-link' : 'starred-link alone'}
      >
        {isNamed ? <Avatar name={name} id={contactId} /> : undefined}
        <span class="starred-who">{kind === 'sent' ? toThem : name}</span>
        <time class="hint" title={exactlyOf(sentAtMs, clockStyle())}>
          {briefOf(sentAtMs, Date.now(), clockStyle())}
        </time>
        <span class="starred-text" dir="auto">
          {plainText(text)}
        </span>
      </LinkTo>
      <button
        type="button"
        class="icon-button"
        aria-label={label}
        title={label}
        onClick={() => {
          if (messageId !== undefined) {
            inBackground(peer.setStar(messageId, !isStarred))
          }
        }}
      >
        <Icon name="star" />
      </button>
    </article>
  )
}
