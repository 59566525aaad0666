/**
 * The ML-KEM Braid of the post-quantum ratchet as counters: what each message carries of it. In every epoch one side sends a key
 * (EK) and the other a ciphertext (CT), in chunks that ride on messages; in the next they change places.
 */

/** In the order of their numbers in a record. */
export const BRAID_STATES = [
  'keys-unsampled',
  'keys-sampled',
  'header-sent',
  'ct1-received',
  'ek-sent-ct1-received',
  'no-header-received',
  'header-received',
  'ct1-sampled',
  'ek-received-ct1-sampled',
  'ct1-acknowledged',
  'ct2-sampled'
] as const

/** In the order of their numbers in a message. */
export const BRAID_PAYLOADS = ['none', 'hdr', 'ek', 'ekCt1Ack', 'ct1Ack', 'ct1', 'ct2'] as const

export type BraidState = (typeof BRAID_STATES)[number]
export type BraidPayload = (typeof BRAID_PAYLOADS)[number]

/** Chunks of 32 bytes that each part takes. */
const HEADER_CHUNKS = 3
const EK_CHUNKS = 36
const CT1_CHUNKS = 30
const CT2_CHUNKS = 5
/** Then they are numbered from 0 again. */
const CHUNK_NUMBERS = 65_536

export interface NullBraid {
  state: BraidState
  /** From 1. */
  epoch: number
  /** The number of the next chunk of what is being sent. */
  nextChunk: number
  /** Chunks of what is being received that have come. */
  received: number
}

export interface BraidSent {
  readonly payload: BraidPayload
  /** The number of the chunk; undefined where there is none. */
  readonly chunk: number | undefined
  /** Whether this step brings the secret of the epoch. */
  readonly bringsSecret: boolean
}

/** @param isInitiator who began the session sends the first key. */
export function initialBraid(isInitiator: boolean): NullBraid {
  const state = isInitiator ? 'keys-unsampled' : 'no-header-received'
  return { state, epoch: 1, nextChunk: 0, received: 0 }
}

export function braidSend(braid: NullBraid): BraidSent {
  const bringsSecret = braid.state === 'header-received'
  if (bringsSecret) {
    enter(braid, 'ct1-sampled')
  } else if (braid.state === 'keys-unsampled') {
    enter(braid, 'keys-sampled')
  }
  const payload = payloadOf(braid.state)
  if (payload === 'none' || payload === 'ct1Ack') {
    return { payload, chunk: undefined, bringsSecret }
  }
  const chunk = braid.nextChunk
  braid.nextChunk = (chunk + 1) % CHUNK_NUMBERS
  return { payload, chunk, bringsSecret }
}

function payloadOf(state: BraidState): BraidPayload {
  switch (state) {
    case 'keys-unsampled':
    case 'keys-sampled':
      return 'hdr'
    case 'header-sent':
      return 'ek'
    case 'ct1-received':
      return 'ekCt1Ack'
    case 'ek-sent-ct1-received':
      return 'ct1Ack'
    case 'no-header-received':
    case 'ct1-acknowledged':
      return 'none'
    case 'header-received':
    case 'ct1-sampled':
    case 'ek-received-ct1-sampled':
      return 'ct1'
    case 'ct2-sampled':
      return 'ct2'
  }
}

/** @returns whether it brings the secret of the epoch; `refused` for an epoch that the other side cannot be in. */
export function braidReceive(
  braid: NullBraid,
  epoch: number,
  payload: BraidPayload
): boolean | 'refused' {
  if (epoch > braid.epoch) {
    if (braid.state !== 'ct2-sampled' || epoch !== braid.epoch + 1) {
      return 'refused'
    }
    braid.epoch += 1
    enter(braid, 'keys-unsampled')
    return false
  }
  return epoch === braid.epoch && take(braid, payload)
}

function take(braid: NullBraid, payload: BraidPayload): boolean {
  switch (braid.state) {
    case 'keys-sampled':
      if (payload === 'ct1') {
        enter(braid, 'header-sent')
        braid.received = 1
      }
      return false
    case 'header-sent':
      if (payload === 'ct1' && isWhole(braid, CT1_CHUNKS)) {
        // What is sent goes on.
        braid.state = 'ct1-received'
      }
      return false
    case 'ct1-received':
      if (payload === 'ct2') {
        enter(braid, 'ek-sent-ct1-received')
        braid.received = 1
      }
      return false
    case 'ek-sent-ct1-received':
      if (payload === 'ct2' && isWhole(braid, CT2_CHUNKS)) {
        braid.epoch += 1
        enter(braid, 'no-header-received')
        return true
      }
      return false
    case 'no-header-received':
      if (payload === 'hdr' && isWhole(braid, HEADER_CHUNKS)) {
        enter(braid, 'header-received')
      }
      return false
    default:
      takeVector(braid, payload)
      return false
  }
}

/** The side that sends the ciphertext takes the key, and that its first part has come. */
function takeVector(braid: NullBraid, payload: BraidPayload): void {
  const isKey = payload === 'ek' || payload === 'ekCt1Ack'
  const isAcknowledged = payload === 'ekCt1Ack'
  if (braid.state === 'ct1-sampled' && isKey) {
    if (isWhole(braid, EK_CHUNKS)) {
      if (isAcknowledged) {
        enter(braid, 'ct2-sampled')
      } else {
        braid.state = 'ek-received-ct1-sampled'
      }
    } else if (isAcknowledged) {
      braid.state = 'ct1-acknowledged'
    }
  } else if (braid.state === 'ct1-acknowledged' && isKey) {
    if (isWhole(braid, EK_CHUNKS)) {
      enter(braid, 'ct2-sampled')
    }
  } else if (
    braid.state === 'ek-received-ct1-sampled' &&
    (isAcknowledged || payload === 'ct1Ack')
  ) {
    enter(braid, 'ct2-sampled')
  }
}

/** One chunk more: each comes once. */
function isWhole(braid: NullBraid, count: number): boolean {
  braid.received += 1
  return braid.received >= count
}

function enter(braid: NullBraid, state: BraidState): void {
  braid.state = state
  braid.nextChunk = 0
  braid.received = 0
}
