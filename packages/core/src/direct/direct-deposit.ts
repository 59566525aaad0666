/** Deposits on a direct stream, before they are sealed. */
import { type EnvelopeId, envelopeIds, type Lifetime, type NodeKey } from '@sealpost/protocol'
import { type MailboxSecrets, replicaSecrets } from '../address/seeds.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import { sha256 } from '../derive.ts'
import type { Random } from '../random.ts'
import type { DirectEffect, SealedInner } from './direct-contract.ts'
import type { DirectStream } from './direct-stream.ts'

/** An envelope to be sealed and deposited. */
export interface DirectDeposit extends MailboxSecrets {
  readonly envelopeId: EnvelopeId
  readonly recallHash: Uint8Array
  readonly lifetime: Lifetime
  readonly ciphertext: SealedInner
  readonly isLive: boolean
}

/** The envelope of a ciphertext for the device with that second node key: the same again where it is repeated. */
export function depositOf(
  { replicaSeed, lifetime, ciphertext }: OutboxItem,
  nodeKey: NodeKey,
  secrets: MailboxSecrets
): DirectDeposit {
  const replica = replicaSecrets(replicaSeed, nodeKey, secrets.mailboxId)
  return {
    ...secrets,
    envelopeId: envelopeIds.fromBytes(replica.envelopeId),
    recallHash: replica.recallHash,
    lifetime,
    ciphertext,
    isLive: false
  }
}

/** An envelope of live content: nothing refers to it afterwards, so that its id is random and nobody can recall it. */
export function liveDeposit(
  random: Random,
  secrets: MailboxSecrets,
  ciphertext: SealedInner
): DirectDeposit {
  return {
    ...secrets,
    envelopeId: envelopeIds.fromBytes(random.bytes(16)),
    recallHash: sha256(random.bytes(32)),
    lifetime: 0,
    ciphertext,
    isLive: true
  }
}

/** The effect that deposits it. */
export function directDeposit(
  { id }: DirectStream,
  number: number,
  deposit: DirectDeposit
): DirectEffect {
  return { type: 'direct-deposit', stream: id, number, ...deposit }
}
