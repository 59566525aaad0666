/** One ciphertext on its way to one device: its row, and what is known of its replicas. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  LIFETIMES_MS,
  type Lifetime,
  type MailboxId,
  mailboxIds,
  type MessageId,
  type NodeKey,
  type StoreId
} from '@sealpost/protocol'
import {
  type OutboxRow,
  OutboxRowSchema,
  type Replica,
  ReplicaSchema,
  ReplicaState
} from '@sealpost/protocol/home'
import { sha256 } from '../derive.ts'
import type { SealedInner } from '../direct/direct-contract.ts'

/** Texts and all else that is numbered live two weeks at a relay; what is not fetched by then is deposited again before. */
export const DEFAULT_LIFETIME: Lifetime = 2
/** Relays that must have answered `stored` for one tick, where the recipient has that many. */
const QUORUM = 2
/** Part of its lifetime after which an envelope is replaced. */
const AGING = 0.75
/** Nothing is from later than now: by more than this, the clock was set since. */
const CLOCK_SLACK_MS = 24 * 3_600_000

export interface NewOutboxItem {
  readonly messageId: MessageId | undefined
  readonly number: number
  readonly content: Uint8Array
  readonly ciphertext: SealedInner
  readonly replicaSeed: Uint8Array
  readonly createdAtMs: number
  readonly lifetime: Lifetime
  readonly messageKey: string
}

/** What a relay said of one replica: that it stores it, or that the recipient had it there. */
export interface StoredReplica {
  readonly relay: NodeKey
  readonly storeId: StoreId
  readonly mailboxId: MailboxId
  readonly state: 'stored' | 'gone'
}

export class OutboxItem {
  readonly #row: OutboxRow

  private constructor(row: OutboxRow) {
    this.#row = row
  }

  static make(item: NewOutboxItem): OutboxItem {
    return new OutboxItem(
      create(OutboxRowSchema, {
        messageId: item.messageId ?? '',
        number: item.number,
        content: item.content,
        ciphertextType: item.ciphertext.type,
        ciphertext: item.ciphertext.bytes,
        replicaSeed: item.replicaSeed,
        createdAtMs: item.createdAtMs,
        depositedAtMs: item.createdAtMs,
        lifetime: item.lifetime,
        messageKey: item.messageKey
      })
    )
  }

  static ofRow(value: Uint8Array): OutboxItem {
    return new OutboxItem(fromBinary(OutboxRowSchema, value))
  }

  encode(): Uint8Array {
    return toBinary(OutboxRowSchema, this.#row)
  }

  get number(): number {
    return this.#row.number
  }

  get messageId(): MessageId | undefined {
    return this.#row.messageId === '' ? undefined : (this.#row.messageId as MessageId)
  }

  get messageKey(): string {
    return this.#row.messageKey
  }

  get content(): Uint8Array {
    return this.#row.content
  }

  get ciphertext(): SealedInner {
    const { ciphertextType: type, ciphertext: bytes } = this.#row
    return { type: type === 3 || type === 8 ? type : 2, bytes }
  }

  /** By which the device names it where it cannot read it: 16 bytes. */
  get ciphertextHash(): Uint8Array {
    return sha256(this.#row.ciphertext).slice(0, 16)
  }

  get replicaSeed(): Uint8Array {
    return this.#row.replicaSeed
  }

  get lifetime(): Lifetime {
    return this.#row.lifetime === 3 ? 3 : DEFAULT_LIFETIME
  }

  get replicas(): readonly Replica[] {
    return this.#row.replicas
  }

  /** The replicas as a message's row keeps them: of no use to whoever reads it there. */
  get shownReplicas(): Replica[] {
    return this.#row.replicas.map((replica) => ({ ...replica, mailboxId: new Uint8Array(0) }))
  }

  get onRelayAtMs(): number {
    return this.#row.onRelayAtMs
  }

  /** When the relays drop it, at the latest. */
  get expiresAtMs(): number {
    return this.#row.depositedAtMs + (LIFETIMES_MS[this.lifetime] ?? 0)
  }

  /** When the device itself said that it stored it; 0 before. */
  get directAtMs(): number {
    return this.#row.directAtMs
  }

  /** Notes that the device itself stored it, which says more than any relay can. @returns whether this made the tick true. */
  storedDirectly(atMs: number): boolean {
    this.#row.directAtMs = atMs
    const isTick = this.#row.onRelayAtMs === 0
    this.#row.onRelayAtMs = isTick ? atMs : this.#row.onRelayAtMs
    return isTick
  }

  /** Whether the relay holds it, or held it until it was fetched, in the store that it has now. */
  isAt(relay: NodeKey, storeId: StoreId | undefined): boolean {
    return this.#row.replicas.some(
      (replica) => replica.nodeKey === relay && replica.storeId === storeId
    )
  }

  /** Notes a relay's answer. @returns whether this one made the tick true. */
  answered(answer: StoredReplica, atMs: number, relayCount: number): boolean {
    const { relay, storeId, mailboxId, state } = answer
    const replica = create(ReplicaSchema, {
      nodeKey: relay,
      storeId,
      state: state === 'stored' ? ReplicaState.STORED : ReplicaState.GONE,
      atMs,
      mailboxId: mailboxIds.toBytes(mailboxId)
    })
    this.#row.replicas = [...this.#row.replicas.filter(({ nodeKey }) => nodeKey !== relay), replica]
    const storedCount = this.#row.replicas.filter(
      (known) => known.state === ReplicaState.STORED
    ).length
    if (this.#row.onRelayAtMs === 0 && storedCount >= Math.min(QUORUM, relayCount)) {
      this.#row.onRelayAtMs = atMs
      return true
    }
    return false
  }

