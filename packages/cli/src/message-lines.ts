/** Received messages as lines. */
import type { Message } from '@sealpost/client'
import { plainLine, plainText } from './plain-text.ts'
import { sentences } from './sentences.ts'
import { timeText } from './time-text.ts'

/** One line of `inbox --json`: part of the contract. */
export function messageJson(message: Message, from: string): object {
  const { messageId, kind, notice, device, text, sentAtMs, storedAtMs, withdrawnAtMs } = message
  if (notice !== undefined) {
    return { from, notice, device, receivedAtMs: storedAtMs }
  }
  return kind === 'unreadable'
    ? { from, isUnreadable: true, sentAtMs, receivedAtMs: storedAtMs }
    : { messageId, from, text, sentAtMs, receivedAtMs: storedAtMs, withdrawnAtMs }
}

/** `14:03  bob: hello`, or what has changed about the conversation. */
export function messageText(message: Message, from: string, nowMs: number): string {
  const { notice, device, sentAtMs, storedAtMs } = message
  if (notice !== undefined) {
    return `${timeText(storedAtMs, nowMs)}  ${sentences.notices[notice](plainLine(from), device)}`
  }
  const words = wordsOf(message)
  // What cannot be read does not say when it was sent either.
  const atMs = sentAtMs > 0 ? sentAtMs : storedAtMs
  return `${timeText(atMs, nowMs)}  ${plainLine(from)}: ${words}`
}

function wordsOf({ kind, text, withdrawnAtMs }: Message): string {
  if (withdrawnAtMs !== undefined) {
    return sentences.inbox.withdrawn
  }
  return kind === 'unreadable' ? sentences.inbox.unreadable : plainText(text, '    ')
}
