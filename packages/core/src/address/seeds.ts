/**
 * Deposit seeds and what follows from them (the protocol's README, "Time, seeds, mailboxes"). A seed steps forward once an epoch and
 * never back: whoever erases old seeds can be made to tell nothing about old mailboxes.
 */
import {
  concatBytes,
  EPOCH_MS,
  type LinkId,
  linkIds,
  type MailboxId,
  mailboxIds,
  type NodeKey,
  relayMultihash
} from '@sealpost/protocol'
import { Derivation, derive, sha256 } from '../derive.ts'

const NO_SALT = new Uint8Array(0)

/** The epoch of an address whose mailboxes turn `phaseMs` early. */
export function epochAt(networkTimeMs: number, phaseMs: number): number {
  return Math.max(0, Math.floor((networkTimeMs + phaseMs) / EPOCH_MS))
}

/** When `epoch` begins for that address, in network time. */
export function epochStartMs(epoch: number, phaseMs: number): number {
  return epoch * EPOCH_MS - phaseMs
}

/** The seed of the following epoch. */
function nextSeed(seed: Uint8Array): Uint8Array {
  return derive(seed, NO_SALT, 'next seed')
}

/** A seed and the epoch it belongs to; can be asked for any later one. Keeps a copy, so that it may wipe what it forgets. */
export class SeedChain {
  readonly #seeds = new Map<number, Uint8Array>()
  #firstEpoch: number
  #lastEpoch: number

  constructor(seed: Uint8Array, epoch: number) {
    this.#seeds.set(epoch, seed.slice())
    this.#firstEpoch = epoch
    this.#lastEpoch = epoch
  }

  get firstEpoch(): number {
    return this.#firstEpoch
  }

  /**
   * The seed of an epoch, which is wiped when it is forgotten: copy what is kept.
   *
   * @returns undefined for an epoch before the first, absurdly far after it, or beyond what a record can say.
   */
  at(epoch: number): Uint8Array | undefined {
    if (epoch - this.#firstEpoch > EPOCHS_AHEAD_MAX || epoch > EPOCH_MAX) {
      return undefined
    }
    while (this.#lastEpoch < epoch) {
      const last = this.#seeds.get(this.#lastEpoch)
      if (last === undefined) {
        return undefined
      }
      this.#lastEpoch += 1
      this.#seeds.set(this.#lastEpoch, nextSeed(last))
    }
    return this.#seeds.get(epoch)
  }

  /** Forgets what is older than `epoch`. */
  eraseBefore(epoch: number): void {
    if (epoch > this.#firstEpoch && this.at(epoch) !== undefined) {
      for (const old of [...this.#seeds.keys()]) {
        if (old < epoch) {
          this.#seeds.get(old)?.fill(0)
          this.#seeds.delete(old)
        }
      }
      this.#firstEpoch = epoch
    }
  }
}

/** Steps of a chain that are worth their time: twenty years. */
const EPOCHS_AHEAD_MAX = 1_040
/** Epochs are 32 bits in address records. */
const EPOCH_MAX = 0xffff_ffff

/** A mailbox at one relay in one epoch, and the secrets that both sides derive. */
export interface MailboxSecrets {
  readonly mailboxId: MailboxId
  readonly depositToken: Uint8Array
  readonly sealKey: Uint8Array
}

/** What a contact's seed of an epoch opens at a relay. */
export function mailboxSecrets(seed: Uint8Array, relay: NodeKey): MailboxSecrets {
  const secrets = new Derivation(seed, relayMultihash(relay))
  return {
    mailboxId: mailboxIds.fromBytes(secrets.get('mailbox id')),
    depositToken: secrets.get('deposit token'),
    sealKey: secrets.get('seal key')
  }
}

/** What only the mailbox's owner can show: from the device's mailbox secret, or an account's owner secret for request boxes. */
export function fetchToken(secret: Uint8Array, relay: NodeKey, mailboxId: MailboxId): Uint8Array {
  return new FetchTokens(secret, relay).of(mailboxId)
}

/** The fetch tokens of all mailboxes at one relay. */
export class FetchTokens {
  readonly #tokens: Derivation

  constructor(secret: Uint8Array, relay: NodeKey) {
    this.#tokens = new Derivation(secret, relayMultihash(relay))
  }

  of(mailboxId: MailboxId): Uint8Array {
    return this.#tokens.get('fetch token', mailboxIds.toBytes(mailboxId))
  }
}

/** What a link's secret opens at a relay. */
export interface LinkSecrets {
  readonly linkId: LinkId
  readonly claimToken: Uint8Array
  readonly claimableKey: Uint8Array
}

export function linkSecrets(linkSecret: Uint8Array, relay: NodeKey): LinkSecrets {
  const secrets = new Derivation(linkSecret, relayMultihash(relay))
  return {
    linkId: linkIds.fromBytes(secrets.get('link id')),
    claimToken: secrets.get('claim token'),
    claimableKey: secrets.get('claimable key')
  }
}

/** What only a link's owner can show. */
export function ownerToken(ownerSecret: Uint8Array, relay: NodeKey, linkId: LinkId): Uint8Array {
  return derive(ownerSecret, relayMultihash(relay), 'owner token', linkIds.toBytes(linkId))
}

/** The ids and tokens of one replica: they follow from the ciphertext's seed, so that a retry meets its own envelope. */
export interface ReplicaSecrets {
  readonly envelopeId: Uint8Array
  readonly recallToken: Uint8Array
  readonly recallHash: Uint8Array
}

export function replicaSecrets(
  replicaSeed: Uint8Array,
  relay: NodeKey,
  mailboxId: MailboxId
): ReplicaSecrets {
  const secrets = new Derivation(replicaSeed, relayMultihash(relay))
  const mailbox = mailboxIds.toBytes(mailboxId)
  const recallToken = secrets.get('recall token', mailbox)
  return {
    envelopeId: secrets.get('envelope id', mailbox).slice(0, 16),
    recallToken,
    recallHash: sha256(recallToken)
  }
}

/** SHA-256 of the ids one after another: what a proof of work for `register` is bound to. */
export function registerSubject(ids: readonly Uint8Array[]): Uint8Array {
  return sha256(concatBytes(...ids))
}

/** What a proof of work for a deposit into a request box is bound to. */
export function depositSubject(
  mailboxId: MailboxId,
  envelopeId: Uint8Array,
  sealed: Uint8Array
): Uint8Array {
  return sha256(concatBytes(mailboxIds.toBytes(mailboxId), envelopeId, sha256(sealed)))
}
