/** Work by seeds, each in a thread of its own: nothing is shared between two. */
import { totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import { isSealpostError, SealpostError } from '@sealpost/protocol'
import type { ThreadAnswer } from './thread-work.ts'

export interface ThreadOptions<Task, Result> {
  /** Threads at a time, from 1. */
  readonly workers: number
  /** Aborted where the rest need not be done: what is under way is dropped. */
  readonly signal: AbortSignal
  /** How much of a task is done, from 0 to 1. */
  readonly onProgress: (task: Task, share: number) => void
  readonly onDone: (task: Task, result: Result) => Promise<void> | void
}

/** Resolves once all are done, or `signal` was aborted. @throws SealpostError where one fails: the others are dropped */
export type DoTasks<Task, Result> = (
  tasks: readonly Task[],
  options: ThreadOptions<Task, Result>
) => Promise<void>

/** Of the memory of the machine, what all threads together may have. */
const MEMORY_SHARE = 0.85

/**
 * @param program What a thread begins with: it has to come to `serveThread`.
 * @param work Which work it is: what the thread finds as its `workerData`.
 */
export function threadsFor<Task extends Seeded, Result>(
  program: URL,
  work: string
): DoTasks<Task, Result> {
  return async (tasks, options) => {
    const waiting = [...tasks]
    const ending = new AbortController()
    const signal = AbortSignal.any([options.signal, ending.signal])
    const count = Math.min(options.workers, tasks.length)
    const memoryMb = Math.floor((totalmem() * MEMORY_SHARE) / count / 2 ** 20)
    const threads = Array.from({ length: count }, () =>
      serve({ program, work, waiting, options, signal, memoryMb })
    )
    try {
      await Promise.all(threads)
    } finally {
      ending.abort()
      await Promise.allSettled(threads)
    }
  }
}

interface Seeded {
  readonly seed: number
}

interface Thread<Task, Result> {
  readonly program: URL
  readonly work: string
  /** Whoever is free takes the first. */
  readonly waiting: Task[]
  readonly options: ThreadOptions<Task, Result>
  readonly signal: AbortSignal
  readonly memoryMb: number
}

/** One thread, until nothing waits. */
async function serve<Task extends Seeded, Result>(thread: Thread<Task, Result>): Promise<void> {
  const { program, work, waiting, options, signal, memoryMb } = thread
  if (signal.aborted) {
    return
  }
  const worker = new Worker(program, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb }
  })
  const stop = (): void => void worker.terminate()
  signal.addEventListener('abort', stop)
  try {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const done = await doIn(worker, task, options)
      if (signal.aborted || done === undefined) {
        return
      }
      await options.onDone(task, done.result)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

/** @returns undefined where the thread was ended */
function doIn<Task extends Seeded, Result>(
  worker: Worker,
  task: Task,
  { onProgress }: ThreadOptions<Task, Result>
): Promise<{ readonly result: Result } | undefined> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.on('message', (answer: ThreadAnswer<Result>) => {
      if (answer.type === 'progress') {
        onProgress(task, answer.share)
      } else if (answer.type === 'done') {
        resolve(answer)
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

function failureOf(error: unknown, { seed }: Seeded): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const text = `Seed ${seed} needs more memory than there is. Use fewer --workers, or a scenario with fewer clients.`
    return new SealpostError('SEALPOST_BUSY', text, { cause: error })
  }
  return isSealpostError(error)
    ? error
    : new SealpostError('SEALPOST_BUG', `seed ${seed}: ${String(error)}`, { cause: error })
}
