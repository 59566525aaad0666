/** Runs of a scenario, each in a thread of its own: a run is one seed, and nothing is shared between two. */
import { totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import { isSealpostError, SealpostError } from '@sealpost/protocol'
import type { SeedDigest } from '../output/seed-digest.ts'
import type { SeedAnswer, SeedTask } from './seed-worker.ts'

export interface RunSeedsOptions {
  /** Threads at a time, from 1. */
  readonly workers: number
  /** Aborted where the rest need not be run: what is under way is dropped. */
  readonly signal: AbortSignal
  /** How much of a task is done, from 0 to 1. */
  readonly onProgress: (task: SeedTask, share: number) => void
  readonly onDone: (task: SeedTask, digest: SeedDigest) => Promise<void> | void
}

/** Resolves once all are done, or `signal` was aborted. @throws SealpostError where a run fails: the others are dropped */
export type RunSeeds = (tasks: readonly SeedTask[], options: RunSeedsOptions) => Promise<void>

/** Of the memory of the machine, what all threads together may have. */
const MEMORY_SHARE = 0.85

/** @param program What a thread begins with: it has to come to `serveSeeds`. */
export function seedRunner(program: URL): RunSeeds {
  return async (tasks, options) => {
    const waiting = [...tasks]
    const ending = new AbortController()
    const signal = AbortSignal.any([options.signal, ending.signal])
    const count = Math.min(options.workers, tasks.length)
    const memoryMb = Math.floor((totalmem() * MEMORY_SHARE) / count / 2 ** 20)
    const threads = Array.from({ length: count }, () =>
      serve({ program, waiting, options, signal, memoryMb })
    )
    try {
      await Promise.all(threads)
    } finally {
      ending.abort()
      await Promise.allSettled(threads)
    }
  }
}

interface Thread {
  readonly program: URL
  /** Whoever is free takes the first. */
  readonly waiting: SeedTask[]
  readonly options: RunSeedsOptions
  readonly signal: AbortSignal
  readonly memoryMb: number
}

/** One thread, until nothing waits. */
async function serve({ program, waiting, options, signal, memoryMb }: Thread): Promise<void> {
  if (signal.aborted) {
    return
  }
  const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: memoryMb } })
  const stop = (): void => void worker.terminate()
  signal.addEventListener('abort', stop)
  try {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const digest = await runIn(worker, task, options)
      if (signal.aborted || digest === undefined) {
        return
      }
      await options.onDone(task, digest)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

/** @returns undefined where the thread was ended */
function runIn(
  worker: Worker,
  task: SeedTask,
  { onProgress }: RunSeedsOptions
): Promise<SeedDigest | undefined> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.on('message', (answer: SeedAnswer) => {
      if (answer.type === 'progress') {
        onProgress(task, answer.share)
      } else if (answer.type === 'done') {
        resolve(answer.digest)
      } else {
        reject(new SealpostError(answer.code, `Seed ${task.seed} failed. ${answer.message}`))
      }
    })
    worker.on('error', (error) => {
      reject(failureOf(error, task))
    })
    worker.on('exit', () => {
      resolve(undefined)
    })
    worker.postMessage(task)
  })
}

function failureOf(error: unknown, { seed }: SeedTask): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const text = `Seed ${seed} needs more memory than there is. Use fewer --workers, or a scenario with fewer clients.`
    return new SealpostError('SEALPOST_BUSY', text, { cause: error })
  }
  return isSealpostError(error)
    ? error
    : new SealpostError('SEALPOST_BUG', `seed ${seed}: ${String(error)}`, { cause: error })
}
