/**
 * Where a person is in a conversation. At the end they stay at the end; anywhere else what they read stays where it is, whatever
 * comes before and after it.
 */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { inBackground } from '../state/background.ts'
import type { Conversation } from '../state/conversation.ts'

/** So near to the end counts as at the end, in CSS pixels. */
const END_PX = 80
/** So near to what is not there yet, it is read. */
const NEAR_PX = 900

type Box = RefObject<HTMLDivElement | undefined>

interface Place {
  isAtEnd: boolean
  /** The first entry in sight, and how far below the upper edge it begins. */
  anchor: { readonly key: string; readonly top: number } | undefined
  lastKey: string | undefined
}

/** @returns whether the person is at the end. */
export function useScroll(box: Box, conversation: Conversation): boolean {
  const [isAtEnd, setAtEnd] = useState(true)
  const place = useRef<Place>({ isAtEnd: true, anchor: undefined, lastKey: undefined })
  useEffect(() => {
    const element = box.current
    return element === undefined
      ? undefined
      : followScroll(element, conversation, place.current, setAtEnd)
  }, [box, conversation])
  const { messages, isFromStart, isToEnd } = conversation.stretch.value
  const target = conversation.target.value
  useLayoutEffect(() => {
    const element = box.current
    if (element !== undefined) {
      const last = messages.at(-1)
      const isOwnNew = last?.kind === 'sent' && last.key !== place.current.lastKey
      place.current.lastKey = last?.key
      if (isToEnd && (place.current.isAtEnd || isOwnNew)) {
        element.scrollTop = element.scrollHeight
      } else {
        restore(element, place.current)
      }
      remember(element, place.current)
    }
  }, [box, messages, isToEnd])
  useLayoutEffect(() => {
    const element = box.current
    if (element !== undefined && target !== undefined) {
      entryOf(element, target)?.scrollIntoView({ block: 'center' })
      place.current.isAtEnd = false
      remember(element, place.current)
    }
  }, [box, target])
  useEffect(() => {
    const element = box.current
    // What a first look needs is there and seen: now what scrolling would soon ask for.
    if (element !== undefined && !isFromStart && element.scrollTop < NEAR_PX) {
      inBackground(conversation.loadEarlier())
    }
  }, [box, conversation, messages, isFromStart])
  return isAtEnd
}

function followScroll(
  element: HTMLDivElement,
  conversation: Conversation,
  place: Place,
  onEnd: (isAtEnd: boolean) => void
): () => void {
  const onScroll = (): void => {
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    place.isAtEnd = below < END_PX
    remember(element, place)
    onEnd(place.isAtEnd)
    if (element.scrollTop < NEAR_PX) {
      inBackground(conversation.loadEarlier())
    } else if (below < NEAR_PX) {
      inBackground(conversation.loadLater())
    }
  }
  // The keyboard of a phone, the composer that grows, a window that is turned.
  const resized = new ResizeObserver(() => {
    if (place.isAtEnd) {
      element.scrollTop = element.scrollHeight
    }
  })
  resized.observe(element)
  element.addEventListener('scroll', onScroll, { passive: true })
  return () => {
    resized.disconnect()
    element.removeEventListener('scroll', onScroll)
  }
}

function remember(element: HTMLDivElement, place: Place): void {
  const edge = element.getBoundingClientRect().top
  for (const entry of element.querySelectorAll<HTMLElement>('.entry')) {
    const { bottom, top } = entry.getBoundingClientRect()
    const key = entry.dataset['key']
    if (bottom > edge && key !== undefined) {
      place.anchor = { key, top: top - edge }
      return
    }
  }
}

function restore(element: HTMLDivElement, { anchor }: Place): void {
  const entry = anchor === undefined ? undefined : entryOf(element, anchor.key)
  if (entry !== undefined && anchor !== undefined) {
    const top = entry.getBoundingClientRect().top - element.getBoundingClientRect().top
    element.scrollTop += top - anchor.top
  }
}

function entryOf(element: HTMLDivElement, key: string): HTMLElement | undefined {
  return element.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? undefined
}
