/** The known answers of SPQR, to be run in Node and in a browser alike. */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { bytesToHex, hexToBytes } from '@sealpost/protocol'
import { deriveEpochSecret } from '../../src/spqr/authenticator.ts'
import type { BraidStateName } from '../../src/spqr/braid/braid-state.ts'
import { addEpoch, receiveKey, sendKey, startChain } from '../../src/spqr/epoch-chain.ts'
import type { Chunk } from '../../src/spqr/erasure-code.ts'
import { addChunk, decodeChunks, nextChunk } from '../../src/spqr/erasure-code.ts'
import { GF16_POLYNOMIAL, gf16Invert, gf16Multiply } from '../../src/spqr/gf16.ts'
import { decodeSpqr, encodeSpqr, initialSpqr, spqrReceive, spqrSend } from '../../src/spqr/index.ts'
import type { SpqrState } from '../../src/spqr/index.ts'
import {
  decaps,
  ekVectorOf,
  encaps1,
  encaps2,
  headerOf,
  makeDecapsulationKey
} from '../../src/spqr/mlkem768-incremental.ts'
import { checkSame } from '../check.ts'
import { givenRandom } from '../given-random.ts'
import type { VectorCase } from '../vector-case.ts'

interface ChunkVector {
  readonly index: number
  readonly data: string
}

interface ErasureVectors {
  readonly polynomial: string
  readonly mul: readonly Readonly<Record<'a' | 'b' | 'product', number>>[]
  readonly inv: readonly Readonly<Record<'a' | 'inv', number>>[]
  readonly encode: readonly { readonly msg: string; readonly chunks: readonly ChunkVector[] }[]
  readonly decode: readonly {
    readonly len: number
    readonly chunks: readonly ChunkVector[]
    readonly message: string
  }[]
}

type KemVector = Readonly<
  Record<
    'seed_d_z' | 'header' | 'ekVector' | 'm' | 'ct1' | 'ct2' | 'ss' | 'epochSecret_epoch1',
    string
  >
> & { readonly dk?: string }

interface ChainVectors {
  readonly initialKey: string
  readonly steps: readonly (
    | { readonly epoch: number; readonly index: number; readonly key: string }
    | (Readonly<Record<'secret' | 'nextRoot' | 'a2b' | 'b2a', string>> & {
        readonly addEpoch: number
      })
  )[]
}

type Side = 'A' | 'B'

/** What the state of a side is called and counts. */
interface StateVector {
  readonly state: string
  readonly epoch: number
  readonly chainEpoch: number
  readonly sendEpoch: number
}

interface SendVector {
  readonly from: Side
  readonly msg: string
  readonly key: string
  readonly rand?: { readonly mlkemSeed?: string; readonly mlkemM?: string }
}

interface LockstepVectors {
  readonly authKey: string
  readonly initialAuthenticator: { readonly root: string; readonly mac: string }
  readonly initialChain: Readonly<Record<'nextRoot' | 'A2B' | 'B2A', string>>
  readonly events: readonly (SendVector & {
    readonly sender?: StateVector
    readonly receiver?: StateVector
  })[]
  readonly epochs: readonly (Readonly<Record<'chainNextRoot' | 'authRoot' | 'authMac', string>> & {
    readonly side: Side
    readonly epoch: number
  })[]
}

interface LossyVectors {
  readonly authKey: string
  readonly events: readonly (
    | (SendVector & { readonly op: 'send'; readonly id: number })
    | { readonly op: 'recv'; readonly id: number; readonly by: Side }
  )[]
  readonly final: Readonly<Record<Side, StateVector>>
}

const STATE_NAMES: Readonly<Record<string, BraidStateName>> = {
  KU: 'KeysUnsampled',
  KS: 'KeysSampled',
  HS: 'HeaderSent',
  C1R: 'Ct1Received',
  ES: 'EkSentCt1Received',
  NH: 'NoHeaderReceived',
  HR: 'HeaderReceived',
  C1S: 'Ct1Sampled',
  EC: 'EkReceivedCt1Sampled',
  C1A: 'Ct1Acknowledged',
  C2S: 'Ct2Sampled'
}

