/** What happens in a thread: it is given tasks, and answers each. */
import { parentPort } from 'node:worker_threads'
import { type ErrorCode, isSealpostError } from '@sealpost/protocol'

export type ThreadAnswer<Result> =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly result: Result }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string }

/** Does one task. @param onProgress told how much of it is done, from 0 to 1 */
export type Work<Task, Result> = (
  task: Task,
  onProgress: (share: number) => void
) => Promise<Result>

/** Answers the thread that started this one. */
export function serveThread<Task, Result>(work: Work<Task, Result>): void {
  const answer = (answer: ThreadAnswer<Result>): void => parentPort?.postMessage(answer)
  parentPort?.on('message', (task: Task) => {
    work(task, (share) => {
      answer({ type: 'progress', share })
    }).then(
      (result) => {
        answer({ type: 'done', result })
      },
      (error: unknown) => {
        answer(failureOf(error))
      }
    )
  })
}

function failureOf(error: unknown): Extract<ThreadAnswer<never>, { type: 'failed' }> {
  const code = isSealpostError(error) ? error.code : 'SEALPOST_BUG'
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = isSealpostError(error) && code !== 'SEALPOST_BUG' ? error.message : text
  return { type: 'failed', code, message }
}
