/** Run by the bench: those who flood a relay, in one of four ways, until they are told to stop. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { setPriority } from 'node:os'
import type { MailboxId, RelayAddress } from '@sealpost/protocol'
import { answerCalls } from './answer-calls.ts'
import { type BenchMailbox, envelopeMaker, newMailbox } from './bench-mailbox.ts'
import { FloodPeer } from './flood-peer.ts'
import { addressInRange, placeOf, RangeGate } from './other-ranges.ts'

/** What attackers do. */
export type FloodName = 'connections' | 'knocks' | 'deposits' | 'slow-readers'

/** A request box that everybody knows. */
export interface KnownBox {
  readonly id: MailboxId
  /** In hex. */
  readonly depositToken: string
}

/** What they are told. */
export interface FloodStart {
  readonly name: FloodName
  readonly address: RelayAddress
  readonly box: KnownBox
  readonly slowReaderCount: number
}

/** What attackers did since they began. */
export interface FloodCounts {
  readonly attempts: number
  /** Connections that were let in, deposits that were stored, envelopes that were not read. */
  readonly successes: number
  readonly refusals: number
}

/** People's processes get the CPU first: what is measured is the relay, and not who shares its machine. */
const PRIORITY = 10
const DIALS_AT_ONCE = 32
const TCP_AT_ONCE = 64
/** So long a connection says nothing. */
const SILENT_MS = 500
const KNOCK_RANGES = 8
const KNOCKERS_PER_RANGE = 8
const FLOODERS = 16
const IN_FLIGHT = 64
/** As much as a relay sends to one connection before it is acknowledged. */
const SLOW_FILL_COUNT = 32
const SLOW_ASK_MS = 100
const FILLS_AT_ONCE = 8
const REQUEST_SEALED_BYTES = 8_192
const LARGE_SEALED_BYTES = 32_768

let isOn = false
/** Resolves while the flood goes on. */
let going: Promise<unknown> = Promise.resolve()
let goOn: () => void = () => undefined
let counts = { attempts: 0, successes: 0, refusals: 0 }
const peers = new Set<FloodPeer>()
const gates: RangeGate[] = []
let lanes: Promise<void>[] = []

setPriority(PRIORITY)

/** Does this over and over, until all is to stop. */
function lane(step: () => Promise<void>): void {
  const run = async (): Promise<void> => {
    while (isOn) {
      await going
      counts.attempts++
      await step().catch(() => {
        counts.refusals++
      })
      // What is refused at once would leave no turn for anything else.
      await delay(0)
    }
  }
  lanes.push(run())
}

async function gateTo(address: RelayAddress, range: number): Promise<RelayAddress> {
  const gate = await RangeGate.open(address, range)
  gates.push(gate)
  return gate.address
}

async function dial(address: RelayAddress): Promise<FloodPeer> {
  const peer = await FloodPeer.dial(address)
  peers.add(peer)
  peer.onGone = () => {
    peers.delete(peer)
    void peer.close()
  }
  return peer
}

/** One range opens connections without end: some shake hands and stay, some leave at once, some say nothing. */
async function floodConnections({ address }: FloodStart): Promise<void> {
  const gate = await gateTo(address, 10)
  let count = 0
  for (let at = 0; at < DIALS_AT_ONCE; at++) {
    lane(async () => {
      const peer = await dial(gate)
      counts.successes++
      if (count++ % 2 === 0) {
        await peer.close()
      }
    })
  }
  const place = { ...placeOf(address), localAddress: addressInRange(10) }
  for (let at = 0; at < TCP_AT_ONCE; at++) {
    lane(async () => {
      const socket = connect(place)
      socket.on('error', () => undefined)
      await Promise.race([once(socket, 'close'), delay(SILENT_MS)])
      socket.destroy()
      counts.refusals++
    })
  }
}

