/**
 * What a conversation costs with this engine beside libsignal's, in one process.
 * `node packages/crypto-noble/bench/engine.bench.ts`; `npm run bench -- engine` measures the same, and in Chromium.
 *
 * CPU, not time, so that what else the machine does falls away; the best of several rounds, the engines in turns.
 */
import type { SignalEngine } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { KeyPairPool, createNobleEngine, findWebCryptoCurve } from '../src/index.ts'
import { cpuMeter } from './cpu-meter.ts'
import { costUs, ENGINE_TASKS, preparedCostUs } from './engine-tasks.ts'

const ROUNDS = 12
const METER = cpuMeter()

const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) }
const curve = await findWebCryptoCurve(crypto.subtle)
const native = { curve }
const pool = new KeyPairPool({ random, native })
const prepared = createNobleEngine({ random, native, pool })
const ENGINES: readonly (readonly [string, SignalEngine])[] = [
  ['libsignal', createLibsignalEngine()],
  ['noble, native curve', createNobleEngine({ random, native })],
  ['noble alone', createNobleEngine({ random })]
]

for (const task of ENGINE_TASKS) {
  const best = new Map<string, number>()
  const note = (name: string, us: number): void => {
    best.set(name, Math.min(best.get(name) ?? Infinity, us))
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, engine] of ENGINES) {
      note(name, await costUs(task, engine, METER))
    }
    if (task.takesKeyPairs) {
      const { pathUs, totalUs } = await preparedCostUs(task, prepared, () => pool.fill(), METER)
      note('prepared, on the path', pathUs)
      note('prepared, all', totalUs)
    }
  }
  const official = best.get('libsignal') ?? 1
  console.log(task.title)
  for (const [name, us] of best) {
    const ratio = (us / official).toFixed(1)
    console.log(`  ${name.padEnd(22)}${us.toFixed(0).padStart(7)} us  ${ratio.padStart(5)} times`)
  }
}
