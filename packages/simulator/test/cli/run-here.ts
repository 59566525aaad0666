/** The command in this process, with a run that is made up: what it decides does not depend on what a run is. */
import { runSealpostSim } from '../../src/cli/run-sealpost-sim.ts'
import type { RunSeeds } from '../../src/cli/seed-task.ts'
import type { Screen } from '../../src/cli/screen.ts'
import { type RunScenario, runTask } from '../../src/cli/seed-task.ts'
import type { RunResult } from '../../src/metrics/run-result.ts'
import type { Scenario, Seeds } from '../../src/scenario/scenario.ts'
import type { HuntSeeds, HuntTask } from '../../src/cli/hunt-task.ts'
import { drawPlan, SHORT } from '../../src/hunt/draw-plan.ts'
import type { HuntFailure } from '../../src/hunt/hunt.ts'
import type { HuntResult } from '../../src/hunt/play-plan.ts'
import { sampleResult } from '../output/sample-result.ts'

export interface Ran {
  readonly code: number
  readonly printed: readonly string[]
  readonly warned: readonly string[]
}

/** What a scenario comes to here: its seed, and how many relays it has. */
export function madeUpRun({ relays }: Scenario, seeds: Seeds): RunResult {
  const result = sampleResult(seeds.workload)
  return {
    ...result,
    seeds,
    traceHash: `hash-${String(seeds.workload)}-${String(relays.count)}`,
    values: new Map([...result.values, ['relayConnectionsMax', relays.count]])
  }
}

/** One after the other, in this thread. */
function runSeedsWith(runScenario: RunScenario): RunSeeds {
  return async (tasks, { signal, onProgress, onDone }) => {
    for (const task of tasks) {
      if (signal.aborted) {
        return
      }
      const digest = await runTask(task, runScenario, (share) => {
        onProgress(task, share)
      })
      await onDone(task, digest)
    }
  }
}

export interface HereOptions {
  readonly directory: string
  readonly runScenario?: RunScenario
  readonly signal?: AbortSignal
  /** Seeds that break a promise. */
  readonly broken?: readonly number[]
}

export async function runHere(line: readonly string[], options: HereOptions): Promise<Ran> {
  const { directory, runScenario = madeUpRun, signal = new AbortController().signal } = options
  const printed: string[] = []
  const warned: string[] = []
  const screen: Screen = {
    isWatched: false,
    print: (text) => void printed.push(text),
    warn: (text) => void warned.push(text),
    progress: () => undefined
  }
  const runSeeds = runSeedsWith(runScenario)
  const code = await runSealpostSim(line, {
    screen,
    signal,
    directory,
    runSeeds,
    huntSeeds: huntSeedsWith(options.broken ?? [])
  })
  return { code, printed, warned }
}

/** One after the other, in this thread; nothing is played. */
function huntSeedsWith(broken: readonly number[]): HuntSeeds {
  return async (tasks, { signal, onDone }) => {
    for (const task of tasks.slice(0, signal.aborted ? 0 : tasks.length)) {
      await onDone(task, broken.includes(task.seed) ? madeUpFailure(task) : undefined)
    }
  }
}

function madeUpFailure({ seed, size }: HuntTask): HuntFailure {
  const result: HuntResult = {
    breaches: [{ check: 'nothing-lost', atUs: 1_000_000, nodes: [1], says: 'a message is lost' }],
    trace: ['the last input'],
    traceHash: 'abc',
    eventCount: 1,
    writtenCount: 1,
    endUs: 1,
    inputsMax: 1
  }
  return { seed, size, plan: drawPlan(seed, SHORT), result }
}
