/**
 * Live content, type 9 under a seal: what is true at this moment and of no use a minute later. Only the seal protects it, so that
 * what is lost costs no message keys. The protocol's README, "Under the seal alone".
 */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { content, readPart, writePart } from './content-bounds.ts'
import type { LiveContent as WireLiveContent } from './gen/sealpost/content/v1/live_pb.ts'
import { LiveContentSchema } from './gen/sealpost/content/v1/live_pb.ts'
import { LIVE_CONTENT_BYTES_MAX } from './limits.ts'
import { type PathWord, pathWordFrom, pathWordTo } from './path-word.ts'

/** What a device says to those who listen now. */
export interface LiveContent {
  /** The sender's network time; who reads it 60 s later ignores it. */
  readonly sentAtMs: number
  readonly body: LiveBody
}

/** What live content says. */
export type LiveBody =
  /** Whether the person writes in this conversation, or stopped. */
  | { readonly type: 'typing'; readonly isTyping: boolean }
  | { readonly type: 'presence'; readonly isOnline: boolean }
  /** How this device can be reached where it cannot be dialled, and the answer to that. */
  | ({ readonly type: 'path-offer' | 'path-answer' } & PathWord)
  /** What a later version says. It can be read but not written. */
  | { readonly type: 'unknown' }

/**
 * Writes live content, in an array of its own.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for what breaks its bounds, and for `unknown`.
 */
export function encodeLiveContent(live: LiveContent): Uint8Array {
  const sentAtMs = content.toUint64(live.sentAtMs, 'a time')
  return writePart(LiveContentSchema, { sentAtMs, body: bodyTo(live.body) }, LIVE_CONTENT_BYTES_MAX)
}

/**
 * Reads live content of at most `LIVE_CONTENT_BYTES_MAX` bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeLiveContent(bytes: Uint8Array): LiveContent {
  const { sentAtMs, body } = readPart(LiveContentSchema, bytes, LIVE_CONTENT_BYTES_MAX)
  return { sentAtMs: content.fromUint64(sentAtMs, 'a time'), body: bodyFrom(body) }
}

function bodyTo(body: LiveBody): NonNullable<MessageInitShape<typeof LiveContentSchema>['body']> {
  switch (body.type) {
    case 'typing':
      return { case: 'typing', value: { isTyping: body.isTyping } }
    case 'presence':
      return { case: 'presence', value: { isOnline: body.isOnline } }
    case 'path-offer':
      return { case: 'pathOffer', value: pathWordTo(body) }
    case 'path-answer':
      return { case: 'pathAnswer', value: pathWordTo(body) }
    case 'unknown':
      return content.breach('live content that is not known')
  }
}

function bodyFrom(body: WireLiveContent['body']): LiveBody {
  switch (body.case) {
    case 'typing':
      return { type: 'typing', isTyping: body.value.isTyping }
    case 'presence':
      return { type: 'presence', isOnline: body.value.isOnline }
    case 'pathOffer':
      return { type: 'path-offer', ...pathWordFrom(body.value) }
    case 'pathAnswer':
      return { type: 'path-answer', ...pathWordFrom(body.value) }
    default:
      return { type: 'unknown' }
  }
}
