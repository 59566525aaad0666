/**
 * The state of a session (Double Ratchet 3.2, with the post-quantum ratchet beside it) and of all sessions with one device.
 * States are values: what changes one makes another, so that whatever is refused leaves the first as it was.
 *
 *     initiator  startSession --> waiting --- decrypts an answer ---> answered         waiting: sends type 3, stale in 30 days
 *     responder  first message --------------------------------------> answered        answered: sends type 2
 *
 *     current ---- another is started, made or promoted ----> previous, the newest of 40 first
 *     previous --- decrypts a message ----------------------> current
 */
import type { KeyPair } from '@sealpost/crypto'
import { wipe } from './wipe.ts'

/** Chains of the peer that a session keeps, the newest last (libsignal, MAX_RECEIVER_CHAINS). */
export const RECEIVER_CHAINS_MAX = 5
/** Seeds of skipped messages that a chain keeps (libsignal, MAX_MESSAGE_KEYS). */
export const SKIPPED_SEEDS_MAX = 2_000
/** Earlier sessions that a record keeps (libsignal, ARCHIVED_STATES_MAX_LENGTH). */
export const PREVIOUS_SESSIONS_MAX = 40
/** How long a session may wait for its answer (libsignal, MAX_UNACKNOWLEDGED_SESSION_AGE). */
const PENDING_MS_MAX = 30 * 24 * 60 * 60 * 1_000

/** CKs, Ns and DHs: our ratchet key pair with the chain that belongs to it. */
export interface SenderChain {
  readonly pair: KeyPair
  /** The number of the next message. */
  readonly index: number
  readonly chainKey: Uint8Array
}

/** One entry of MKSKIPPED: what a message's keys are made of, together with its post-quantum key. */
export interface SkippedSeed {
  readonly index: number
  readonly seed: Uint8Array
}

/** CKr, Nr and DHr: a ratchet key of the peer with the chain that belongs to it. */
export interface ReceiverChain {
  readonly ratchetKey: Uint8Array
  /** The number of the next message. */
  readonly index: number
  readonly chainKey: Uint8Array
  /** In ascending order, all below `index`. */
  readonly skipped: readonly SkippedSeed[]
}

/** What the initiator repeats in every message until the peer has answered. */
export interface PendingPrekeys {
  readonly createdAtSeconds: number
  readonly oneTimePrekeyId: number | undefined
  readonly signedPrekeyId: number
  readonly kyberPrekeyId: number
  readonly kyberCiphertext: Uint8Array
}

/** One session. Public keys are of 33 bytes, other keys of 32. */
export interface Session {
  readonly localIdentity: Uint8Array
  readonly remoteIdentity: Uint8Array
  readonly localRegistrationId: number
  /** EK_A of PQXDH: what both sides know the session by. */
  readonly baseKey: Uint8Array
  readonly rootKey: Uint8Array
  /** PN of the messages we send. */
  readonly previousCounter: number
  readonly sender: SenderChain
  /** The newest last. */
  readonly receivers: readonly ReceiverChain[]
  /** Absent once the peer has answered, and on the responder's side. */
  readonly pending: PendingPrekeys | undefined
  /** The post-quantum ratchet's state, encoded. */
  readonly spqr: Uint8Array
}

/** The sessions with one device of one peer. */
export interface SessionRecord {
  /** The one that encrypts. */
  readonly current: Session
  /** Earlier ones, the newest first, to decrypt what is late. */
  readonly previous: readonly Session[]
}

/** Makes `session` the one that encrypts, and archives the one before it. */
export function withCurrent(record: SessionRecord | undefined, session: Session): SessionRecord {
  const earlier =
    record === undefined ? [] : [{ ...record.current, pending: undefined }, ...record.previous]
  return { current: session, previous: earlier.slice(0, PREVIOUS_SESSIONS_MAX) }
}

/** Puts `session` in the place of the one at `position`, 0 being the current one, and makes it the current one. */
export function promoted(record: SessionRecord, position: number, session: Session): SessionRecord {
  return position === 0
    ? { ...record, current: session }
    : withCurrent(
        { ...record, previous: record.previous.filter((_, index) => index !== position - 1) },
        session
      )
}

/** All sessions, in the order in which they are tried. */
export function sessionsOf(record: SessionRecord): readonly Session[] {
  return [record.current, ...record.previous]
}

/** Whether the session waits for an answer for so long that it is given up. */
export function isStale({ pending }: Session, nowMs: number): boolean {
  return pending !== undefined && pending.createdAtSeconds * 1_000 + PENDING_MS_MAX < nowMs
}

/** Overwrites all secrets of these records, which nobody may use any more. */
export function wipeRecords(...records: readonly SessionRecord[]): void {
  // Records share sessions, and sessions share chains: each is looked at once.
  const sessions = new Set(records.flatMap(sessionsOf))
  const receivers = new Set([...sessions].flatMap((session) => session.receivers))
  for (const { rootKey, sender, spqr } of sessions) {
    wipe(rootKey, spqr, sender.chainKey, sender.pair.privateKey)
  }
  for (const { chainKey, skipped } of receivers) {
    wipe(chainKey)
    for (const { seed } of skipped) {
      wipe(seed)
    }
  }
}
