/**
 * A guest's request on its way into the request boxes of an inviter, at each relay that has one.
 *
 * One ciphertext at one relay:
 * ```
 *   wanted --deposit--> in flight --stored--> there --another store, or 3/4 of its lifetime--> wanted
 *      ^                    |
 *      +-- no usable answer-+
 * ```
 */
import { create } from '@bufbuild/protobuf'
import {
  type ContactId,
  decodeInvitation,
  envelopeIds,
  LIFETIMES_MS,
  type MailboxAnswer,
  type NodeKey
} from '@sealpost/protocol'
import { type ClaimedLinkRow, ReplicaSchema, ReplicaState } from '@sealpost/protocol/home'
import { mailboxSecrets, replicaSecrets } from '../address/seeds.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'

/** A request lives two weeks at a relay, and is deposited again before that is over. */
const REQUEST_AGING_MS: number = 0.75 * (LIFETIMES_MS[2] ?? 0)

export interface RequestDepositsEvents {
  /** A relay stored it: the row says so. */
  readonly onStored: (contactId: ContactId) => void
  readonly onFailed: (contactId: ContactId) => void
  /** The relay takes more now. */
  readonly again: (contactId: ContactId) => void
}

export class RequestDeposits {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #events: RequestDepositsEvents
  /** What is under way: each row's relays, until it is stopped. */
  readonly #inFlight = new Map<ContactId, Set<NodeKey>>()

  constructor(kernel: PeerKernel, book: RelayBook, events: RequestDepositsEvents) {
    this.#kernel = kernel
    this.#book = book
    this.#events = events
  }

  /** Begins a request anew at every relay where it is about to expire. @returns whether the row has changed. */
  renew(row: ClaimedLinkRow): boolean {
    const { atMs, random } = this.#kernel
    const isOld = row.replicas.some((replica) => Math.abs(atMs - replica.atMs) > REQUEST_AGING_MS)
    if (isOld) {
      row.replicaSeed = random.bytes(32)
      row.replicas = []
    }
    return isOld
  }

  /** Knows nothing of a contact's request any more; what is answered yet means nothing. */
  stop(contactId: ContactId): void {
    this.#inFlight.delete(contactId)
  }

  /** Deposits at a relay, if it is there and lacks the request. The row is the caller's, and changed in place. */
  depositAt(contactId: ContactId, row: ClaimedLinkRow, relay: NodeKey): void {
    const session = this.#book.get(relay)
    const isThere = row.replicas.some(
      ({ nodeKey, storeId }) => nodeKey === relay && storeId === session?.storeId
    )
    const inFlight = this.#inFlight.get(contactId) ?? new Set()
    this.#inFlight.set(contactId, inFlight)
    const again = (): void => {
      this.#events.again(contactId)
    }
    if (
      session?.info === undefined ||
      !session.isReady ||
      isThere ||
      inFlight.has(relay) ||
      !session.pace.take(`claim ${contactId}`, again)
    ) {
      return
    }
    const { workBits, challenge } = session.info
    const invitation = decodeInvitation(row.invitation)
    const box = mailboxSecrets(invitation.boxSeed, relay)
    const { replicaSeed } = row
    const replica = replicaSecrets(replicaSeed, relay, box.mailboxId)
    inFlight.add(relay)
    session.requestWith(
      (answer) => {
        inFlight.delete(relay)
        if (this.#inFlight.get(contactId) !== inFlight) {
          return
        }
        if (row.replicaSeed === replicaSeed) {
          this.#answered(contactId, row, session, answer)
        } else {
          again()
        }
      },
      (number) => ({
        type: 'deposit-request',
        relay,
        number,
        boxId: box.mailboxId,
        boxToken: box.depositToken,
        requestKey: invitation.requestKey,
        envelopeId: envelopeIds.fromBytes(replica.envelopeId),
        recallHash: replica.recallHash,
        ciphertext: { type: row.ciphertextType === 3 ? 3 : 2, bytes: row.ciphertext },
        workBits,
        challenge
      }),
      workBits
    )
  }

  #answered(
    contactId: ContactId,
    row: ClaimedLinkRow,
    session: RelaySession,
    answer: MailboxAnswer | undefined
  ): void {
    const { storeId, nodeKey: relay } = session
    const isStored = answer?.type === 'deposited' && answer.outcome !== 'accepted'
    if (!isStored || storeId === undefined) {
      this.#events.onFailed(contactId)
      return
    }
    const replica = create(ReplicaSchema, {
      nodeKey: relay,
      storeId,
      state: ReplicaState.STORED,
      atMs: this.#kernel.atMs
    })
    row.replicas = [...row.replicas.filter(({ nodeKey }) => nodeKey !== relay), replica]
    this.#events.onStored(contactId)
  }
}
