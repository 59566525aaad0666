/** Where this device is, said within a content that goes anyway. */
import { type Content, encodeContent, type Here, sizeClassFor } from '@sealpost/protocol'

/** Bytes of an engine's block, and what it puts around the blocks: before the other side has answered, its prekey message too. */
const BLOCK_BYTES = 16
const ANSWERED_BYTES = 89
const UNANSWERED_BYTES: number = ANSWERED_BYTES + 1_653

/**
 * A content, and in it where this device is, but only where that makes its envelope no larger: another content will soon have
 * room for it, a receipt if nothing else.
 */
export function withHere(
  content: Content,
  here: Here | undefined
): { readonly content: Content; readonly contentBytes: Uint8Array } {
  const contentBytes = encodeContent(content)
  if (here === undefined) {
    return { content, contentBytes }
  }
  const told = { ...content, here }
  const toldBytes = encodeContent(told)
  const isAsLarge = [ANSWERED_BYTES, UNANSWERED_BYTES].every(
    (around) =>
      classOf(toldBytes.length, around) === classOf(contentBytes.length, around) &&
      classOf(toldBytes.length, around) !== undefined
  )
  return isAsLarge ? { content: told, contentBytes: toldBytes } : { content, contentBytes }
}

function classOf(contentByteCount: number, around: number): number | undefined {
  const blocks = Math.floor(contentByteCount / BLOCK_BYTES) + 1
  return sizeClassFor(around + blocks * BLOCK_BYTES)
}
