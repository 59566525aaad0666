/**
 * The epoch chains of SPQR: from the secret of every epoch a chain of message keys in each direction (Double Ratchet revision
 * 4, section 5, the SPQR's symmetric part). Epoch 0 comes from the key that both sides agreed on beforehand.
 *
 *     root(0), A->B, B->A = HKDF(0, authKey, "... Chain  Start")
 *     root(e), A->B, B->A = HKDF(root(e-1), secret(e), "... Chain Add Epoch")
 *     next, key           = HKDF(0, next, BE32(number) || "... Chain Next")      numbers count from 1
 *
 * Chains are values: a step makes another chain, which shares what did not change.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { hkdfSha256 } from '../hmac-sha256.ts'
import {
  countSkipped,
  dropSkippedBelow,
  NO_SKIPPED_KEYS,
  SKIPPED_KEY_BYTES,
  takeSkipped,
  writeSkipped
} from './skipped-keys.ts'
import type { SkippedKeys } from './skipped-keys.ts'
import { SpqrError } from './spqr-error.ts'

/** How far a message may be ahead of the last one received in its chain: what libsignal sets. */
export const JUMP_MAX = 25_000
/** How far back keys of messages that have not come are kept: what libsignal sets. */
export const SKIPPED_KEYS_KEPT = 2_000
/** With this many, those that are out of reach are dropped: a tenth above `SKIPPED_KEYS_KEPT`, so that it is done rarely. */
export const SKIPPED_KEYS_TRIM = 2_201

/** The double space is theirs. */
const START = utf8ToBytes('Signal PQ Ratchet V1 Chain  Start')
const ADD_EPOCH = utf8ToBytes('Signal PQ Ratchet V1 Chain Add Epoch')
const NEXT = utf8ToBytes('Signal PQ Ratchet V1 Chain Next')

/** Who this side is: `a2b` for who initiated the session, `b2a` for who answered. */
export type SpqrDirection = 'a2b' | 'b2a'

/** The keys to send with in one epoch. */
export interface SendChain {
  /** The number of the last key given out, 0 at first. */
  readonly counter: number
  /** What the next key comes from; undefined once a later epoch was sent in. */
  readonly next: Uint8Array | undefined
}

/** The keys to receive with in one epoch. */
export interface ReceiveChain {
  /** The highest number received, 0 at first. */
  readonly counter: number
  readonly next: Uint8Array
  readonly skipped: SkippedKeys
}

/** Both directions of one epoch. */
export interface ChainEpoch {
  readonly send: SendChain
  readonly receive: ReceiveChain
}

/** All epochs that are still open. */
export interface EpochChain {
  readonly direction: SpqrDirection
  /** The newest epoch. */
  readonly epoch: number
  /** The epoch last sent in. */
  readonly sendEpoch: number
  /** What the next epoch comes from, together with its secret. */
  readonly nextRoot: Uint8Array
  /** The epochs up to the newest, which is the last. */
  readonly links: readonly ChainEpoch[]
}

/** The chain in epoch 0. */
export function startChain(authKey: Uint8Array, direction: SpqrDirection): EpochChain {
  const okm = hkdfSha256(undefined, authKey, START, 96)
  return { direction, epoch: 0, sendEpoch: 0, ...splitEpoch(okm, direction, []) }
}

/** The chain with one epoch more. `secret` stays the caller's. */
export function addEpoch(chain: EpochChain, secret: Uint8Array): EpochChain {
  const okm = hkdfSha256(chain.nextRoot, secret, ADD_EPOCH, 96)
  return {
    ...chain,
    epoch: chain.epoch + 1,
    ...splitEpoch(okm, chain.direction, chain.links)
  }
}

/** The next key to send with in `epoch`, and its number. The caller owns the key. */
export function sendKey(
  chain: EpochChain,
  epoch: number
): { readonly chain: EpochChain; readonly number: number; readonly key: Uint8Array } {
  const position = positionOf(chain, epoch)
  const link = chain.links[position]
  if (epoch < chain.sendEpoch || link?.send.next === undefined) {
    throw new SpqrError('epoch')
  }
  const number = link.send.counter + 1
  const { next, key } = chainStep(link.send.next, number)
  const sent = { ...link, send: { counter: number, next } }
  if (epoch === chain.sendEpoch) {
    return { chain: { ...chain, links: chain.links.with(position, sent) }, number, key }
  }
  // One epoch is kept behind the one sent in, for messages that come late; nothing is ever sent in it again.
  const links = chain.links
    .with(position, sent)
    .map((each, at) =>
      at < position ? { ...each, send: { ...each.send, next: undefined } } : each
    )
    .slice(Math.max(0, position - 1))
  return { chain: { ...chain, sendEpoch: epoch, links }, number, key }
}

