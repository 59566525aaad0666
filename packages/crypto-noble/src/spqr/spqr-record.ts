/**
 * How a state is stored. Integers are big-endian; every state has one encoding, and nothing else decodes to it.
 *
 *     record  := 1 flags(1) chain braid               flags: 1 = direction b2a, 2 = negotiated
 *     chain   := epoch(8) sendEpoch(8) nextRoot(32) count(1) link*
 *     link    := counter(4) sendable(1) [ next(32) ]                                   to send with
 *                counter(4) next(32) count(2) ( number(4) key(32) )*                   to receive with
 *     braid   := state(1) epoch(8) root(32) mac(32) body
 *     body    := by state, in the order of `STATE_CODES`:
 *       KeysUnsampled         -                       NoHeaderReceived      rx(hdr || MAC)
 *       KeysSampled           dk tx(hdr || MAC)       HeaderReceived        header
 *       HeaderSent            dk tx rx(ct1)           Ct1Sampled            header m ct1 tx rx(ekVector)
 *       Ct1Received           dk ct1 tx               EkReceivedCt1Sampled  ct1 ct2 MAC tx
 *       EkSentCt1Received     dk ct1 rx(ct2 || MAC)   Ct1Acknowledged       header m ct1 rx(ekVector)
 *                                                     Ct2Sampled            tx(ct2 || MAC)
 *     tx      := [ message ] nextIndex(2)             without the message where it is part of dk or ct1
 *     rx      := count(1) index(2)* chunk(32)*        indices ascending, fewer than the message takes
 */
import type { Authenticator } from './authenticator.ts'
import { AUTHENTICATOR_MAC_BYTES } from './authenticator.ts'
import type { BraidState, BraidStateName, Encapsulation } from './braid/braid-state.ts'
import type { ChunkDecoder, ChunkEncoder } from './erasure-code.ts'
import { CHUNK_BYTES } from './erasure-code.ts'
import type { ChainEpoch, EpochChain, ReceiveChain, SendChain } from './epoch-chain.ts'
import { SKIPPED_KEYS_TRIM } from './epoch-chain.ts'
import {
  CT1_BYTES,
  CT2_BYTES,
  DK_BYTES,
  EK_VECTOR_BYTES,
  ekVectorOf,
  ENCAPSULATION_SEED_BYTES,
  HEADER_BYTES
} from './mlkem768-incremental.ts'
import { corruptRecord, RECORD_VERSION, RecordReader, RecordWriter } from '../record-bytes.ts'
import { countSkipped, SKIPPED_KEY_BYTES, skippedNumberAt } from './skipped-keys.ts'
import { SpqrState } from './spqr-state.ts'

const FLAG_B2A = 1
const FLAG_NEGOTIATED = 2
const SECRET_BYTES = 32
const HEADER_MESSAGE_BYTES = HEADER_BYTES + AUTHENTICATOR_MAC_BYTES
const CT2_MESSAGE_BYTES = CT2_BYTES + AUTHENTICATOR_MAC_BYTES

