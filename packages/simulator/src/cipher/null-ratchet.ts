/** One session of the null cipher: the counters of its ratchets, as a record has them, and what a message takes of them. */
import type { CiphertextOfType } from '@sealpost/core'
import {
  BRAID_PAYLOADS,
  BRAID_STATES,
  type BraidPayload,
  braidReceive,
  braidSend,
  initialBraid,
  type NullBraid
} from './null-braid.ts'
import {
  initiatorChains,
  JUMP_MAX,
  keySteps,
  type NullChains,
  responderChains,
  takeKey
} from './null-chains.ts'
import {
  addEpoch,
  initialEpochs,
  type NullEpochs,
  numberSteps,
  sendNumber,
  takeNumber
} from './null-epochs.ts'
import { NumberReader, NumberWriter, varintBytes } from './numbers.ts'

export const ID_BYTES = 16

/** What the initiator repeats in every message until the other side has answered. */
export interface Pending {
  readonly createdAtS: number
  readonly registrationId: number
  readonly signedPrekeyId: number
  readonly kyberPrekeyId: number
}

export interface NullRatchet {
  readonly id: Uint8Array
  pending: Pending | undefined
  readonly chains: NullChains
  readonly braid: NullBraid
  readonly epochs: NullEpochs
}

/** What a message says of its keys. */
export interface MessageHead {
  readonly chain: number
  readonly index: number
  readonly epoch: number
  readonly number: number
  readonly payload: BraidPayload
}

/** The head of a message that was taken to send, and the length of its ciphertext. */
export interface SentHead extends MessageHead {
  readonly type: CiphertextOfType['type']
  readonly bytes: number
}

export function beginRatchet(id: Uint8Array, pending: Pending | undefined): NullRatchet {
  const isInitiator = pending !== undefined
  return {
    id,
    pending,
    chains: isInitiator ? initiatorChains() : responderChains(),
    braid: initialBraid(isInitiator),
    epochs: initialEpochs()
  }
}

