/**
 * How long what is said in a conversation stays: a choice of both sides, of which the later counts, on every device of either. Each
 * change stands in the conversation, with who made it.
 */
import type { ContactId, ConversationTimer, DeviceNumber } from '@sealpost/protocol'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Contacts } from '../peer/contacts.ts'
import { writeNotice } from '../peer/conversation-notice.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'

/** Who says that they chose in so long from now would have the last word for as long: what is further ahead is not taken. */
const AHEAD_MS = 24 * 3_600_000

/** Whether one choice counts and not the other. */
export function isLaterTimer(given: ConversationTimer, known: ConversationTimer): boolean {
  return given.changedAtMs === known.changedAtMs
    ? given.seconds > known.seconds
    : given.changedAtMs > known.changedAtMs
}

export interface TimersParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly progress: ProgressTable
}

export class Timers {
  readonly #parts: TimersParts

  constructor(parts: TimersParts) {
    this.#parts = parts
  }

  /** Takes somebody's choice. @param isOwn whether it is ours, on whatever device. */
  take(contactId: ContactId, given: ConversationTimer, isOwn: boolean): void {
    const { book, contacts, kernel, progress } = this.#parts
    const contact = contacts.get(contactId)
    if (contact === undefined) {
      return
    }
    const { seconds, changedAtMs } = given
    const isLater = isLaterTimer(given, contact.timer)
    const isUntold = contact.isTimerUntold && !isLaterTimer(contact.timer, given)
    const isAhead = changedAtMs > book.networkTimeMs() + AHEAD_MS
    if (isAhead || !(isLater || isUntold)) {
      return
    }
    const timer = { seconds, changedAtMs }
    if (seconds === contact.timer.seconds && !isUntold) {
      contacts.change(contactId, { timer })
    } else {
      const lastOrderMs = Math.max(contact.lastOrderMs, progress.lastOrderMs(contactId))
      const orderMs = writeNotice(kernel, contactId, lastOrderMs, {
        notice: isOwn ? 'timer-by-us' : 'timer-by-them',
        device: 0 as DeviceNumber,
        timerSeconds: seconds
      })
      // The next change stands below it, however soon it comes.
      contacts.change(contactId, { timer, isTimerUntold: false, lastOrderMs: orderMs })
    }
  }
}