/** The number of a state is its place here. */
const STATE_CODES: readonly BraidStateName[] = [
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

/** The record of a state: bytes that the caller owns. Holds secrets. Up to 4 kB, and 36 bytes for each skipped key. */
export function encodeSpqr(state: SpqrState): Uint8Array {
  const { isNegotiated, chain, braid } = state.parts
  const writer = new RecordWriter()
  writer.number(RECORD_VERSION, 1)
  const direction = chain.direction === 'b2a' ? FLAG_B2A : 0
  writer.number(direction | (isNegotiated ? FLAG_NEGOTIATED : 0), 1)
  writeChain(writer, chain)
  writeBraid(writer, braid)
  return writer.finish()
}

/**
 * The state of a record. The bytes stay the caller's: the state copies what it needs.
 *
 * @throws StorageError `SEALPOST_STORE_NEWER` for a later version, `SEALPOST_STORE_CORRUPT` for what no state is stored as.
 */
export function decodeSpqr(record: Uint8Array): SpqrState {
  const reader = new RecordReader(record)
  reader.version()
  const flags = reader.number(1, FLAG_B2A | FLAG_NEGOTIATED)
  const chain = readChain(reader, (flags & FLAG_B2A) === 0 ? 'a2b' : 'b2a')
  const braid = readBraid(reader)
  reader.end()
  // The secret of the epoch that is being agreed on is in the chain, or not yet.
  if (chain.epoch !== braid.epoch && chain.epoch !== braid.epoch - 1) {
    throw corruptRecord()
  }
  return new SpqrState({ isNegotiated: (flags & FLAG_NEGOTIATED) !== 0, chain, braid })
}

function writeChain(writer: RecordWriter, chain: EpochChain): void {
  writer.number(chain.epoch, 8)
  writer.number(chain.sendEpoch, 8)
  writer.bytes(chain.nextRoot)
  writer.number(chain.links.length, 1)
  for (const { send, receive } of chain.links) {
    writer.number(send.counter, 4)
    writer.number(send.next === undefined ? 0 : 1, 1)
    if (send.next !== undefined) {
      writer.bytes(send.next)
    }
    writer.number(receive.counter, 4)
    writer.bytes(receive.next)
    writer.number(countSkipped(receive.skipped), 2)
    writer.bytes(receive.skipped)
  }
}

function readChain(reader: RecordReader, direction: EpochChain['direction']): EpochChain {
  const epoch = reader.number(8)
  const sendEpoch = reader.number(8, epoch)
  const nextRoot = ownBytes(reader, SECRET_BYTES)
  const links: ChainEpoch[] = []
  for (let count = reader.number(1); count > 0; count -= 1) {
    links.push({ send: readSendChain(reader), receive: readReceiveChain(reader) })
  }
  if (links.length === 0 || links.length > epoch + 1) {
    throw corruptRecord()
  }
  return { direction, epoch, sendEpoch, nextRoot, links }
}

function readSendChain(reader: RecordReader): SendChain {
  const counter = reader.number(4)
  const isSendable = reader.number(1, 1) === 1
  return { counter, next: isSendable ? ownBytes(reader, SECRET_BYTES) : undefined }
}

function readReceiveChain(reader: RecordReader): ReceiveChain {
  const counter = reader.number(4)
  const next = ownBytes(reader, SECRET_BYTES)
  const count = reader.number(2, SKIPPED_KEYS_TRIM)
  const skipped = ownBytes(reader, count * SKIPPED_KEY_BYTES)
  let last = 0
  for (let position = 0; position < count; position += 1) {
    const number = skippedNumberAt(skipped, position)
    if (number <= last || number >= counter) {
      throw corruptRecord()
    }
    last = number
  }
  return { counter, next, skipped }
}

function writeBraid(writer: RecordWriter, state: BraidState): void {
  writer.number(STATE_CODES.indexOf(state.name), 1)
  writer.number(state.epoch, 8)
  writer.bytes(state.authenticator.root)
  writer.bytes(state.authenticator.mac)
  switch (state.name) {
    case 'KeysUnsampled':
      return
    case 'KeysSampled':
      writer.bytes(state.dk)
      writer.bytes(state.sending.message)
      writeProgress(writer, state.sending)
      return
    case 'HeaderSent':
      writer.bytes(state.dk)
      writeProgress(writer, state.sending)
      writeDecoder(writer, state.receiving)
      return
    case 'Ct1Received':
      writer.bytes(state.dk)
      writer.bytes(state.ct1)
      writeProgress(writer, state.sending)
      return
    case 'EkSentCt1Received':
      writer.bytes(state.dk)
      writer.bytes(state.ct1)
      writeDecoder(writer, state.receiving)
      return
    case 'NoHeaderReceived':
      writeDecoder(writer, state.receiving)
      return
    case 'HeaderReceived':
      writer.bytes(state.header)
      return
    case 'Ct1Sampled':
      writeEncapsulation(writer, state)
      writeProgress(writer, state.sending)
      writeDecoder(writer, state.receiving)
      return
    case 'EkReceivedCt1Sampled':
      writer.bytes(state.sending.message)
      writer.bytes(state.ct2AndMac)
      writeProgress(writer, state.sending)
      return
    case 'Ct1Acknowledged':
      writeEncapsulation(writer, state)
      writeDecoder(writer, state.receiving)
      return
    case 'Ct2Sampled':
      writer.bytes(state.sending.message)
      writeProgress(writer, state.sending)
  }
}

function readBraid(reader: RecordReader): BraidState {
  const name = STATE_CODES[reader.number(1)]
  if (name === undefined) {
    throw corruptRecord()
  }
  const epoch = reader.number(8)
  const authenticator = {
    root: ownBytes(reader, SECRET_BYTES),
    mac: ownBytes(reader, SECRET_BYTES)
  }
  switch (name) {
    case 'KeysSampled':
    case 'HeaderSent':
    case 'Ct1Received':
    case 'EkSentCt1Received':
      return readEkState(reader, name, { epoch, authenticator })
    case 'KeysUnsampled':
      return { name, epoch, authenticator }
    case 'NoHeaderReceived': {
      const receiving = readDecoder(reader, HEADER_MESSAGE_BYTES)
      return { name, epoch, authenticator, receiving }
    }
    case 'HeaderReceived':
      return { name, epoch, authenticator, header: ownBytes(reader, HEADER_BYTES) }
    case 'Ct1Sampled': {
      const read = readEncapsulation(reader)
      const sending = readEncoder(reader, read.ct1)
      const receiving = readDecoder(reader, EK_VECTOR_BYTES)
      return { name, epoch, authenticator, ...read, sending, receiving }
    }
    case 'EkReceivedCt1Sampled': {
      const ct1 = ownBytes(reader, CT1_BYTES)
      const ct2AndMac = ownBytes(reader, CT2_MESSAGE_BYTES)
      return { name, epoch, authenticator, sending: readEncoder(reader, ct1), ct2AndMac }
    }
    case 'Ct1Acknowledged': {
      const read = readEncapsulation(reader)
      const receiving = readDecoder(reader, EK_VECTOR_BYTES)
      return { name, epoch, authenticator, ...read, receiving }
    }
    case 'Ct2Sampled': {
      const sending = readEncoder(reader, ownBytes(reader, CT2_MESSAGE_BYTES))
      return { name, epoch, authenticator, sending }
    }
  }
}

/** The states that hold a decapsulation key. */
function readEkState(
  reader: RecordReader,
  name: 'KeysSampled' | 'HeaderSent' | 'Ct1Received' | 'EkSentCt1Received',
  inEpoch: { readonly epoch: number; readonly authenticator: Authenticator }
): BraidState {
  const dk = ownBytes(reader, DK_BYTES)
  switch (name) {
    case 'KeysSampled': {
      const sending = readEncoder(reader, ownBytes(reader, HEADER_MESSAGE_BYTES))
      return { name, ...inEpoch, dk, sending }
    }
    case 'HeaderSent': {
      const sending = readEncoder(reader, ekVectorOf(dk))
      return { name, ...inEpoch, dk, sending, receiving: readDecoder(reader, CT1_BYTES) }
    }
    case 'Ct1Received': {
      const ct1 = ownBytes(reader, CT1_BYTES)
      return { name, ...inEpoch, dk, ct1, sending: readEncoder(reader, ekVectorOf(dk)) }
    }
    case 'EkSentCt1Received': {
      const ct1 = ownBytes(reader, CT1_BYTES)
      return { name, ...inEpoch, dk, ct1, receiving: readDecoder(reader, CT2_MESSAGE_BYTES) }
    }
  }
}

function writeEncapsulation(writer: RecordWriter, { header, m, ct1 }: Encapsulation): void {
  writer.bytes(header)
  writer.bytes(m)
  writer.bytes(ct1)
}

function readEncapsulation(reader: RecordReader): Omit<Encapsulation, 'receiving'> {
  return {
    header: ownBytes(reader, HEADER_BYTES),
    m: ownBytes(reader, ENCAPSULATION_SEED_BYTES),
    ct1: ownBytes(reader, CT1_BYTES)
  }
}

function writeProgress(writer: RecordWriter, { nextIndex }: ChunkEncoder): void {
  writer.number(nextIndex, 2)
}

function readEncoder(reader: RecordReader, message: Uint8Array): ChunkEncoder {
  return { message, nextIndex: reader.number(2) }
}

function writeDecoder(writer: RecordWriter, { indices, chunks }: ChunkDecoder): void {
  writer.number(indices.length, 1)
  for (const index of indices) {
    writer.number(index, 2)
  }
  writer.bytes(chunks)
}

function readDecoder(reader: RecordReader, messageBytes: number): ChunkDecoder {
  const chunkCount = messageBytes / CHUNK_BYTES
  const held = reader.number(1, chunkCount - 1)
  const indices: number[] = []
  for (let last = -1; indices.length < held;) {
    const index = reader.number(2)
    if (index <= last) {
      throw corruptRecord()
    }
    indices.push(index)
    last = index
  }
  return { chunkCount, indices, chunks: ownBytes(reader, held * CHUNK_BYTES) }
}

/** In an array and a buffer of their own. Not by `slice`: a Buffer of Node shares its bytes with its slices. */
function ownBytes(reader: RecordReader, length: number): Uint8Array {
  return new Uint8Array(reader.bytes(length))
}
