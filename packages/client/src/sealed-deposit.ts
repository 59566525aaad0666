/** Envelopes on their way out: a seal around what the machine has deposited. */
import type { Random, SealedInner } from '@sealpost/core'
import { sealEnvelope } from '@sealpost/crypto'
import type { DeviceNumber, Envelope, EnvelopeId, Lifetime, MailboxId } from '@sealpost/protocol'

/** What of a deposit the seal is made from. */
export interface UnsealedDeposit {
  readonly mailboxId: MailboxId
  readonly sealKey: Uint8Array
  readonly envelopeId: EnvelopeId
  readonly recallHash: Uint8Array
  readonly lifetime: Lifetime
  readonly ciphertext: SealedInner
}

export function sealDeposit(
  deposit: UnsealedDeposit,
  senderDevice: DeviceNumber,
  random: Random
): Envelope {
  const { mailboxId, sealKey, envelopeId, recallHash, lifetime, ciphertext } = deposit
  const { type, bytes } = ciphertext
  const sealed = sealEnvelope(
    {
      sealKey,
      mailboxId,
      envelopeId,
      recallHash,
      lifetime,
      type,
      member: 0,
      senderDevice,
      ciphertext: bytes
    },
    random
  )
  return { envelopeId, recallHash, lifetime, sealed }
}