  /**
   * Whether most of its lifetime at the relays has passed. A row that seems to come from the future tells that the clock was set
   * back since, and that nobody knows its age.
   */
  isAging(nowMs: number): boolean {
    const ageMs = nowMs - this.#row.depositedAtMs
    return ageMs > (LIFETIMES_MS[this.lifetime] ?? 0) * AGING || ageMs < -CLOCK_SLACK_MS
  }

  /** Whether all its replicas are as old as that; not where there is none. */
  isOlderThan(ageMs: number, nowMs: number): boolean {
    const { replicas } = this.#row
    return replicas.length > 0 && replicas.every(({ atMs }) => Math.abs(nowMs - atMs) >= ageMs)
  }

  /** Begins anew at every relay, under new envelope ids, so that no tombstone and no lie of a relay stands in the way. */
  depositAgain(replicaSeed: Uint8Array, nowMs: number): void {
    this.#row.replicaSeed = replicaSeed
    this.#row.replicas = []
    this.#row.depositedAtMs = nowMs
  }

  /** Becomes another ciphertext of what it was: nothing of it is anywhere yet, but what was proven stays proven. */
  encryptAgain(
    content: Uint8Array,
    ciphertext: SealedInner,
    replicaSeed: Uint8Array,
    nowMs: number
  ): void {
    this.#row.content = content
    this.#row.ciphertextType = ciphertext.type
    this.#row.ciphertext = ciphertext.bytes
    this.depositAgain(replicaSeed, nowMs)
  }
}

/** What relays, and the device itself, answered about one ciphertext of a message. */
export interface Proof {
  readonly replicas: readonly Replica[]
  /** When enough of them had; 0 before. */
  readonly onRelayAtMs: number
  /** When the device had; 0 before. */
  readonly directAtMs: number
}

/** Of a message for several devices, whether `proof` says more than `known`: an earlier tick, or else more relays. */
export function isEarlierTick(proof: Proof, known: Proof): boolean {
  if (proof.onRelayAtMs !== 0 && known.onRelayAtMs !== 0) {
    return proof.onRelayAtMs < known.onRelayAtMs
  }
  return (
    proof.onRelayAtMs > known.onRelayAtMs ||
    (known.onRelayAtMs === 0 && proof.replicas.length > known.replicas.length)
  )
}

/** Of two times, 0 for never, the earlier one. */
export function earlierOf(aMs: number, bMs: number): number {
  return aMs === 0 || bMs === 0 ? Math.max(aMs, bMs) : Math.min(aMs, bMs)
}
