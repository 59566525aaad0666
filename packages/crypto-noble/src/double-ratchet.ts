/**
 * The Double Ratchet (Double Ratchet revision 4, 3.4 and 3.5), without encryption: which seed a message has.
 *
 *     sending       CKs -> seed, CKs'                          one step of the sender's chain
 *     receiving     new ratchet key: RK -> RK', CKr            DHRatchet, the peer's half
 *                                    RK' -> RK'', CKs          DHRatchet, our half, with a fresh pair
 *                   CKr -> seed, CKr'                          skipped seeds are kept
 */
import { BASE_POINT } from './agreement.ts'
import type { Agreement, AgreedAll, PreparedKey } from './agreement.ts'
import { encodeCurveKey } from './curve-key.ts'
import { deriveRoot, messageSeed, nextChainKey } from './key-schedule.ts'
import { duplicateMessage, invalidMessage } from './refusal.ts'
import { RECEIVER_CHAINS_MAX, SKIPPED_SEEDS_MAX } from './session.ts'
import type { ReceiverChain, Session, SkippedSeed } from './session.ts'
import { equalBytes } from '@noble/curves/utils.js'
import { wipe } from './wipe.ts'

/** MAX_SKIP: how far ahead of what was decrypted a message may be (libsignal, MAX_FORWARD_JUMPS). */
export const FORWARD_JUMP_MAX = 25_000

/** A session after a message's seed was taken from it. */
export interface TakenSeed {
  readonly session: Session
  /** 32 bytes, the taker's to wipe unless it is still in the session it was taken from. */
  readonly seed: Uint8Array
}

/** What a DH ratchet step needs besides the session. */
export interface RatchetStep {
  readonly privateKey: Uint8Array
  readonly agreed: AgreedAll
}

/** Whether a message with this ratchet key asks for a DH ratchet step. */
export function needsStep(session: Session, ratchetKey: Uint8Array): boolean {
  return !session.receivers.some((chain) => equalBytes(chain.ratchetKey, ratchetKey))
}

/** What must be agreed on for the step: DH(DHs, DHr), the public half of the new pair, DH(DHs', DHr). */
export function stepAgreements(
  session: Session,
  ratchetKey: Uint8Array,
  privateKey: Uint8Array,
  prepared?: PreparedKey
): readonly Agreement[] {
  return [
    { privateKey: session.sender.pair.privateKey, publicKey: ratchetKey },
    { privateKey, publicKey: BASE_POINT, prepared },
    { privateKey, publicKey: ratchetKey, prepared }
  ]
}

/** DHRatchet (3.5). @throws CryptoError `SEALPOST_MESSAGE_INVALID` for a ratchet key of small order. */
export function ratchetStep(session: Session, ratchetKey: Uint8Array, step: RatchetStep): Session {
  const [received, publicKey, sent] = step.agreed
  if (received === undefined || publicKey === undefined || sent === undefined) {
    throw invalidMessage()
  }
  const theirs = deriveRoot(session.rootKey, received)
  const ours = deriveRoot(theirs.rootKey, sent)
  wipe(received, sent, theirs.rootKey)
  const receiver: ReceiverChain = { ratchetKey, index: 0, chainKey: theirs.chainKey, skipped: [] }
  return {
    ...session,
    rootKey: ours.rootKey,
    // One less than the paper's PN: libsignal's habit, which nobody reads but which is on the wire.
    previousCounter: Math.max(0, session.sender.index - 1),
    sender: {
      pair: { publicKey: encodeCurveKey(publicKey), privateKey: step.privateKey },
      index: 0,
      chainKey: ours.chainKey
    },
    receivers: [...session.receivers, receiver].slice(-RECEIVER_CHAINS_MAX)
  }
}

/** Takes the seed of the next message to send (RatchetSendKey, 7.2). */
export function takeSendSeed(session: Session): TakenSeed {
  const { chainKey, index } = session.sender
  const sender = { ...session.sender, index: index + 1, chainKey: nextChainKey(chainKey) }
  return { seed: messageSeed(chainKey), session: { ...session, sender } }
}

/**
 * Takes the seed of message `index` in the chain of this ratchet key, which the session has (RatchetReceiveKey, 7.2).
 *
 * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE` for one that was taken or is no longer kept, `SEALPOST_MESSAGE_INVALID` for
 * one too far ahead.
 */
export function takeReceiveSeed(
  session: Session,
  ratchetKey: Uint8Array,
  index: number
): TakenSeed {
  const position = session.receivers.findIndex((chain) => equalBytes(chain.ratchetKey, ratchetKey))
  const chain = session.receivers[position]
  if (chain === undefined) {
    throw invalidMessage()
  }
  const taken = index < chain.index ? takeSkipped(chain, index) : takeAhead(chain, index)
  const receivers = session.receivers.with(position, taken.chain)
  return { session: { ...session, receivers }, seed: taken.seed }
}

interface TakenFromChain {
  readonly chain: ReceiverChain
  readonly seed: Uint8Array
}

function takeSkipped(chain: ReceiverChain, index: number): TakenFromChain {
  const found = chain.skipped.find((skipped) => skipped.index === index)
  if (found === undefined) {
    throw duplicateMessage()
  }
  return {
    // A copy: the caller wipes it, and the session that it was taken from may yet be kept.
    seed: found.seed.slice(),
    chain: { ...chain, skipped: chain.skipped.filter((skipped) => skipped !== found) }
  }
}

function takeAhead(chain: ReceiverChain, index: number): TakenFromChain {
  if (index - chain.index > FORWARD_JUMP_MAX) {
    throw invalidMessage()
  }
  const skipped: SkippedSeed[] = []
  let chainKey: Uint8Array = chain.chainKey.slice()
  for (let at = chain.index; at < index; at++) {
    // Seeds that would be dropped at once are not made.
    if (index - at <= SKIPPED_SEEDS_MAX) {
      skipped.push({ index: at, seed: messageSeed(chainKey) })
    }
    chainKey = advanced(chainKey)
  }
  const seed = messageSeed(chainKey)
  return {
    seed,
    chain: {
      ...chain,
      index: index + 1,
      chainKey: advanced(chainKey),
      skipped: [...chain.skipped, ...skipped].slice(-SKIPPED_SEEDS_MAX)
    }
  }
}

function advanced(chainKey: Uint8Array): Uint8Array {
  const next = nextChainKey(chainKey)
  wipe(chainKey)
  return next
}