/**
 * The key with `number` of `epoch` to receive with. The caller owns it.
 *
 * @throws SpqrError `epoch`, `jump`, `used`.
 */
export function receiveKey(
  chain: EpochChain,
  epoch: number,
  number: number
): { readonly chain: EpochChain; readonly key: Uint8Array } {
  const position = positionOf(chain, epoch)
  const link = chain.links[position]
  if (link === undefined) {
    throw new SpqrError('epoch')
  }
  const { receive, key } = keyWithNumber(link.receive, number)
  return { chain: { ...chain, links: chain.links.with(position, { ...link, receive }) }, key }
}

/** One step of a chain: the key with `number`, and what the one after it comes from. */
function chainStep(
  next: Uint8Array,
  number: number
): { readonly next: Uint8Array; readonly key: Uint8Array } {
  const info = new Uint8Array(4 + NEXT.length)
  info[0] = number >>> 24
  info[1] = number >>> 16
  info[2] = number >>> 8
  info[3] = number
  info.set(NEXT, 4)
  const okm = hkdfSha256(undefined, next, info, 64)
  const step = { next: okm.slice(0, 32), key: okm.slice(32) }
  okm.fill(0)
  return step
}

function keyWithNumber(
  chain: ReceiveChain,
  number: number
): { readonly receive: ReceiveChain; readonly key: Uint8Array } {
  if (number <= chain.counter) {
    const taken = takeSkipped(chain.skipped, number)
    if (taken === undefined) {
      throw new SpqrError('used')
    }
    return { receive: { ...chain, skipped: taken.rest }, key: taken.key }
  }
  if (number - chain.counter > JUMP_MAX) {
    throw new SpqrError('jump')
  }
  const { next, skipped } = skipTo(chain, number)
  const step = chainStep(next, number)
  return { receive: { counter: number, next: step.next, skipped }, key: step.key }
}

/** Passes over the keys before `number`, keeping those that are within reach of it. */
function skipTo(
  chain: ReceiveChain,
  number: number
): { readonly next: Uint8Array; readonly skipped: SkippedKeys } {
  if (number === chain.counter + 1 && countSkipped(chain.skipped) < SKIPPED_KEYS_TRIM) {
    return { next: chain.next, skipped: chain.skipped }
  }
  const isAllOutOfReach = number > chain.counter + SKIPPED_KEYS_KEPT
  const held = isAllOutOfReach ? NO_SKIPPED_KEYS : chain.skipped
  const firstKept = Math.max(chain.counter + 1, number - SKIPPED_KEYS_KEPT)
  const skipped = new Uint8Array(held.length + (number - firstKept) * SKIPPED_KEY_BYTES)
  skipped.set(held)
  let next = chain.next
  for (let at = chain.counter + 1; at < number; at += 1) {
    const step = chainStep(next, at)
    if (at >= firstKept) {
      writeSkipped(skipped, countSkipped(held) + at - firstKept, { number: at, key: step.key })
    }
    step.key.fill(0)
    if (next !== chain.next) {
      next.fill(0)
    }
    next = step.next
  }
  const isTrimmed = countSkipped(skipped) >= SKIPPED_KEYS_TRIM
  // Official counts from the number before this one.
  return {
    next,
    skipped: isTrimmed ? dropSkippedBelow(skipped, number - 1 - SKIPPED_KEYS_KEPT) : skipped
  }
}

/** Where `epoch` is among the links. */
function positionOf(chain: EpochChain, epoch: number): number {
  const position = chain.links.length - 1 - (chain.epoch - epoch)
  if (position < 0 || position >= chain.links.length) {
    throw new SpqrError('epoch')
  }
  return position
}

function splitEpoch(
  okm: Uint8Array,
  direction: SpqrDirection,
  links: readonly ChainEpoch[]
): { readonly nextRoot: Uint8Array; readonly links: readonly ChainEpoch[] } {
  const a2b = okm.slice(32, 64)
  const b2a = okm.slice(64)
  const [send, receive] = direction === 'a2b' ? [a2b, b2a] : [b2a, a2b]
  const nextRoot = okm.slice(0, 32)
  okm.fill(0)
  const link = {
    send: { counter: 0, next: send },
    receive: { counter: 0, next: receive, skipped: NO_SKIPPED_KEYS }
  }
  return { nextRoot, links: [...links, link] }
}
