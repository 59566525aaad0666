/**
 * Sender keys: each member of a group has one chain for all the others, and a key pair that signs what it sends.
 *
 *     chain key -> seed -> AES-256-CBC key and IV, and the next chain key       as in a session, but without any DH step
 *
 * A chain never heals: whoever has learnt a chain key reads on until the member makes a new one, under a new distribution id,
 * which must happen whenever somebody leaves. Who sent a message is not in it: the transport must have said so.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import type { Random } from '@sealpost/crypto'
import { bytesToNumberBE, equalBytes } from '@noble/curves/utils.js'
import { encodeCurveKey, freshPrivateKey } from './curve-key.ts'
import { FORWARD_JUMP_MAX } from './double-ratchet.ts'
import { deriveGroupKeys, messageSeed, nextChainKey } from './key-schedule.ts'
import { decryptCbc, encryptCbc } from './message-cipher.ts'
import { duplicateMessage, invalidMessage } from './refusal.ts'
import { decodeDistribution, decodeSenderKeyMessage } from './sender-key-message.ts'
import { encodeDistribution, encodeSenderKeyMessage } from './sender-key-message.ts'
import { SKIPPED_SEEDS_MAX } from './session.ts'
import type { SkippedSeed } from './session.ts'
import { publicU } from './agreement.ts'
import { wipe } from './wipe.ts'
import { SIGNATURE_BYTES, signXeddsa, verifyXeddsa } from './xeddsa.ts'

/** States of one sender that a record keeps, the newest first (libsignal, MAX_SENDER_KEY_STATES). */
export const SENDER_KEY_STATES_MAX = 5

/** One chain of one sender. */
export interface SenderKeyState {
  readonly chainId: number
  /** The number of the next message. */
  readonly iteration: number
  readonly chainKey: Uint8Array
  readonly signingKey: Uint8Array
  /** Only of our own chain. */
  readonly signingPrivateKey: Uint8Array | undefined
  /** In ascending order, all below `iteration`. */
  readonly skipped: readonly SkippedSeed[]
}

/** What is kept for one sender and one distribution id: the newest first, at least one. */
export type SenderKeyRecord = readonly SenderKeyState[]

/** A fresh chain of our own, to be stored before anything is sent with it. Takes 68 random bytes. Secret. */
export function makeSenderKey(random: Random): SenderKeyRecord {
  // 31 bits: libsignal's Java ancestors had no other integers.
  const chainId = Number(bytesToNumberBE(random.bytes(4))) >>> 1
  const chainKey = random.bytes(32)
  const signingPrivateKey = freshPrivateKey(random)
  const signingKey = encodeCurveKey(publicU(signingPrivateKey))
  return [{ chainId, iteration: 0, chainKey, signingKey, signingPrivateKey, skipped: [] }]
}

/**
 * What the other members must be told, each in their session: where our chain stands now. Who is told later reads nothing
 * from before. Secret.
 *
 * @param distributionId 16 random bytes by which the members name this chain; another after somebody has left.
 * @throws UsageError `SEALPOST_USAGE` where the id has not 16 bytes.
 */
export function distributionOf(record: SenderKeyRecord, distributionId: Uint8Array): Uint8Array {
  const { chainId, chainKey, iteration, signingKey } = newest(record)
  return encodeDistribution({ distributionId, chainId, iteration, chainKey, signingKey })
}

/**
 * The record after a distribution came, undefined before the first. One that is known is not rewound; another signing key under the same chain id replaces.
 *
 * @throws CryptoError `SEALPOST_MESSAGE_INVALID`
 */
export function withDistribution(
  record: SenderKeyRecord | undefined,
  bytes: Uint8Array
): SenderKeyRecord {
  const { chainId, chainKey, iteration, signingKey } = decodeDistribution(bytes)
  const earlier = record ?? []
  const known = earlier.find(
    (state) => state.chainId === chainId && equalBytes(state.signingKey, signingKey)
  )
  const state: SenderKeyState = known ?? {
    chainId,
    iteration,
    chainKey,
    signingKey,
    signingPrivateKey: undefined,
    skipped: []
  }
  const others = earlier.filter((other) => other.chainId !== chainId)
  return [state, ...others].slice(0, SENDER_KEY_STATES_MAX)
}

