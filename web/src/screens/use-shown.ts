import type { Contact, Message } from '@sealpost/client'
import { useEffect, useRef } from 'preact/hooks'
import { inBackground } from '../state/background.ts'
import { useApp } from '../ui/app-context.ts'

/** Notes what was shown to a person who looks. @returns the key of the first message that was new when the conversation was opened */
export function useShown(contact: Contact, messages: readonly Message[]): string | undefined {
  const { peer } = useApp()
  const firstUnread = useRef<string | undefined>(undefined)
  const isOpened = useRef(false)
  const noted = useRef(new Set<string>())
  const received = messages.filter(({ kind }) => kind === 'received' || kind === 'unreadable')
  if (!isOpened.current && messages.length > 0) {
    isOpened.current = true
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
    document.addEventListener('visibilitychange', note)
    return () => {
      removeEventListener('focus', note)
      document.removeEventListener('visibilitychange', note)
    }
  })
  return firstUnread.current
}
