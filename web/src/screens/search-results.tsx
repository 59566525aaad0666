/** Messages in which something occurs, of all conversations. */
import type { Found, Message } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { briefOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { clockStyle } from '../state/clock-style.ts'
import { foundParts } from '../state/found-text.ts'
import { plainText } from '../state/text-format.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { LinkTo } from '../ui/link-to.tsx'

interface Searched extends Found {
  readonly query: string
}

export function SearchResults({ query }: { readonly query: string }): JSX.Element | undefined {
  const { peer } = useApp()
  const [searched, setSearched] = useState<Searched | undefined>(undefined)
  useEffect(() => {
    let isOver = false
    inBackground(
      peer.search(query).then((found) => {
        // An answer to what was typed before comes too late.
        if (!isOver) {
          setSearched({ ...found, query })
        }
      })
    )
    return () => {
      isOver = true
    }
  }, [peer, query])
  if (searched === undefined) {
    return <p class="found-count" aria-busy="true" />
  }
  return (
    <section aria-label={t('search.messages')}>
      <h2 class="found-count" aria-live="polite">
        {searched.count === 0 ? t('search.none') : t('search.count', { count: searched.count })}
      </h2>
      <ul>
        {searched.messages.map((message) => (
          <li key={message.key}>
            <FoundMessage message={message} query={searched.query} />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface FoundMessageProps {
  readonly message: Message
  readonly query: string
}

function FoundMessage({ message, query }: FoundMessageProps): JSX.Element {
  const { chats } = useApp()
  const { contactId, key, storedAtMs, text } = message
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  const name = contact === undefined ? '' : nameOf(contact)
  return (
    <LinkTo to={{ screen: 'chat', contactId, messageKey: key }} class="chat-row">
      <span class="with-presence">
        <Avatar name={name} id={contactId} />
      </span>
      <span class="chat-row-name">{name}</span>
      <time class="chat-row-time">{briefOf(storedAtMs, Date.now(), clockStyle())}</time>
      <span class="chat-row-text wide" dir="auto">
        {foundParts(plainText(text), query).map((part, at) =>
          part.isFound ? <mark key={at}>{part.text}</mark> : part.text
        )}
      </span>
    </LinkTo>
  )
}
