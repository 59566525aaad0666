/** One run, in the thread that makes it. */
import type { RunResult } from '../metrics/run-result.ts'
import { writeParts } from '../output/run-folder.ts'
import { digestOf, type SeedDigest } from '../output/seed-digest.ts'
import type { Scenario, Seeds } from '../scenario/scenario.ts'
import type { DoTasks } from './threads.ts'

export interface SeedTask {
  readonly scenario: Scenario
  /** Which run it is. */
  readonly seed: number
  readonly seeds: Seeds
  /** Where its rows go; undefined where nobody wants them. */
  readonly partsPath?: string | undefined
}

/** Runs of many seeds, some at a time. */
export type RunSeeds = DoTasks<SeedTask, SeedDigest>

/** A run in virtual time has its result at once, one on the wall clock later. */
export type RunScenario = (
  scenario: Scenario,
  seeds: Seeds,
  watch: { progress(nowUs: number): void }
) => RunResult | Promise<RunResult>

/** Of a run: more often nobody sees it. */
const STEP = 0.002

/** Runs one seed, and writes its rows. */
export async function runTask(
  { scenario, seed, seeds, partsPath }: SeedTask,
  runScenario: RunScenario,
  onProgress: (share: number) => void
): Promise<SeedDigest> {
  let told = 0
  const result = await runScenario(scenario, seeds, {
    progress: (nowUs) => {
      const share = Math.min(1, nowUs / scenario.durationUs)
      if (share >= told + STEP) {
        told = share
        onProgress(share)
      }
    }
  })
  if (partsPath !== undefined) {
    writeParts(partsPath, seed, result)
  }
  return digestOf(seed, result)
}