/**
 * Encrypts for all members of a group. Takes 64 random bytes. What it returns must be stored before the bytes are sent, or
 * two messages may have one key; the record that was given is as it was.
 *
 * @param plaintext of any length; copied.
 * @throws CryptoError `SEALPOST_MESSAGE_INVALID` where the record is another's.
 * @throws UsageError `SEALPOST_USAGE` where the id has not 16 bytes.
 */
export function encryptForGroup(
  record: SenderKeyRecord,
  distributionId: Uint8Array,
  plaintext: Uint8Array,
  random: Random
): { readonly record: SenderKeyRecord; readonly bytes: Uint8Array } {
  const state = newest(record)
  const { chainId, chainKey, iteration, signingPrivateKey } = state
  if (signingPrivateKey === undefined) {
    throw invalidMessage()
  }
  const seed = messageSeed(chainKey)
  const keys = deriveGroupKeys(seed)
  const ciphertext = encryptCbc(keys, plaintext)
  const signed = encodeSenderKeyMessage({ distributionId, chainId, iteration, ciphertext })
  const nonce = random.bytes(SIGNATURE_BYTES)
  const bytes = concatBytes(signed, signXeddsa(signingPrivateKey, signed, nonce))
  wipe(seed, keys.cipherKey, keys.iv, nonce)
  const moved = { ...state, iteration: iteration + 1, chainKey: nextChainKey(chainKey) }
  return { record: [moved, ...record.slice(1)], bytes }
}

/**
 * Decrypts a message of the sender whose record this is; the record that was given is as it was. Up to 25,000 messages may be
 * skipped, of which the last 2,000 stay readable.
 *
 * @throws CryptoError `SEALPOST_DUPLICATE_MESSAGE`, or `SEALPOST_MESSAGE_INVALID` for all else.
 */
export function decryptFromGroup(
  record: SenderKeyRecord,
  bytes: Uint8Array
): { readonly record: SenderKeyRecord; readonly plaintext: Uint8Array } {
  const message = decodeSenderKeyMessage(bytes)
  const position = record.findIndex(({ chainId }) => chainId === message.chainId)
  const state = record[position]
  // The signature comes first: nobody else may make us walk a chain.
  if (state === undefined || !verifyXeddsa(state.signingKey, message.signed, message.signature)) {
    throw invalidMessage()
  }
  const { seed, state: moved } = takeSeed(state, message.iteration)
  const keys = deriveGroupKeys(seed)
  const plaintext = decryptCbc(keys, message.ciphertext)
  wipe(seed, keys.cipherKey, keys.iv)
  if (plaintext === undefined) {
    throw invalidMessage()
  }
  return { record: record.with(position, moved), plaintext }
}

function takeSeed(
  state: SenderKeyState,
  iteration: number
): { readonly state: SenderKeyState; readonly seed: Uint8Array } {
  if (iteration < state.iteration) {
    const found = state.skipped.find(({ index }) => index === iteration)
    if (found === undefined) {
      throw duplicateMessage()
    }
    const skipped = state.skipped.filter((other) => other !== found)
    return { state: { ...state, skipped }, seed: found.seed.slice() }
  }
  if (iteration - state.iteration > FORWARD_JUMP_MAX) {
    throw invalidMessage()
  }
  const skipped: SkippedSeed[] = []
  let { chainKey } = state
  for (let at = state.iteration; at < iteration; at++) {
    if (iteration - at <= SKIPPED_SEEDS_MAX) {
      skipped.push({ index: at, seed: messageSeed(chainKey) })
    }
    chainKey = nextChainKey(chainKey)
  }
  return {
    seed: messageSeed(chainKey),
    state: {
      ...state,
      iteration: iteration + 1,
      chainKey: nextChainKey(chainKey),
      skipped: [...state.skipped, ...skipped].slice(-SKIPPED_SEEDS_MAX)
    }
  }
}

function newest(record: SenderKeyRecord): SenderKeyState {
  const [state] = record
  if (state === undefined) {
    throw invalidMessage()
  }
  return state
}
