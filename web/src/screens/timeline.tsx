/**
 * What was said, the newest at the bottom. It stays at the bottom while a person is there, and where they are while they read what
 * was before; earlier pages come as they are scrolled to.
 */
import type { Contact, Message } from '@sealpost/client'
import type { JSX, RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { dayOf, isSameDay } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import type { Conversation } from '../state/conversation.ts'
import { useApp } from '../ui/app-context.ts'
import { IconButton } from '../ui/button.tsx'
import { MessageView } from './message-view.tsx'

/** So near to the end counts as at the end, in CSS pixels. */
const END_PX = 80
/** So near to the first message the page before it is read. */
const NEAR_PX = 600
/** Messages of one person within so long stand together. */
const TOGETHER_MS = 5 * 60_000

type Box = RefObject<HTMLDivElement | undefined>

interface TimelineProps {
  readonly contact: Contact
  readonly conversation: Conversation
}

export function Timeline({ contact, conversation }: TimelineProps): JSX.Element {
  const box = useRef<HTMLDivElement | undefined>(undefined)
  const messages = conversation.messages.value
  const isAtEnd = useStayAtEnd(box, messages)
  useEarlierPages(box, conversation)
  const firstUnread = useShown(contact, messages)
  const isBegin = conversation.isWhole.value && conversation.isRead.value
  return (
    <div class="timeline-frame">
      <div
        ref={(element) => {
          box.current = element ?? undefined
        }}
        class="timeline"
        role="log"
        aria-label={t('chat.log', { name: contact.name })}
        aria-busy={!conversation.isRead.value}
        tabIndex={0}
      >
        {isBegin ? <p class="begin">{t('chat.begin', { name: contact.name })}</p> : undefined}
        {messages.map((message, at) => {
          const before = messages[at - 1]
          const isNewDay = before === undefined || !isSameDay(before.storedAtMs, message.storedAtMs)
          return (
            <div key={message.key} class="entry">
              {isNewDay ? (
                <p class="day">
                  <span>{dayOf(message.storedAtMs, Date.now())}</span>
                </p>
              ) : undefined}
              {message.key === firstUnread ? (
                <p class="day new">
                  <span>{t('chat.new')}</span>
                </p>
              ) : undefined}
              <MessageView
                contact={contact}
                message={message}
                isTogether={!isNewDay && isTogether(before, message)}
              />
            </div>
          )
        })}
      </div>
      {isAtEnd ? undefined : (
        <span class="to-end">
          <IconButton
            icon="down"
            label={t('chat.to-end')}
            onClick={() => {
              box.current?.scrollTo({ top: box.current.scrollHeight, behavior: 'smooth' })
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

/** Keeps the end in sight while the person is there, and what they read where it is. @returns whether they are there */
function useStayAtEnd(box: Box, messages: readonly Message[]): boolean {
  const [isAtEnd, setAtEnd] = useState(true)
  const before = useRef({ first: '', height: 0, isAtEnd: true })
  useEffect(() => {
    const element = box.current
    if (!element) {
      return undefined
    }
    const onScroll = (): void => {
      const left = element.scrollHeight - element.scrollTop - element.clientHeight
      before.current.isAtEnd = left < END_PX
      setAtEnd(before.current.isAtEnd)
    }
    const onResize = new ResizeObserver(() => {
      if (before.current.isAtEnd) {
        element.scrollTop = element.scrollHeight
      }
    })
    onResize.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      onResize.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [box])
  useLayoutEffect(() => {
    const element = box.current
    if (!element) {
      return
    }
    const first = messages[0]?.key ?? ''
    const { current } = before
    if (current.isAtEnd || messages.at(-1)?.kind === 'sent') {
      element.scrollTop = element.scrollHeight
    } else if (first !== current.first) {
      element.scrollTop += element.scrollHeight - current.height
    }
    current.first = first
    current.height = element.scrollHeight
  }, [box, messages])
  return isAtEnd
}

function useEarlierPages(box: Box, conversation: Conversation): void {
  useEffect(() => {
    const element = box.current
    if (!element) {
      return undefined
    }
    const look = (): void => {
      if (element.scrollTop < NEAR_PX) {
        inBackground(conversation.loadEarlier())
      }
    }
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      element.removeEventListener('scroll', look)
    }
  }, [box, conversation])
}

/** Notes what was shown to a person who looks. @returns the first message that was new when the conversation was opened */
function useShown(contact: Contact, messages: readonly Message[]): string | undefined {
  const { peer } = useApp()
  const unreadAtOpening = useRef<number | undefined>(undefined)
  const firstUnread = useRef<string | undefined>(undefined)
  const noted = useRef(new Set<string>())
  const received = messages.filter(({ kind }) => kind === 'received' || kind === 'unreadable')
  if (unreadAtOpening.current === undefined && messages.length > 0) {
    unreadAtOpening.current = contact.unreadCount
    firstUnread.current =
      contact.unreadCount === 0 ? undefined : received.at(-contact.unreadCount)?.key
  }
  useEffect(() => {
    const note = (): void => {
      const isSeen = document.visibilityState === 'visible' && document.hasFocus()
      const fresh = received
        .filter(({ key }) => !noted.current.has(key))
        .slice(-contact.unreadCount)
      if (isSeen && contact.unreadCount > 0 && fresh.length > 0) {
        for (const { key } of fresh) {
          noted.current.add(key)
        }
        inBackground(peer.markShown(fresh))
      }
    }
    note()
    addEventListener('focus', note)
    return () => {
      removeEventListener('focus', note)
    }
  })
  return firstUnread.current
}
