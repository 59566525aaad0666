/** Received messages as lines. */
import type { Message } from '@sealpost/client'
import { placeText } from './inbox-page.ts'
import { saidText, wordsJson } from './message-words.ts'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'
import { timeText } from './time-text.ts'

/** One line of `inbox --json`: part of the contract. */
export function messageJson(message: Message, from: string): object {
  const { messageId, kind, notice, device, text, sentAtMs, withdrawnAtMs } = message
  const receivedAtMs = message.storedAtMs
  const place = placeText(message)
  switch (kind) {
    case 'notice':
      return { from, notice, device, ...timerJson(message), receivedAtMs, place }
    case 'missing':
      return { from, missingCount: message.missingCount, receivedAtMs, place }
    case 'unreadable':
      return { from, isUnreadable: true, isLost: message.isLost, sentAtMs, receivedAtMs, place }
    case 'received':
    case 'sent':
      return {
        messageId,
        from,
        text,
        sentAtMs,
        receivedAtMs,
        withdrawnAtMs,
        ...wordsJson(message),
        place
      }
  }
}

/** Of a notice of a timer, for how many seconds messages stay. */
function timerJson({ notice, timerSeconds }: Message): object {
  return notice === 'timer-by-us' || notice === 'timer-by-them' ? { timerSeconds } : {}
}

/** `14:03  bob: hello`, or what has changed about the conversation. */
export function messageText(message: Message, from: string, nowMs: number): string {
  const { notice, device, sentAtMs, storedAtMs, timerSeconds } = message
  if (notice !== undefined) {
    const said = sentences.notices[notice](plainLine(from), device, timerSeconds)
    return `${timeText(storedAtMs, nowMs)}  ${said}`
  }
  const words = wordsOf(message)
  // What cannot be read does not say when it was sent either.
  const atMs = sentAtMs > 0 ? sentAtMs : storedAtMs
  return `${timeText(atMs, nowMs)}  ${plainLine(from)}: ${words}`
}

function wordsOf(message: Message): string {
  const { kind, withdrawnAtMs, missingCount, isLost } = message
  const words = sentences.inbox
  if (withdrawnAtMs !== undefined) {
    return words.withdrawn
  }
  switch (kind) {
    case 'missing':
      return words.missing(missingCount)
    case 'unreadable':
      return isLost ? words.lost : words.unreadable
    case 'notice':
    case 'received':
    case 'sent':
      return saidText(message, '    ')
  }
}
