/**
 * Takes over the state that libsignal 0.103.0 keeps in its session record: the strongest of oracles, since from there on the
 * same message must lead both to the same key and the same state. For tests; the format is libsignal's own affair, and a
 * program that stores sessions stores them as `encodeSpqr` writes them.
 */
import { concatBytes } from '@noble/hashes/utils.js'
import type { Authenticator } from './authenticator.ts'
import { AUTHENTICATOR_MAC_BYTES, macCiphertext } from './authenticator.ts'
import type { BraidState, BraidStateName } from './braid/braid-state.ts'
import { startChain } from './epoch-chain.ts'
import type { ChainEpoch, EpochChain, ReceiveChain, SendChain } from './epoch-chain.ts'
import { addChunk, CHUNK_BYTES, decodeChunks } from './erasure-code.ts'
import type { ChunkDecoder, ChunkEncoder } from './erasure-code.ts'
import { gf16Multiply } from './gf16.ts'
import {
  CT1_BYTES,
  CT2_BYTES,
  EK_VECTOR_BYTES,
  ekVectorOf,
  ENCAPSULATION_SEED_BYTES,
  HEADER_BYTES
} from './mlkem768-incremental.ts'
import { ct2OfOfficial } from './import-official-encapsulation.ts'
import { OfficialFields } from './official-fields.ts'
import { corruptRecord } from '../record-bytes.ts'
import { countSkipped, SKIPPED_KEY_BYTES, skippedNumberAt } from './skipped-keys.ts'
import { SpqrState } from './spqr-state.ts'

const LANES = CHUNK_BYTES / 2

/** The field that a state is in, and the names of the specification. */
const STATE_FIELDS: readonly BraidStateName[] = [
  'KeysUnsampled',
  'KeysSampled',
  'HeaderSent',
  'Ct1Received',
  'EkSentCt1Received',
  'NoHeaderReceived',
  'HeaderReceived',
  'Ct1Sampled',
  'EkReceivedCt1Sampled',
  'Ct1Acknowledged',
  'Ct2Sampled'
]

/**
 * The state in `bytes`, field 15 of an official session.
 *
 * @throws StorageError `SEALPOST_STORE_CORRUPT` for what is none.
 */
export function importOfficialSpqr(bytes: Uint8Array): SpqrState {
  const fields = new OfficialFields(bytes)
  const negotiation = fields.message(1)
  const chain = fields.message(2)
  const braid = fields.message(3)
  if (braid === undefined) {
    throw corruptRecord()
  }
  return new SpqrState({
    isNegotiated: negotiation === undefined,
    chain: chain === undefined ? chainToStart(negotiation) : importChain(chain),
    braid: importBraid(braid)
  })
}

/** Official makes the chain at the first message. */
function chainToStart(negotiation: OfficialFields | undefined): EpochChain {
  if (negotiation === undefined) {
    throw corruptRecord()
  }
  return startChain(negotiation.bytes(1), negotiation.number(2) === 0 ? 'a2b' : 'b2a')
}

function importChain(fields: OfficialFields): EpochChain {
  const links = fields.messages(3).map((link): ChainEpoch => {
    const [send, receive] = [link.message(1), link.message(2)]
    if (send === undefined || receive === undefined) {
      throw corruptRecord()
    }
    return { send: importSendChain(send), receive: importReceiveChain(receive) }
  })
  return {
    direction: fields.number(1) === 0 ? 'a2b' : 'b2a',
    epoch: fields.number(2),
    sendEpoch: fields.number(5),
    nextRoot: fields.bytes(4),
    links
  }
}

function importSendChain(fields: OfficialFields): SendChain {
  const next = fields.bytes(2)
  return { counter: fields.number(1), next: next.length === 0 ? undefined : next }
}

function importReceiveChain(fields: OfficialFields): ReceiveChain {
  const stored = fields.bytes(3)
  // Official fills the gap that a taken key leaves with the last one; here they ascend.
  const positions = Array.from({ length: countSkipped(stored) }, (_, position) => position)
  positions.sort((a, b) => skippedNumberAt(stored, a) - skippedNumberAt(stored, b))
  const skipped = new Uint8Array(stored.length)
  for (const [at, position] of positions.entries()) {
    const start = position * SKIPPED_KEY_BYTES
    skipped.set(stored.subarray(start, start + SKIPPED_KEY_BYTES), at * SKIPPED_KEY_BYTES)
  }
  return { counter: fields.number(1), next: fields.bytes(2), skipped }
}

function importBraid(fields: OfficialFields): BraidState {
  const code = STATE_FIELDS.findIndex((_, at) => fields.message(at + 1) !== undefined)
  const name = STATE_FIELDS[code]
  const state = fields.message(code + 1)
  const core = state?.message(1)
  const auth = core?.message(2)
  if (name === undefined || state === undefined || core === undefined || auth === undefined) {
    throw corruptRecord()
  }
  const inEpoch = {
    epoch: core.number(1),
    authenticator: { root: auth.bytes(1), mac: auth.bytes(2) }
  }
  return isEkState(name)
    ? importEkState(name, { state, core, inEpoch })
    : importCtState(name, { state, core, inEpoch })
}

type EkStateName = Extract<
  BraidStateName,
  'KeysUnsampled' | 'KeysSampled' | 'HeaderSent' | 'Ct1Received' | 'EkSentCt1Received'
>

function isEkState(name: BraidStateName): name is EkStateName {
  return STATE_FIELDS.indexOf(name) < STATE_FIELDS.indexOf('NoHeaderReceived')
}

interface Source {
  readonly state: OfficialFields
  readonly core: OfficialFields
  readonly inEpoch: { readonly epoch: number; readonly authenticator: Authenticator }
}