/** One case for each file, and the field of its own. */
export const SPQR_VECTORS: readonly VectorCase[] = [
  { file: 'gf16-erasure', title: 'counts in GF(2^16)', run: checkField },
  {
    file: 'gf16-erasure',
    title: 'cuts messages into chunks and puts them together',
    run: checkChunks
  },
  { file: 'mlkem768-incremental', title: 'encapsulates in two halves', run: checkKem },
  { file: 'spqr-chain', title: 'derives the keys of an epoch', run: checkChain },
  { file: 'spqr-lockstep', title: 'holds a conversation in turns', run: checkLockstep },
  { file: 'spqr-lossy', title: 'holds a conversation that loses and reorders', run: checkLossy }
]

function checkField({ inv, mul, polynomial }: ErasureVectors): void {
  checkSame(`0x${GF16_POLYNOMIAL.toString(16)}`, polynomial, 'the polynomial')
  for (const { a, b, product } of mul) {
    checkSame(gf16Multiply(a, b), product, `${String(a)} * ${String(b)}`)
  }
  for (const { a, inv: inverse } of inv) {
    checkSame(gf16Invert(a), inverse, `1 / ${String(a)}`)
  }
}

function checkChunks({ decode, encode }: ErasureVectors): void {
  for (const { chunks, msg } of encode) {
    for (const { data, index } of chunks) {
      const { chunk } = nextChunk({ message: hexToBytes(msg), nextIndex: index })
      checkSame(chunk.index, index, 'the index')
      checkSame(chunk.data, data, `chunk ${String(index)}`)
    }
  }
  for (const { chunks, len, message } of decode) {
    checkSame(joined(len, chunks), message, 'the message')
  }
}

/** The message that is complete with the last of `chunks`. */
function joined(length: number, chunks: readonly ChunkVector[]): string | undefined {
  let decoder = decodeChunks(length)
  let message: Uint8Array | undefined
  for (const { data, index } of chunks) {
    checkSame(message, undefined, 'a message before all chunks are there')
    const chunk: Chunk = { index, data: hexToBytes(data) }
    const added = addChunk(decoder, chunk)
    decoder = added.decoder
    message = added.message
  }
  return message === undefined ? undefined : bytesToHex(message)
}

function checkKem(vectors: readonly KemVector[]): void {
  for (const vector of vectors) {
    const dk = makeDecapsulationKey(givenRandom(vector.seed_d_z), ml_kem768)
    const header = headerOf(dk)
    const ekVector = ekVectorOf(dk)
    checkSame(header, vector.header, 'the header')
    checkSame(ekVector, vector.ekVector, 'the vector')
    checkSame(dk, vector.dk ?? bytesToHex(dk), 'the decapsulation key')
    const m = hexToBytes(vector.m)
    const { ct1, sharedSecret } = encaps1(header, m)
    const ct2 = encaps2({ header, ekVector, m, ct1 })
    checkSame(ct1, vector.ct1, 'ct1')
    checkSame(ct2, vector.ct2, 'ct2')
    checkSame(sharedSecret, vector.ss, 'the shared secret')
    checkSame(decaps(dk, Uint8Array.of(...ct1, ...ct2), ml_kem768), vector.ss, 'decapsulation')
    checkSame(deriveEpochSecret(sharedSecret, 1), vector.epochSecret_epoch1, 'the epoch secret')
  }
}

function checkChain({ initialKey, steps }: ChainVectors): void {
  let alice = startChain(hexToBytes(initialKey), 'a2b')
  let bob = startChain(hexToBytes(initialKey), 'b2a')
  for (const step of steps) {
    if ('addEpoch' in step) {
      alice = addEpoch(alice, hexToBytes(step.secret))
      bob = addEpoch(bob, hexToBytes(step.secret))
      const link = alice.links.at(-1)
      checkSame(alice.epoch, step.addEpoch, 'the epoch')
      checkSame(alice.nextRoot, step.nextRoot, 'the next root')
      checkSame(link?.send.next, step.a2b, 'the chain from A to B')
      checkSame(link?.receive.next, step.b2a, 'the chain from B to A')
    } else {
      const sent = sendKey(alice, step.epoch)
      const received = receiveKey(bob, step.epoch, step.index)
      checkSame(sent.number, step.index, 'the number')
      checkSame(sent.key, step.key, 'the key to send with')
      checkSame(received.key, step.key, 'the key to receive with')
      alice = sent.chain
      bob = received.chain
    }
  }
}

