import type { MessageId } from '@sealpost/protocol'

/** An id for a message that is about to be sent: 16 random bytes, so that asking for it twice sends it once. */
export function drawMessageId(): MessageId {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') as MessageId
}