function importEkState(name: EkStateName, { state, core, inEpoch }: Source): BraidState {
  const dk = core.bytes(name === 'KeysSampled' ? 4 : 3)
  switch (name) {
    case 'KeysUnsampled':
      return { name, ...inEpoch }
    case 'KeysSampled': {
      const sending = importEncoder(state, HEADER_BYTES + AUTHENTICATOR_MAC_BYTES)
      return { name, ...inEpoch, dk, sending }
    }
    case 'HeaderSent': {
      const sending = importEncoder(state, EK_VECTOR_BYTES, ekVectorOf(dk))
      return { name, ...inEpoch, dk, sending, receiving: importDecoder(state, 3) }
    }
    case 'Ct1Received': {
      const sending = importEncoder(state, EK_VECTOR_BYTES, ekVectorOf(dk))
      return { name, ...inEpoch, dk, ct1: core.bytes(4), sending }
    }
    case 'EkSentCt1Received':
      return { name, ...inEpoch, dk, ct1: core.bytes(4), receiving: importDecoder(state, 3) }
  }
}

function importCtState(
  name: Exclude<BraidStateName, EkStateName>,
  { state, core, inEpoch }: Source
): BraidState {
  switch (name) {
    case 'NoHeaderReceived':
      return { name, ...inEpoch, receiving: importDecoder(state, 2) }
    case 'HeaderReceived':
      return { name, ...inEpoch, header: core.bytes(3) }
    case 'Ct1Sampled':
    case 'Ct1Acknowledged': {
      const [header, ct1] = [core.bytes(3), core.bytes(5)]
      const m = core.bytes(4).slice(-ENCAPSULATION_SEED_BYTES)
      const receiving = importDecoder(state, name === 'Ct1Sampled' ? 3 : 2)
      const encapsulation = { ...inEpoch, header, m, ct1, receiving }
      return name === 'Ct1Sampled'
        ? { name, ...encapsulation, sending: importEncoder(state, CT1_BYTES, ct1) }
        : { name, ...encapsulation }
    }
    case 'EkReceivedCt1Sampled':
      return importEkReceived({ state, core, inEpoch })
    case 'Ct2Sampled': {
      const sending = importEncoder(state, CT2_BYTES + AUTHENTICATOR_MAC_BYTES)
      return { name, ...inEpoch, sending }
    }
  }
}

/** Official keeps what ct2 is made from; here it is made already. */
function importEkReceived({ state, core, inEpoch }: Source): BraidState {
  const [es, ek, ct1] = [core.bytes(3), core.bytes(4), core.bytes(5)]
  const ct2 = ct2OfOfficial(es, ek)
  const { epoch, authenticator } = inEpoch
  return {
    name: 'EkReceivedCt1Sampled',
    ...inEpoch,
    sending: importEncoder(state, CT1_BYTES, ct1),
    ct2AndMac: concatBytes(ct2, macCiphertext(authenticator, epoch, concatBytes(ct1, ct2)))
  }
}

/**
 * The encoder in field 2, which official keeps as the values of the lanes, or as their coefficients once it had to leave the
 * first chunks. `known` is the message where the state has it elsewhere, and must be the same.
 */
function importEncoder(
  state: OfficialFields,
  messageBytes: number,
  known?: Uint8Array
): ChunkEncoder {
  const encoder = state.message(2)
  if (encoder === undefined) {
    throw corruptRecord()
  }
  const values = encoder.allBytes(2)
  const lanes = values.length === 0 ? encoder.allBytes(3).map(evaluate) : values
  const message = new Uint8Array(messageBytes)
  if (lanes.length !== LANES || lanes.some((lane) => lane.length * LANES !== messageBytes)) {
    throw corruptRecord()
  }
  for (const [lane, bytes] of lanes.entries()) {
    for (let at = 0; at < bytes.length; at += 2) {
      message.set(bytes.subarray(at, at + 2), at * LANES + 2 * lane)
    }
  }
  if (known?.some((byte, at) => byte !== message[at]) === true) {
    throw corruptRecord()
  }
  return { message: known ?? message, nextIndex: encoder.number(1) % 0x1_0000 }
}

/** The values at 0, 1, ... of a polynomial with as many coefficients, lowest first: both big-endian u16. */
function evaluate(coefficients: Uint8Array): Uint8Array {
  const values = new Uint8Array(coefficients.length)
  for (let x = 0; x < values.length / 2; x += 1) {
    let value = 0
    for (let at = coefficients.length - 2; at >= 0; at -= 2) {
      const high = coefficients[at] ?? 0
      value = gf16Multiply(value, x) ^ ((high << 8) | (coefficients[at + 1] ?? 0))
    }
    values[2 * x] = value >>> 8
    values[2 * x + 1] = value
  }
  return values
}

/** The decoder in `field`: of each lane the points, `BE16 x || BE16 y`, the same x in all. */
function importDecoder(state: OfficialFields, field: number): ChunkDecoder {
  const fields = state.message(field)
  const lanes = fields?.allBytes(3) ?? []
  const first = lanes[0]
  if (fields === undefined || first === undefined || lanes.length !== LANES) {
    throw corruptRecord()
  }
  let decoder = decodeChunks(fields.number(1) * 2)
  for (let at = 0; at < first.length; at += 4) {
    const data = new Uint8Array(CHUNK_BYTES)
    for (const [lane, points] of lanes.entries()) {
      data.set(points.subarray(at + 2, at + 4), 2 * lane)
    }
    const index = ((first[at] ?? 0) << 8) | (first[at + 1] ?? 0)
    decoder = addChunk(decoder, { index, data }).decoder
  }
  return decoder
}
