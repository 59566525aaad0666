/**
 * What a conversation costs with this engine beside libsignal's, in one process: stores in memory, texts of 100 bytes.
 * `node packages/crypto-noble/bench/engine.bench.ts`
 *
 * CPU, not time, so that what else the machine does falls away; the best of several rounds, the engines in turns.
 */
import { NOW_MS, Party, twoInTouch } from '@sealpost/crypto/compliance'
import type { SignalEngine } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { createNobleEngine, findWebCryptoCurve } from '../src/index.ts'

const ROUNDS = 12
const TEXT = 'x'.repeat(100)

interface Task {
  readonly title: string
  readonly repeats: number
  /** Makes one repeat; what is prepared before is not counted. */
  readonly prepare: (engine: SignalEngine) => Promise<() => Promise<void>>
}

const pass = async (from: Party, to: Party): Promise<void> => {
  await to.receive(from, await from.send(to, TEXT))
}

const TASKS: readonly Task[] = [
  {
    title: 'one way: encrypt and decrypt',
    repeats: 150,
    prepare: async (engine) => {
      const { alice, bob } = await twoInTouch(engine)
      await pass(alice, bob)
      return () => pass(alice, bob)
    }
  },
  {
    title: 'round trip: two messages, two ratchet steps',
    repeats: 40,
    prepare: async (engine) => {
      const { alice, bob } = await twoInTouch(engine)
      return async () => {
        await pass(alice, bob)
        await pass(bob, alice)
      }
    }
  },
  {
    title: 'first contact: start, encrypt, accept',
    repeats: 12,
    prepare: async (engine) => {
      const bob = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: false })
      const alices = await Promise.all(Array.from({ length: 12 }, () => Party.create(engine)))
      return async () => {
        const alice = alices.pop() ?? (await Party.create(engine))
        await engine.startSession(alice.stores, bob.address, bundle, NOW_MS)
        await pass(alice, bob)
      }
    }
  }
]

const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) }
const curve = await findWebCryptoCurve(crypto.subtle)
const ENGINES: readonly (readonly [string, SignalEngine])[] = [
  ['libsignal', createLibsignalEngine()],
  ['noble, native curve', createNobleEngine({ random, native: { curve } })],
  ['noble alone', createNobleEngine({ random })]
]

for (const task of TASKS) {
  const best = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, engine] of ENGINES) {
      const run = await task.prepare(engine)
      const start = process.cpuUsage()
      for (let repeat = 0; repeat < task.repeats; repeat++) {
        await run()
      }
      const { system, user } = process.cpuUsage(start)
      best.set(name, Math.min(best.get(name) ?? Infinity, (user + system) / task.repeats))
    }
  }
  const official = best.get('libsignal') ?? 1
  console.log(task.title)
  for (const [name, us] of best) {
    const ratio = (us / official).toFixed(1)
    console.log(`  ${name.padEnd(22)}${us.toFixed(0).padStart(7)} us  ${ratio.padStart(5)} times`)
  }
}
