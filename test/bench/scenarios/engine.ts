/** The engine for browsers beside libsignal, in this process; and the same alone in Chromium. */
import * as nodeCrypto from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import {
  KeyPairPool,
  createNobleEngine,
  findNodeMlKem768,
  findWebCryptoCurve
} from '@sealpost/crypto-noble'
import { cpuMeter } from '../../../packages/crypto-noble/bench/cpu-meter.ts'
import {
  costUs,
  ENGINE_TASKS,
  type EngineTask,
  preparedCostUs
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

const METHOD =
  'The engines run in one process, in turns, with stores in memory and texts of 100 bytes: CPU in Node, time in Chromium. ' +
  'The native curve is that of WebCrypto.'
const PREPARATION =
  'Key pairs that are prepared ahead cost what they cost elsewhere: they are made, in idle time, before a message asks for them. ' +
  '"On the message path" leaves that out, "all CPU" has it, and goals hold for both. There, ML-KEM-768 is that of Node as well. ' +
  'A pool serves both sides of the conversation, and is filled before each repeat.'

/** What a page found: by name, for each task and round, microseconds. */
interface PageFindings {
  readonly error?: string
  readonly found?: Readonly<Record<PageColumn, readonly (readonly number[])[]>>
}

/** With the platform's curve, without it, and with it and key pairs prepared ahead: on the message path, and in all. */
type PageColumn = 'native' | 'alone' | 'preparedPath' | 'preparedAll'

/** What a round cost in Node, in microseconds. */
interface Round {
  readonly libsignal: number
  readonly native: number
  readonly alone: number
  /** Only of tasks that take key pairs. */
  readonly prepared: Awaited<ReturnType<typeof preparedCostUs>> | undefined
}

async function run(bench: Bench): Promise<Findings> {
  const here = await inNode(bench)
  if (findChromium() === undefined) {
    return {
      figures: here,
      remarks: [METHOD, PREPARATION, 'There is no Chromium to measure the engine in.']
    }
  }
  return { figures: [...here, ...(await inChromium(bench))], remarks: [METHOD, PREPARATION] }
}

async function inNode(bench: Bench): Promise<readonly Figure[]> {
  const measure = await roundMeter()
  const { engineRounds } = bench.depth
  const figures: Figure[] = []
  for (const task of ENGINE_TASKS) {
    bench.say(`engine, ${task.title}`)
    const rounds: Round[] = []
    for (let round = -warmUpRounds(engineRounds); round < engineRounds; round++) {
      const costs = await measure(task)
      if (round >= 0) {
        rounds.push(costs)
      }
    }
    figures.push(...figuresOf(task, rounds))
  }
  return figures
}

/** What measures a round of a task: each engine once, in turns. */
async function roundMeter(): Promise<(task: EngineTask) => Promise<Round>> {
  const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) }
  const curve = await findWebCryptoCurve(crypto.subtle)
  const allNative = { curve, mlKem: findNodeMlKem768(nodeCrypto) }
  const pool = new KeyPairPool({ random, native: allNative })
  const meter = cpuMeter()
  const libsignal = createLibsignalEngine()
  const native = createNobleEngine({ random, native: { curve } })
  const alone = createNobleEngine({ random })
  const prepared = createNobleEngine({ random, native: allNative, pool })
  return async (task) => ({
    libsignal: await costUs(task, libsignal, meter),
    native: await costUs(task, native, meter),
    alone: await costUs(task, alone, meter),
    prepared: task.takesKeyPairs
      ? await preparedCostUs(task, prepared, () => pool.fill(), meter)
      : undefined
  })
}

function figuresOf(task: EngineTask, rounds: readonly Round[]): readonly Figure[] {
  const libsignalUs = rounds.map(({ libsignal }) => libsignal)
  const row = (name: string, nobleUs: readonly number[], goalMax?: number): Figure =>
    figure({
      scenario: 'engine',
      name: `engine, ${task.title}: ${name}`,
      unit: 'times libsignal',
      rounds: nobleUs.map((us, at) => us / (libsignalUs[at] ?? NaN)),
      goalMax,
      limit:
        'hashes, ciphers and ML-KEM are JavaScript where libsignal has machine code; a native curve is waited for.',
      details: { nobleUs, libsignalUs }
    })
  const prepared = rounds.flatMap((round) => round.prepared ?? [])
  const goalMax = task.timesLibsignalMax
  return [
    row(
      'native curve',
      rounds.map(({ native }) => native),
      goalMax
    ),
    ...(task.takesKeyPairs
      ? [
          row(
            'prepared ahead, on the message path',
            prepared.map(({ pathUs }) => pathUs),
            goalMax
          ),
          row(
            'prepared ahead, all CPU',
            prepared.map(({ totalUs }) => totalUs),
            goalMax
          )
        ]
      : []),
    row(
      'alone',
      rounds.map(({ alone }) => alone)
    )
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
    const { error, found } = await Promise.race<PageFindings>([done.promise, late])
    if (found === undefined) {
      throw new Error(`the page in Chromium: ${error ?? 'no figures'}`)
    }
    return ENGINE_TASKS.map(({ takesKeyPairs, title }, at) => {
      const column = (name: PageColumn): readonly number[] => found[name][at] ?? []
      return figure({
        scenario: 'engine',
        name: `engine in Chromium, ${title}`,
        unit: 'us',
        rounds: column('native'),
        details: {
          withoutNativeCurveUs: column('alone'),
          ...(takesKeyPairs
            ? {
                preparedAheadOnThePathUs: column('preparedPath'),
                preparedAheadAllUs: column('preparedAll')
              }
            : {})
        }
      })
    })
  } finally {
    clock.abort()
    await late.catch(() => undefined)
    await page.close()
  }
}

function pageCode(rounds: number): string {
  return `
import { KeyPairPool, createNobleEngine, findWebCryptoCurve } from '@sealpost/crypto-noble'
import {
  costUs,
  ENGINE_TASKS,
  preparedCostUs
} from './packages/crypto-noble/bench/engine-tasks.ts'

const random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) }
const meter = { nowUs: () => performance.now() * 1000 }
try {
  const curve = await findWebCryptoCurve(crypto.subtle)
  if (curve === undefined) {
    throw new Error('there is no native curve')
  }
  const native = { curve }
  const pool = new KeyPairPool({ random, native })
  const engines = {
    native: createNobleEngine({ random, native }),
    alone: createNobleEngine({ random }),
    prepared: createNobleEngine({ random, native, pool })
  }
  const measure = async (task) => {
    const costs = {
      native: await costUs(task, engines.native, meter),
      alone: await costUs(task, engines.alone, meter)
    }
    if (!task.takesKeyPairs) {
      return costs
    }
    const fill = () => pool.fill()
    const { pathUs, totalUs } = await preparedCostUs(task, engines.prepared, fill, meter)
    return { ...costs, preparedPath: pathUs, preparedAll: totalUs }
  }
  const found = { native: [], alone: [], preparedPath: [], preparedAll: [] }
  for (const [at, task] of ENGINE_TASKS.entries()) {
    for (let round = ${String(-warmUpRounds(rounds))}; round < ${String(rounds)}; round++) {
      const costs = await measure(task)
      if (round >= 0) {
        for (const [name, us] of Object.entries(costs)) {
          found[name][at] = [...(found[name][at] ?? []), us]
        }
      }
    }
  }
  await ask('done', { found })
} catch (error) {
  await ask('done', { error: String(error) })
}
`
}

function warmUpRounds(rounds: number): number {
  return Math.min(WARM_UP_ROUNDS_MAX, rounds)
}
