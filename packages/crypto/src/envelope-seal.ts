/**
 * The seal of an envelope: `nonce 24 || XChaCha20-Poly1305(sealKey, nonce, inner, aad)`, as long as one of the size classes.
 * It hides from a relay who wrote what kind of ciphertext and how long it is. The protocol's README, "Envelopes".
 */
import { SEALED_OVERHEAD_BYTES, SIZE_CLASSES, UsageError, sizeClassFor } from '@sealpost/protocol'
import type { Envelope, MailboxId } from '@sealpost/protocol'
import { SEAL_OVERHEAD_BYTES, openBytes, sealBytes } from './aead.ts'
import { decodeInner, encodeInner, envelopeAad, ownEnvelopeAad } from './envelope-inner.ts'
import type { EnvelopeBinding, EnvelopeInner } from './envelope-inner.ts'
import type { Random } from './random.ts'

/** The smallest size class, in bytes, that has room for so many bytes of ciphertext. @throws UsageError `SEALPOST_TEXT_TOO_LONG` */
export function sizeClassOf(ciphertextBytes: number): number {
  const sizeClass = sizeClassFor(ciphertextBytes)
  if (sizeClass === undefined) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
  return sizeClass
}

/** Bytes of ciphertext in a sealed envelope of `sizeClass` bytes. */
export function ciphertextRoom(sizeClass: number): number {
  return sizeClass - SEALED_OVERHEAD_BYTES
}

/**
 * Seals one replica for one mailbox.
 *
 * @param options.sealKey 32 bytes, of the mailbox's epoch at its relay.
 * @param options.sizeClass a larger size class than the ciphertext needs; without it the smallest that fits.
 * @returns the `sealed` of an envelope, a new array.
 * @throws UsageError `SEALPOST_TEXT_TOO_LONG`; `SEALPOST_USAGE` for a field or size class that an envelope cannot have.
 */
export function sealEnvelope(
  options: EnvelopeBinding &
    EnvelopeInner & {
      readonly sealKey: Uint8Array
      readonly sizeClass?: number | undefined
    },
  random: Random
): Uint8Array {
  const smallest = sizeClassOf(options.ciphertext.length)
  const sizeClass = options.sizeClass ?? smallest
  if (!SIZE_CLASSES.includes(sizeClass) || sizeClass < smallest) {
    throw new UsageError('SEALPOST_USAGE', `no size class of ${String(sizeClass)} bytes has room`)
  }
  const inner = encodeInner(options, sizeClass - SEAL_OVERHEAD_BYTES)
  return sealBytes(options.sealKey, inner, ownEnvelopeAad(options), random)
}

/**
 * Opens an envelope of a mailbox.
 *
 * @returns undefined for anything that does not fit; nothing a relay or sender can send makes it throw. The ciphertext is
 * the caller's.
 */
export function openEnvelope(options: {
  readonly sealKey: Uint8Array
  readonly mailboxId: MailboxId
  readonly envelope: Envelope
}): EnvelopeInner | undefined {
  const { envelope, mailboxId, sealKey } = options
  if (!SIZE_CLASSES.includes(envelope.sealed.length)) {
    return undefined
  }
  const aad = envelopeAad({ ...envelope, mailboxId })
  const inner = aad === undefined ? undefined : openBytes(sealKey, envelope.sealed, aad)
  return inner === undefined ? undefined : decodeInner(inner)
}
