/** Frames of a direct stream. Both sides say the same ones. What is read was checked; what is written is checked as our own. */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { wordTable } from './bounds.ts'
import {
  envelopeFrom,
  incoming,
  malformedFrame,
  outgoing,
  ownMistake,
  SEALED_BYTES_MAX,
  secretFrom,
  secretTo
} from './envelope-codec.ts'
import { DirectFrameSchema, Reason as WireReason } from './gen/sealpost/direct/v1/direct_pb.ts'
import { envelopeIds, mailboxIds } from './identifiers.ts'
import type { MailboxId } from './identifiers.ts'
import { FRAME_RECORDS_MAX, REQUEST_NUMBER_MAX } from './limits.ts'
import type { Envelope } from './mailbox-verbs.ts'
import { readMessage, writeMessage } from './wire-message.ts'

/** What one client says to another on a direct stream. */
export type DirectFrame =
  | DirectDeposit
  /** The content of the deposit of that number is durably on the device that says so. */
  | { readonly type: 'stored'; readonly number: number }
  | { readonly type: 'refused'; readonly number: number; readonly reason: DirectRefusal }
  | { readonly type: 'ping' | 'pong'; readonly number: number }
  /** What a later version says: to be ignored. It can be read but not written. */
  | { readonly type: 'unknown'; readonly number: number }

/** An envelope for a mailbox of the device at the other end, derived with its second node key in the place of a relay's. */
export interface DirectDeposit {
  readonly type: 'deposit'
  /** From 1, counted by the side that deposits. */
  readonly number: number
  readonly mailboxId: MailboxId
  /** 32 bytes. */
  readonly depositToken: Uint8Array
  readonly envelope: Envelope
  /** Of this moment: never stored, and not answered. */
  readonly isLive: boolean
}

/** Why a deposit was not taken; the relays may take it all the same. */
export type DirectRefusal = 'denied' | 'busy' | 'too-large'

const reasons = wordTable<DirectRefusal, WireReason>({
  denied: WireReason.DENIED,
  busy: WireReason.BUSY,
  'too-large': WireReason.TOO_LARGE
})

/**
 * Reads a frame of a direct stream. `sealed` is a view into `bytes`; all else is a copy.
 *
 * @throws ProtocolError `SEALPOST_FRAME_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeDirectFrame(bytes: Uint8Array): DirectFrame {
  const { number, body } = readMessage(DirectFrameSchema, bytes, FRAME_RECORDS_MAX, malformedFrame)
  switch (body.case) {
    case 'ping':
    case 'pong':
      return { type: body.case, number }
    case 'deposit':
      return {
        type: 'deposit',
        number: depositNumber(number),
        mailboxId: incoming.id(mailboxIds, body.value.mailboxId),
        depositToken: secretFrom(body.value.depositToken, 'a deposit token'),
        envelope: envelopeFrom(body.value.envelope),
        isLive: body.value.isLive
      }
    case 'stored':
      return { type: 'stored', number: depositNumber(number) }
    case 'refused': {
      const reason = reasons.wordOf(body.value.reason)
      return {
        type: 'refused',
        number: depositNumber(number),
        reason: reason ?? incoming.breach('an unknown reason')
      }
    }
    default:
      return { type: 'unknown', number }
  }
}

function depositNumber(number: number): number {
  return incoming.integer(1, REQUEST_NUMBER_MAX, number, 'a deposit’s number')
}

/**
 * Writes a frame of a direct stream, in an array of its own.
 *
 * @throws RangeError for what the other side would not read, and for `unknown`: our own bug.
 */
export function encodeDirectFrame(frame: DirectFrame): Uint8Array {
  const isHeartbeat = frame.type === 'ping' || frame.type === 'pong'
  const numberMin = isHeartbeat ? 0 : 1
  const number = outgoing.integer(numberMin, REQUEST_NUMBER_MAX, frame.number, 'a frame’s number')
  return writeMessage(DirectFrameSchema, { number, body: bodyTo(frame) }, ownMistake)
}

function bodyTo(
  frame: DirectFrame
): NonNullable<MessageInitShape<typeof DirectFrameSchema>['body']> {
  switch (frame.type) {
    case 'deposit':
      return {
        case: 'deposit',
        value: {
          mailboxId: mailboxIds.toBytes(frame.mailboxId),
          depositToken: secretTo(frame.depositToken, 'a deposit token'),
          envelope: {
            envelopeId: envelopeIds.toBytes(frame.envelope.envelopeId),
            recallHash: secretTo(frame.envelope.recallHash, 'a recall hash'),
            lifetime: frame.envelope.lifetime,
            sealed: outgoing.upTo(SEALED_BYTES_MAX, frame.envelope.sealed, 'a sealed envelope')
          },
          isLive: frame.isLive
        }
      }
    case 'stored':
      return { case: 'stored', value: {} }
    case 'refused':
      return { case: 'refused', value: { reason: reasons.valueOf(frame.reason) } }
    case 'ping':
    case 'pong':
      return { case: frame.type, value: {} }
    case 'unknown':
      return outgoing.breach('a frame that is not known')
  }
}
