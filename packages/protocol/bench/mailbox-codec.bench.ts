/**
 * What reading and writing the frames of a busy relay costs.
 * `node packages/protocol/bench/mailbox-codec.bench.ts`
 */
import { randomBytes } from 'node:crypto'
import {
  decodeClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  encodeFrames,
  encodeRelayFrame,
  envelopeIds,
  FrameDecoder,
  mailboxIds
} from '@sealpost/protocol'
import type { ClientFrame, Envelope, RelayFrame } from '@sealpost/protocol'

const FRAMES = 512
const RUNS = 100_000
const ROUNDS = 5

function random(length: number): Uint8Array {
  return new Uint8Array(randomBytes(length))
}

function envelope(): Envelope {
  return {
    envelopeId: envelopeIds.fromBytes(random(16)),
    recallHash: random(32),
    lifetime: 2,
    sealed: random(8_192)
  }
}

function table<Item>(make: (index: number) => Item): (index: number) => Item {
  const items = Array.from({ length: FRAMES }, (_, index) => make(index))
  const [first] = items
  if (first === undefined) {
    throw new RangeError('a table of nothing')
  }
  return (index) => items[index % FRAMES] ?? first
}

const deposits = table((index): ClientFrame => ({
  type: 'request',
  number: index + 300,
  request: {
    type: 'deposit',
    mailboxId: mailboxIds.fromBytes(random(32)),
    depositToken: random(32),
    envelope: envelope(),
    isLive: false,
    work: undefined
  }
}))
const deliveries = table((): RelayFrame => ({
  type: 'push',
  push: {
    type: 'deliver',
    mailboxId: mailboxIds.fromBytes(random(32)),
    envelope: envelope(),
    isLive: false
  }
}))
const depositBytes = table((index) => encodeClientFrame(deposits(index)))
const deliveryBytes = table((index) => encodeRelayFrame(deliveries(index)))
const answerBytes = encodeRelayFrame({
  type: 'answer',
  number: 300,
  answer: { type: 'deposited', outcome: 'stored' }
})
const decoder = new FrameDecoder()
const chunks = table((index) => encodeFrames([depositBytes(index)]))

const TASKS: readonly (readonly [string, (index: number) => unknown])[] = [
  ['decode a deposit of 8 KiB', (index) => decodeClientFrame(depositBytes(index))],
  ['encode a deposit of 8 KiB', (index) => encodeClientFrame(deposits(index))],
  [
    'encode the answer `stored`',
    (index) =>
      encodeRelayFrame({
        type: 'answer',
        number: index + 1,
        answer: { type: 'deposited', outcome: 'stored' }
      })
  ],
  ['decode the answer `stored`', () => decodeRelayFrame(answerBytes)],
  ['encode a delivery of 8 KiB', (index) => encodeRelayFrame(deliveries(index))],
  ['decode a delivery of 8 KiB', (index) => decodeRelayFrame(deliveryBytes(index))],
  ['cut a frame of 8 KiB from a stream', (index) => decoder.push(chunks(index))],
  ['make an array of 8 KiB, for comparison', () => new Uint8Array(8_300)]
]

/** Holds each result, so that none can be left out as unused. */
const results: unknown[] = new Array<unknown>(FRAMES)

/** Microseconds of CPU time for each of `RUNS` calls, those of collecting garbage among them. */
function measure(task: (index: number) => unknown): number {
  const before = process.cpuUsage()
  for (let index = 0; index < RUNS; index++) {
    results[index % FRAMES] = task(index)
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / RUNS
}

for (const [title, task] of TASKS) {
  const rounds = Array.from({ length: ROUNDS }, () => measure(task)).sort((a, b) => a - b)
  const [median, best, worst] = [rounds[ROUNDS >> 1], rounds[0], rounds[ROUNDS - 1]]
  const text = [median, best, worst].map((value) => (value ?? 0).toFixed(2))
  console.log(`${title.padEnd(42)} ${text[0] ?? ''} us [${text[1] ?? ''}-${text[2] ?? ''}]`)
}
