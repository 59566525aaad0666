/**
 * What was said, the newest at the bottom. It stays at the bottom while a person is there, and where they are while they read what
 * was before; what comes before and after is read as it is scrolled to.
 */
import type { Contact, Message } from '@sealpost/client'
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { isSameDay } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import type { Conversation } from '../state/conversation.ts'
import { IconButton } from '../ui/button.tsx'
import { TimelineEntry } from './timeline-entry.tsx'
import { useScroll } from './use-scroll.ts'
import { useShown } from './use-shown.ts'

/** Messages of one person within so long stand together. */
const TOGETHER_MS = 5 * 60_000

interface TimelineProps {
  readonly contact: Contact
  readonly conversation: Conversation
}

export function Timeline({ contact, conversation }: TimelineProps): JSX.Element {
  const box = useRef<HTMLDivElement | undefined>(undefined)
  const { messages, isFromStart, isToEnd } = conversation.stretch.value
  const isAtEnd = useScroll(box, conversation)
  const firstUnread = useShown(contact, messages)
  const isRead = conversation.isRead.value
  return (
    <div class="timeline-frame">
      <div
        ref={(element) => {
          box.current = element ?? undefined
        }}
        class="timeline"
        role="log"
        aria-label={t('chat.log', { name: nameOf(contact) })}
        aria-busy={!isRead}
        tabIndex={0}
      >
        {isFromStart && isRead && contact.standing !== 'failed' ? (
          <p class="begin">{t('chat.begin', { name: nameOf(contact) })}</p>
        ) : undefined}
        {messages.map((message, at) => {
          const before = messages[at - 1]
          const isNewDay = before === undefined || !isSameDay(before.storedAtMs, message.storedAtMs)
          return (
            <TimelineEntry
              key={message.key}
              name={nameOf(contact)}
              message={message}
              isNewDay={isNewDay}
              isTogether={!isNewDay && isTogether(before, message)}
              isFirstUnread={message.key === firstUnread}
              isTarget={message.key === conversation.target.value}
            />
          )
        })}
      </div>
      {isAtEnd && isToEnd ? undefined : (
        <span class="to-end">
          <IconButton
            icon="down"
            label={t('chat.to-end')}
            onClick={() => {
              if (isToEnd) {
                box.current?.scrollTo({ top: box.current.scrollHeight, behavior: 'smooth' })
              } else {
                inBackground(conversation.open())
              }
            }}
          />
        </span>
      )}
    </div>
  )
}

function isTogether(before: Message | undefined, message: Message): boolean {
  return (
    before !== undefined &&
    before.kind === message.kind &&
    (message.kind === 'sent' || message.kind === 'received') &&
    message.storedAtMs - before.storedAtMs < TOGETHER_MS
  )
}
