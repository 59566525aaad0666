/** The thread that runs seeds, one after the other. */
import { parentPort } from 'node:worker_threads'
import { type ErrorCode, isSealpostError } from '@sealpost/protocol'
import type { RunResult } from '../metrics/run-result.ts'
import { writeParts } from '../output/run-folder.ts'
import { digestOf, type SeedDigest } from '../output/seed-digest.ts'
import type { Scenario, Seeds } from '../scenario/scenario.ts'

export interface SeedTask {
  readonly scenario: Scenario
  /** Which run it is. */
  readonly seed: number
  readonly seeds: Seeds
  /** Where its rows go; undefined where nobody wants them. */
  readonly partsPath?: string | undefined
}

export type SeedAnswer =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly digest: SeedDigest }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }

/** A run in virtual time has its result at once, one on the wall clock later. */
export type RunScenario = (
  scenario: Scenario,
  seeds: Seeds,
  watch: { progress(nowUs: number): void }
) => RunResult | Promise<RunResult>

/** Of a run: more often nobody sees it. */
const STEP = 0.002

/** Answers the thread that started this one. */
export function serveSeeds(runScenario: RunScenario): void {
  const answer = (answer: SeedAnswer): void => parentPort?.postMessage(answer)
  parentPort?.on('message', (task: SeedTask) => {
    runTask(task, runScenario, (share) => {
      answer({ type: 'progress', share })
    }).then(
      (digest) => {
        answer({ type: 'done', digest })
      },
      (error: unknown) => {
        answer(failureOf(error))
      }
    )
  })
}

function failureOf(error: unknown): SeedAnswer {
  const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = isSealpostError(error) && code !== 'SEALPOST_BUG' ? error.message : text
  return { type: 'failed', code, message }
}

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
