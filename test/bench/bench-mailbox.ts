import { randomBytes } from 'node:crypto'
import { sha256 } from '@sealpost/core'
import {
  type Envelope,
  envelopeIds,
  type MailboxId,
  mailboxIds,
  type Registration
} from '@sealpost/protocol'

/** A mailbox with all its secrets. */
export interface BenchMailbox {
  readonly id: MailboxId
  readonly depositToken: Uint8Array
  readonly fetchToken: Uint8Array
  readonly registration: Registration
}

/** Two weeks, as clients choose. */
const LIFETIME = 2

/** Draws a mailbox, of a contact unless told otherwise. */
export function newMailbox(kind: 'contact' | 'request' = 'contact'): BenchMailbox {
  const id = mailboxIds.fromBytes(new Uint8Array(randomBytes(32)))
  const depositToken = new Uint8Array(randomBytes(32))
  const fetchToken = new Uint8Array(randomBytes(32))
  return {
    id,
    depositToken,
    fetchToken,
    registration: {
      type: 'mailbox',
      mailboxId: id,
      depositHash: sha256(depositToken),
      fetchHash: sha256(fetchToken),
      kind,
      isQuiet: false
    }
  }
}

/** Makes envelopes of one size, each with an id of its own and the same random bytes for what would be sealed. */
export function envelopeMaker(sealedBytes: number): () => Envelope {
  const sealed = new Uint8Array(randomBytes(sealedBytes))
  const recallHash = new Uint8Array(randomBytes(32))
  const id = new Uint8Array(randomBytes(16))
  const counter = new DataView(id.buffer)
  let count = 0
  return () => {
    // Ids are random in life: a counter alone would make neighbours of rows that are none.
    counter.setUint32(0, Math.imul(count, 0x9e37_79b1))
    counter.setUint32(4, count++)
    return { envelopeId: envelopeIds.fromBytes(id), recallHash, lifetime: LIFETIME, sealed }
  }
}
