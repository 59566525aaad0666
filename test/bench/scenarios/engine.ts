/** The engine for browsers beside libsignal, in this process; and the same alone in Chromium. */
import { setTimeout as delay } from 'node:timers/promises'
import type { SignalEngine } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { createNobleEngine, findWebCryptoCurve } from '@sealpost/crypto-noble'
import { cpuMeter } from '../../../packages/crypto-noble/bench/cpu-meter.ts'
import {
  costUs,
  ENGINE_TASKS,
  type EngineTask
} from '../../../packages/crypto-noble/bench/engine-tasks.ts'
import { ChromiumPage } from '../../interop/chromium-page.ts'
import { findChromium } from '../../tidy/chromium.ts'
import { type Figure, figure } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

/** Rounds that the compiler has to itself; of a quick run, one. */
const WARM_UP_ROUNDS_MAX = 2
const CHROMIUM_MS_MAX = 120_000

export const engine: Scenario = {
  names: { engine: 'the Signal engine for browsers beside libsignal, and in Chromium' },
  run
}

/** What a page found: for each task and round, with the platform's curve and without, in microseconds. */
interface PageFindings {
  readonly error?: string
  readonly native?: readonly (readonly number[])[]
  readonly alone?: readonly (readonly number[])[]
}

async function run(bench: Bench): Promise<Findings> {
  const here = await inNode(bench)
  if (findChromium() === undefined) {
    return { figures: here, remarks: ['There is no Chromium to measure the engine in.'] }
  }
  return {
    figures: [...here, ...(await inChromium(bench))],
    remarks: [
      'The engines run in one process, in turns, with stores in memory and texts of 100 bytes: CPU in Node, time in Chromium. ' +
        'The native curve is that of WebCrypto.'
    ]
  }
}

async function inNode(bench: Bench): Promise<readonly Figure[]> {
  const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) }
  const curve = await findWebCryptoCurve(crypto.subtle)
  const engines: readonly SignalEngine[] = [
    createLibsignalEngine(),
    createNobleEngine({ random, native: { curve } }),
    createNobleEngine({ random })
  ]
  const { engineRounds } = bench.depth
  const meter = cpuMeter()
  const figures: Figure[] = []
  for (const task of ENGINE_TASKS) {
    bench.say(`engine, ${task.title}`)
    const rounds: (readonly number[])[] = []
    for (let round = -warmUpRounds(engineRounds); round < engineRounds; round++) {
      const costs: number[] = []
      for (const one of engines) {
        costs.push(await costUs(task, one, meter))
      }
      if (round >= 0) {
        rounds.push(costs)
      }
    }
    figures.push(...ratios(task, rounds))
  }
  return figures
}

/** @param rounds of each round what libsignal cost, noble with a native curve, and noble alone. */
function ratios(task: EngineTask, rounds: readonly (readonly number[])[]): readonly Figure[] {
  const column = (at: number): readonly number[] => rounds.map((costs) => costs[at] ?? NaN)
  const times = (at: number): readonly number[] =>
    rounds.map((costs) => (costs[at] ?? NaN) / (costs[0] ?? NaN))
  const libsignalUs = column(0)
  return [
    figure({
      scenario: 'engine',
      name: `engine, ${task.title}: native curve`,
      unit: 'times libsignal',
      rounds: times(1),
      goalMax: task.timesLibsignalMax,
      limit:
        'hashes, ciphers and ML-KEM are JavaScript where libsignal has machine code; a native curve is waited for.',
      details: { nobleUs: column(1), libsignalUs }
    }),
    figure({
      scenario: 'engine',
      name: `engine, ${task.title}: alone`,
      unit: 'times libsignal',
      rounds: times(2),
      details: { nobleUs: column(2), libsignalUs }
    })
  ]
}

async function inChromium(bench: Bench): Promise<readonly Figure[]> {
  bench.say('engine, in Chromium')
  const done = Promise.withResolvers<PageFindings>()
  const page = await ChromiumPage.open(pageCode(bench.depth.engineRounds), {
    done: (found) => {
      done.resolve(found as PageFindings)
    }
  })
  const clock = new AbortController()
  const late = delay(CHROMIUM_MS_MAX, { error: 'it did not answer' }, { signal: clock.signal })
  try {
    const { alone, error, native } = await Promise.race<PageFindings>([done.promise, late])
    if (alone === undefined || native === undefined) {
      throw new Error(`the page in Chromium: ${error ?? 'no figures'}`)
    }
    return ENGINE_TASKS.map(({ title }, at) =>
      figure({
        scenario: 'engine',
        name: `engine in Chromium, ${title}`,
        unit: 'us',
        rounds: native[at] ?? [],
        details: { withoutNativeCurveUs: alone[at] ?? [] }
      })
    )
  } finally {
    clock.abort()
    await late.catch(() => undefined)
    await page.close()
  }
}

function pageCode(rounds: number): string {
  return `
import { createNobleEngine, findWebCryptoCurve } from '@sealpost/crypto-noble'
import { costUs, ENGINE_TASKS } from './packages/crypto-noble/bench/engine-tasks.ts'

const random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) }
const meter = { nowUs: () => performance.now() * 1000 }
try {
  const curve = await findWebCryptoCurve(crypto.subtle)
  if (curve === undefined) {
    throw new Error('there is no native curve')
  }
  const engines = {
    native: createNobleEngine({ random, native: { curve } }),
    alone: createNobleEngine({ random })
  }
  const found = { native: [], alone: [] }
  for (const [at, task] of ENGINE_TASKS.entries()) {
    found.native[at] = []
    found.alone[at] = []
    for (let round = ${String(-warmUpRounds(rounds))}; round < ${String(rounds)}; round++) {
      for (const name of ['native', 'alone']) {
        const us = await costUs(task, engines[name], meter)
        if (round >= 0) {
          found[name][at].push(us)
        }
      }
    }
  }
  await ask('done', found)
} catch (error) {
  await ask('done', { error: String(error) })
}
`
}

function warmUpRounds(rounds: number): number {
  return Math.min(WARM_UP_ROUNDS_MAX, rounds)
}
