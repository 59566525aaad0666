/** What kind of row a recorded message is, and how a record names a notice. */
import type { DeviceNumber, HistoryKind, HistoryMessage } from '@sealpost/protocol'
import { MessageKind, type NoticeCode } from '@sealpost/protocol/home'
import { type ConversationNotice, noticeCode } from '../peer/conversation-notice.ts'

/** How a row's kind is recorded; undefined for one that is none. */
export const HISTORY_KINDS: ReadonlyMap<MessageKind, HistoryKind> = new Map([
  [MessageKind.SENT, 'text'],
  [MessageKind.RECEIVED, 'text'],
  [MessageKind.UNREADABLE, 'unreadable'],
  [MessageKind.MISSING, 'missing'],
  [MessageKind.NOTICE, 'notice']
])

export function rowKindOf({ kind, isOwn }: HistoryMessage): MessageKind {
  switch (kind) {
    case 'text':
      return isOwn ? MessageKind.SENT : MessageKind.RECEIVED
    case 'notice':
      return MessageKind.NOTICE
    case 'unreadable':
      return MessageKind.UNREADABLE
    case 'missing':
      return MessageKind.MISSING
  }
}

/** A notice as a record has it: its name, the device that it is about or 0, and of a timer its seconds. */
export function noticeText(
  notice: ConversationNotice | undefined,
  device: number,
  timerSeconds: number
): string {
  const seconds = timerSeconds === 0 ? '' : `:${String(timerSeconds)}`
  return `${notice ?? ''}:${String(device)}${seconds}`
}

/** A notice's code, undefined where this version knows none of that name, and the device that it is about or 0. */
export function readNotice({ kind, text, device }: HistoryMessage): {
  readonly code: NoticeCode | undefined
  readonly about: DeviceNumber
  /** Of a timer. */
  readonly timerSeconds: number
} {
  const [name = '', about = '', seconds = ''] = kind === 'notice' ? text.split(':') : []
  const timerSeconds = /^\d{1,8}$/.test(seconds) ? Number(seconds) : 0
  const code = noticeCode(name)
  return { code, about: about === '0' ? (0 as DeviceNumber) : device, timerSeconds }
}