function start(authKey: string): Record<Side, SpqrState> {
  const key = hexToBytes(authKey)
  return { A: initialSpqr(key, 'a2b'), B: initialSpqr(key, 'b2a') }
}

/** Every step goes through a record, so that a state that was stored is as good as one that was not. */
function send(states: Record<Side, SpqrState>, { from, key, msg, rand }: SendVector): void {
  const recorded = [rand?.mlkemSeed ?? [], rand?.mlkemM ?? []].flat()
  const sent = spqrSend(stored(states[from]), givenRandom(...recorded))
  checkSame(sent.message, msg, 'the message')
  checkSame(sent.key, key, 'the key to send with')
  states[from] = sent.state
}

function receive(states: Record<Side, SpqrState>, by: Side, { key, msg }: SendVector): void {
  const received = spqrReceive(stored(states[by]), hexToBytes(msg))
  checkSame(received.key, key, 'the key to receive with')
  states[by] = received.state
}

function stored(state: SpqrState): SpqrState {
  return decodeSpqr(encodeSpqr(state))
}

function checkState({ parts: { braid, chain } }: SpqrState, expected: StateVector): void {
  checkSame(braid.name, STATE_NAMES[expected.state], 'the state')
  checkSame(braid.epoch, expected.epoch, 'the epoch')
  checkSame(chain.epoch, expected.chainEpoch, 'the epoch of the chain')
  checkSame(chain.sendEpoch, expected.sendEpoch, 'the epoch sent in')
}

function checkLockstep(vectors: LockstepVectors): void {
  const states = start(vectors.authKey)
  const { braid, chain } = states.A.parts
  checkSame(braid.authenticator.root, vectors.initialAuthenticator.root, 'the first root')
  checkSame(braid.authenticator.mac, vectors.initialAuthenticator.mac, 'the first MAC key')
  checkSame(chain.nextRoot, vectors.initialChain.nextRoot, 'the root of the chain')
  checkSame(chain.links[0]?.send.next, vectors.initialChain.A2B, 'the chain from A to B')
  checkSame(chain.links[0]?.receive.next, vectors.initialChain.B2A, 'the chain from B to A')
  const epochs: Record<string, string>[] = []
  for (const event of vectors.events) {
    const [from, to]: [Side, Side] = event.from === 'A' ? ['A', 'B'] : ['B', 'A']
    for (const [side, step] of [
      [from, (): void => send(states, event)],
      [to, (): void => receive(states, to, event)]
    ] as const) {
      const before = states[side].parts.chain.epoch
      step()
      if (states[side].parts.chain.epoch > before) {
        epochs.push(shownEpoch(side, states[side]))
      }
    }
    if (event.sender !== undefined && event.receiver !== undefined) {
      checkState(states[from], event.sender)
      checkState(states[to], event.receiver)
    }
  }
  const expected = vectors.epochs.map(({ epoch, ...rest }) => ({ ...rest, epoch: String(epoch) }))
  checkSame(sorted(epochs), sorted(expected), 'the epochs')
}

function shownEpoch(side: Side, { parts: { braid, chain } }: SpqrState): Record<string, string> {
  return {
    side,
    epoch: String(chain.epoch),
    chainNextRoot: bytesToHex(chain.nextRoot),
    authRoot: bytesToHex(braid.authenticator.root),
    authMac: bytesToHex(braid.authenticator.mac)
  }
}

function sorted(epochs: readonly Readonly<Record<string, string>>[]): string {
  const lines = epochs.map((epoch) => Object.entries(epoch).sort().join(' '))
  return lines.sort().join('\n')
}

function checkLossy({ authKey, events, final }: LossyVectors): void {
  const states = start(authKey)
  const sent = new Map<number, SendVector>()
  for (const event of events) {
    if (event.op === 'send') {
      send(states, event)
      sent.set(event.id, event)
    } else {
      const message = sent.get(event.id)
      checkSame(message === undefined, false, 'whether what is received was sent')
      if (message !== undefined) {
        receive(states, event.by, message)
      }
    }
  }
  checkState(states.A, final.A)
  checkState(states.B, final.B)
}
