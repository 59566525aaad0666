/**
 * What a conversation costs with this engine beside libsignal's, in one process.
 * `node packages/crypto-noble/bench/engine.bench.ts`; `npm run bench -- engine` measures the same, and in Chromium.
 *
 * CPU, not time, so that what else the machine does falls away; the best of several rounds, the engines in turns.
 */
import type { SignalEngine } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { createNobleEngine, findWebCryptoCurve } from '../src/index.ts'
import { cpuMeter } from './cpu-meter.ts'
import { costUs, ENGINE_TASKS } from './engine-tasks.ts'

const ROUNDS = 12
const METER = cpuMeter()

const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) }
const curve = await findWebCryptoCurve(crypto.subtle)
const ENGINES: readonly (readonly [string, SignalEngine])[] = [
  ['libsignal', createLibsignalEngine()],
  ['noble, native curve', createNobleEngine({ random, native: { curve } })],
  ['noble alone', createNobleEngine({ random })]
]

for (const task of ENGINE_TASKS) {
  const best = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, engine] of ENGINES) {
      const us = await costUs(task, engine, METER)
      best.set(name, Math.min(best.get(name) ?? Infinity, us))
    }
  }
  const official = best.get('libsignal') ?? 1
  console.log(task.title)
  for (const [name, us] of best) {
    const ratio = (us / official).toFixed(1)
    console.log(`  ${name.padEnd(22)}${us.toFixed(0).padStart(7)} us  ${ratio.padStart(5)} times`)
  }
}
