/** What this home writes into a conversation itself: that something about it has changed. */
import { create, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema, NoticeCode } from '@sealpost/protocol/home'
import type { PeerKernel } from './kernel.ts'
import { messageKey } from './keys.ts'

/** What happened; apps have a sentence for each. */
export type ConversationNotice =
  | 'device-added'
  | 'device-removed'
  | 'identity-changed'
  /** We, or they, chose how long what is said stays. */
  | 'timer-by-us'
  | 'timer-by-them'

const CODES: Readonly<Record<ConversationNotice, NoticeCode>> = {
  'device-added': NoticeCode.DEVICE_ADDED,
  'device-removed': NoticeCode.DEVICE_REMOVED,
  'identity-changed': NoticeCode.IDENTITY_CHANGED,
  'timer-by-us': NoticeCode.TIMER_BY_US,
  'timer-by-them': NoticeCode.TIMER_BY_THEM
}

/** Notices have no numbers; in keys they come after every message of the same millisecond. */
const NOTICE_NUMBERS = 0xf000_0000_0000

/** The code of a notice by its name; undefined for a name that is none. */
export function noticeCode(name: string): NoticeCode | undefined {
  return Object.hasOwn(CODES, name) ? CODES[name as ConversationNotice] : undefined
}

/** What stands in a notice's key in the place of a number. */
export function noticeNumber(code: NoticeCode): number {
  return NOTICE_NUMBERS + code
}

/** Reads the code of a row. */
export function noticeOf(code: NoticeCode): ConversationNotice | undefined {
  return (Object.keys(CODES) as ConversationNotice[]).find((notice) => CODES[notice] === code)
}

/**
 * Writes a notice below everything that was shown, and tells of it as of a message; it is not unread.
 *
 * @param lastOrderMs where the last message of the conversation stands.
 * @param what `device` is the one that it is about, if any.
 * @returns its own place.
 */
export function writeNotice(
  kernel: PeerKernel,
  contactId: ContactId,
  lastOrderMs: number,
  what: {
    readonly notice: ConversationNotice
    readonly device: DeviceNumber
    /** Of a timer. */
    readonly timerSeconds?: number
  }
): number {
  const { notice, device, timerSeconds = 0 } = what
  const orderMs = Math.max(kernel.atMs, lastOrderMs + 1)
  const number = noticeNumber(CODES[notice])
  const key = messageKey(contactId, orderMs, { device, isOwn: false }, number)
  const row = create(MessageRowSchema, {
    kind: MessageKind.NOTICE,
    device,
    notice: CODES[notice],
    timerSeconds,
    sentAtMs: kernel.atMs,
    storedAtMs: kernel.atMs
  })
  const value = toBinary(MessageRowSchema, row)
  kernel.write('message', key, value)
  kernel.notify({ type: 'message-received', contactId, row: { key, value } })
  return orderMs
}
