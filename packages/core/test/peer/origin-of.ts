/** Envelopes that nobody sent. */
import type { EnvelopeOrigin } from '@sealpost/core'
import { bytesToHex, envelopeIds, mailboxIds } from '@sealpost/protocol'
import { bytesOf } from './cast.ts'
import type { TestRelay } from './test-relay.ts'

/** Where some envelope came from. */
export function originOf(
  relay: TestRelay,
  number: number,
  mailbox = 'some mailbox'
): EnvelopeOrigin {
  return {
    relay: relay.nodeKey,
    mailboxId: mailboxIds.fromBytes(bytesOf(mailbox, 32)),
    envelopeId: envelopeIds.fromBytes(bytesOf(`envelope ${String(number)}`, 16)),
    ciphertextHash: bytesToHex(bytesOf(`ciphertext ${String(number)}`, 16))
  }
}
