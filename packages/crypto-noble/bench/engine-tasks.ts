/**
 * What is measured of an engine, wherever it runs: stores in memory, texts of 100 bytes. Asks nothing of the platform, so that
 * a page can run it as well as Node.
 */
import { NOW_MS, Party, twoInTouch } from '@sealpost/crypto/compliance'
import type { SignalEngine } from '@sealpost/crypto'

const TEXT = 'x'.repeat(100)
const FIRST_CONTACTS = 12
/** Repeats before anything counts, as a share: clearing away throws compiled code away with the rest. */
const WARM_UP_SHARE = 1 / 4

/** One thing that people do with an engine, done again and again. */
export interface EngineTask {
  readonly title: string
  /** The most that it may cost, as a multiple of what it costs libsignal. */
  readonly timesLibsignalMax: number
  /** Whether it takes key pairs that can be prepared ahead. */
  readonly takesKeyPairs: boolean
  /** How often it is done between two looks at the clock. */
  readonly repeats: number
  /** Makes one repeat; what is prepared before is not counted. */
  readonly prepare: (engine: SignalEngine) => Promise<() => Promise<void>>
}

const pass = async (from: Party, to: Party): Promise<void> => {
  await to.receive(from, await from.send(to, TEXT))
}

export const ENGINE_TASKS: readonly EngineTask[] = [
  {
    title: 'one way: encrypt and decrypt',
    timesLibsignalMax: 1,
    takesKeyPairs: false,
    repeats: 600,
    prepare: async (engine) => {
      const { alice, bob } = await twoInTouch(engine)
      await pass(alice, bob)
      return () => pass(alice, bob)
    }
  },
  {
    title: 'round trip: two messages, two ratchet steps',
    timesLibsignalMax: 3,
    takesKeyPairs: true,
    repeats: 80,
    prepare: async (engine) => {
      const { alice, bob } = await twoInTouch(engine)
      return async () => {
        await pass(alice, bob)
        await pass(bob, alice)
      }
    }
  },
  {
    title: 'first contact: start, encrypt, accept, decrypt',
    timesLibsignalMax: 5,
    takesKeyPairs: true,
    repeats: FIRST_CONTACTS,
    prepare: async (engine) => {
      const bob = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: false })
      const alices = await Promise.all(
        Array.from({ length: FIRST_CONTACTS * (1 + WARM_UP_SHARE) }, () => Party.create(engine))
      )
      return async () => {
        const alice = alices.pop() ?? (await Party.create(engine))
        await engine.startSession(alice.stores, bob.address, bundle, NOW_MS)
        await pass(alice, bob)
      }
    }
  }
]

/** What measures. */
export interface EngineMeter {
  readonly nowUs: () => number
  /** Done after what is prepared and before what counts: clears away what others left, where the platform lets it. */
  readonly settle?: () => Promise<void>
}

/** What one repeat costs, in the microseconds of the meter. */
export async function costUs(
  task: EngineTask,
  engine: SignalEngine,
  { nowUs, settle }: EngineMeter
): Promise<number> {
  const run = await task.prepare(engine)
  await settle?.()
  for (let repeat = 0; repeat < task.repeats * WARM_UP_SHARE; repeat++) {
    await run()
  }
  const startUs = nowUs()
  for (let repeat = 0; repeat < task.repeats; repeat++) {
    await run()
  }
  return (nowUs() - startUs) / task.repeats
}

/** What one repeat costs where key pairs are prepared ahead. */
export interface PreparedCost {
  /** While a message is made or read. */
  readonly pathUs: number
  /** With the preparation before it, which somebody pays for as well. */
  readonly totalUs: number
}

/** What one repeat costs where `prepare` is done before each, in the microseconds of the meter. */
export async function preparedCostUs(
  task: EngineTask,
  engine: SignalEngine,
  prepare: () => Promise<void>,
  { nowUs, settle }: EngineMeter
): Promise<PreparedCost> {
  const run = await task.prepare(engine)
  await settle?.()
  for (let repeat = 0; repeat < task.repeats * WARM_UP_SHARE; repeat++) {
    await prepare()
    await run()
  }
  let pathUs = 0
  const startUs = nowUs()
  for (let repeat = 0; repeat < task.repeats; repeat++) {
    await prepare()
    const preparedUs = nowUs()
    await run()
    pathUs += nowUs() - preparedUs
  }
  return { pathUs: pathUs / task.repeats, totalUs: (nowUs() - startUs) / task.repeats }
}