/** The next message to send. */
export function ratchetSend(ratchet: NullRatchet, contentBytes: number): SentHead {
  const { braid, chains, epochs, pending } = ratchet
  const { epoch } = braid
  const { payload, chunk, bringsSecret } = braidSend(braid)
  if (bringsSecret) {
    addEpoch(epochs)
  }
  const number = sendNumber(epochs, epoch - 1)
  const { own: chain, index, previousCounter } = chains
  chains.index += 1
  const spqrBytes =
    2 +
    varintBytes(epoch) +
    varintBytes(number) +
    (chunk === undefined ? 0 : varintBytes(chunk) + CHUNK_BYTES)
  const inner =
    MESSAGE_BYTES +
    varintBytes(index) +
    varintBytes(previousCounter) +
    fieldBytes((Math.floor(contentBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES) +
    fieldBytes(spqrBytes)
  const bytes = pending === undefined ? inner : firstBytes(inner, pending)
  return { type: pending === undefined ? 2 : 3, bytes, chain, index, epoch, number, payload }
}

const NO_CHAIN = -1
/** What a content is padded to. */
const BLOCK_BYTES = 16
const CHUNK_BYTES = 32
/** Version, ratchet key with its tag, MAC, and the tags of two numbers. */
const MESSAGE_BYTES: number = 1 + 35 + 8 + 2
/** Version, base key and identity key, tags of three numbers, the KEM's ciphertext. */
const FIRST_BYTES: number = 1 + 35 + 35 + 3 + 3 + 1_569

function firstBytes(inner: number, pending: Pending): number {
  const { registrationId, signedPrekeyId, kyberPrekeyId } = pending
  const ids = [registrationId, signedPrekeyId, kyberPrekeyId].map(varintBytes)
  return ids.reduce((sum, one) => sum + one, FIRST_BYTES + fieldBytes(inner))
}

function fieldBytes(bytes: number): number {
  return 1 + varintBytes(bytes) + bytes
}

/** Takes a message's keys: undefined where there are any, else why not; then the ratchet is of no use any more. */
export function ratchetReceive(
  ratchet: NullRatchet,
  { chain, index, epoch, number, payload }: MessageHead
): 'SEALPOST_DUPLICATE_MESSAGE' | 'SEALPOST_MESSAGE_INVALID' | undefined {
  const { braid, chains, epochs } = ratchet
  const refusal = takeKey(chains, chain, index)
  if (refusal !== undefined) {
    return refusal
  }
  const received = braidReceive(braid, epoch, payload)
  if (received === 'refused') {
    return 'SEALPOST_MESSAGE_INVALID'
  }
  if (received) {
    addEpoch(epochs)
  }
  if (!takeNumber(epochs, epoch - 1, number)) {
    return 'SEALPOST_MESSAGE_INVALID'
  }
  ratchet.pending = undefined
  return undefined
}

/** What it would cost to look for the keys of a message. @param isOwn whether it is one of this session */
export function ratchetSteps(
  { chains, epochs }: NullRatchet,
  head: MessageHead,
  isOwn: boolean
): number {
  // A chain of another session is none of this.
  const steps = keySteps(chains, isOwn ? head.chain : NO_CHAIN, head.index)
  const more = numberSteps(epochs, head.epoch, head.number)
  return steps > JUMP_MAX ? 0 : steps + (more > JUMP_MAX ? 0 : more)
}

/** The number of a payload, for a message. */
export function payloadNumber(payload: BraidPayload): number {
  return BRAID_PAYLOADS.indexOf(payload)
}

export function payloadOf(number: number): BraidPayload {
  return BRAID_PAYLOADS[number] ?? 'none'
}

// ---- records

export function writeRatchet(ratchet: NullRatchet): Uint8Array {
  const { id, pending, chains, braid, epochs } = ratchet
  const writer = new NumberWriter(id)
  writer.add(BRAID_STATES.indexOf(braid.state) * 2 + (pending === undefined ? 0 : 1))
  if (pending !== undefined) {
    writer.add(pending.createdAtS)
    writer.add(pending.registrationId)
    writer.add(pending.signedPrekeyId)
    writer.add(pending.kyberPrekeyId)
  }
  writer.add(braid.epoch)
  writer.add(braid.nextChunk)
  writer.add(braid.received)
  writer.add(chains.own)
  writer.add(chains.index)
  writer.add(chains.previousCounter)
  writer.add(chains.theirs)
  writer.add(chains.receivers.length)
  for (const { next, skipped } of chains.receivers) {
    writer.add(next)
    writer.addRuns(skipped)
  }
  writer.add(epochs.epoch)
  writer.add(epochs.sendEpoch)
  writer.add(epochs.links.length)
  for (const { sent, received, skipped } of epochs.links) {
    writer.add(sent)
    writer.add(received)
    writer.addRuns(skipped)
  }
  return writer.bytes()
}

/** Since when a session waits for its answer, in seconds since 1970; undefined where it does not. */
export function waitsSince(record: Uint8Array): number | undefined {
  const reader = new NumberReader(record, ID_BYTES)
  return reader.next() % 2 === 0 ? undefined : reader.next()
}

/** Begins with the id. */
export function readRatchet(bytes: Uint8Array): NullRatchet {
  const reader = new NumberReader(bytes, ID_BYTES)
  const first = reader.next()
  const pending =
    first % 2 === 0
      ? undefined
      : {
          createdAtS: reader.next(),
          registrationId: reader.next(),
          signedPrekeyId: reader.next(),
          kyberPrekeyId: reader.next()
        }
  const state = BRAID_STATES[Math.floor(first / 2)] ?? 'keys-unsampled'
  return {
    id: bytes.subarray(0, ID_BYTES),
    pending,
    braid: { state, epoch: reader.next(), nextChunk: reader.next(), received: reader.next() },
    chains: {
      own: reader.next(),
      index: reader.next(),
      previousCounter: reader.next(),
      theirs: reader.next(),
      receivers: reader.list(() => ({ next: reader.next(), skipped: reader.runs() }))
    },
    epochs: {
      epoch: reader.next(),
      sendEpoch: reader.next(),
      links: reader.list(() => {
        return { sent: reader.next(), received: reader.next(), skipped: reader.runs() }
      })
    }
  }
}