/** Strangers in several ranges knock at one box, with work. */
async function floodKnocks({ address, box }: FloodStart): Promise<void> {
  const target = { id: box.id, depositToken: new Uint8Array(Buffer.from(box.depositToken, 'hex')) }
  for (let range = 0; range < KNOCK_RANGES; range++) {
    const gate = await gateTo(address, 20 + range)
    for (let at = 0; at < KNOCKERS_PER_RANGE; at++) {
      floodMailbox(await dial(gate), target, {
        sealedBytes: REQUEST_SEALED_BYTES,
        inFlight: 2,
        isWorking: true
      })
    }
  }
}

/** A few connections deposit into a mailbox of their own as fast as they can, which nobody empties. */
async function floodDeposits({ address }: FloodStart): Promise<void> {
  const gate = await gateTo(address, 30)
  const mailbox = newMailbox()
  for (let at = 0; at < FLOODERS; at++) {
    const peer = await dial(gate)
    if (at === 0 && !(await peer.register([mailbox]))) {
      throw new Error('the flooders got no mailbox')
    }
    floodMailbox(peer, mailbox, { sealedBytes: 2_048, inFlight: IN_FLIGHT, isWorking: false })
  }
}

function floodMailbox(
  peer: FloodPeer,
  mailbox: Pick<BenchMailbox, 'id' | 'depositToken'>,
  how: { readonly sealedBytes: number; readonly inFlight: number; readonly isWorking: boolean }
): void {
  const { sealedBytes, inFlight, isWorking } = how
  const next = envelopeMaker(sealedBytes)
  for (let at = 0; at < inFlight; at++) {
    lane(async () => {
      const answer = await peer.deposit(mailbox, next(), isWorking)
      if (answer === undefined) {
        await delay(1_000)
      }
      counts.successes += answer?.type === 'deposited' ? 1 : 0
      counts.refusals += answer?.type === 'deposited' ? 0 : 1
    })
  }
}

/** Many fetch what waits for them, over and over, and read nothing of it. */
async function floodSlowly({ address, slowReaderCount }: FloodStart): Promise<void> {
  const gate = await gateTo(address, 40)
  let left = slowReaderCount
  const startSome = async (): Promise<void> => {
    while (isOn && left > 0) {
      left--
      await startSlowReader(await dial(gate))
    }
  }
  await Promise.all(Array.from({ length: FILLS_AT_ONCE }, startSome))
}

async function startSlowReader(peer: FloodPeer): Promise<void> {
  const mailbox = newMailbox()
  await peer.register([mailbox])
  const next = envelopeMaker(LARGE_SEALED_BYTES)
  await Promise.all(
    Array.from({ length: SLOW_FILL_COUNT }, async () => peer.deposit(mailbox, next()))
  )
  peer.setPaused(true)
  const { id, fetchToken } = mailbox
  lane(async () => {
    const instance = new Uint8Array(randomBytes(16))
    peer.tell({ type: 'unsubscribe', mailboxIds: [id] })
    peer.tell({ type: 'subscribe', instance, subscriptions: [{ mailboxId: id, fetchToken }] })
    await delay(SLOW_ASK_MS)
  })
}

const FLOODS: Readonly<Record<FloodName, (start: FloodStart) => Promise<void>>> = {
  connections: floodConnections,
  knocks: floodKnocks,
  deposits: floodDeposits,
  'slow-readers': floodSlowly
}

answerCalls({
  /** Resolves once it is under way. */
  start: async (start: FloodStart) => {
    isOn = true
    counts = { attempts: 0, successes: 0, refusals: 0 }
    await FLOODS[start.name](start)
  },
  counts: async (): Promise<FloodCounts> => Promise.resolve(counts),
  /** Does nothing more, or goes on. */
  hold: async ({ isHeld }: { readonly isHeld: boolean }) => {
    goOn()
    if (isHeld) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      going = promise
      goOn = () => {
        resolve(undefined)
      }
    }
    return Promise.resolve()
  },
  /** Resolves once all of them are gone. */
  stop: async () => {
    isOn = false
    goOn()
    await Promise.allSettled([...peers].map(async (peer) => peer.close()))
    await Promise.allSettled(lanes)
    lanes = []
    for (const gate of gates.splice(0)) {
      await gate[Symbol.asyncDispose]()
    }
  }
})
