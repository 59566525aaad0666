/** What goes on without anybody waiting for it. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { Refusal } from '../wire/peer-api.ts'

const failed = signal<unknown>(undefined)

/** What failed and should not have: the screen for that shows it. */
export const failure: ReadonlySignal<unknown> = failed

/** What is said of the browser itself: its text. */
export type Problem = 'action.copy.failed'

const refused = signal<Refusal | Problem | undefined>(undefined)

/** What could not be done, for a reason that a person can do something about. */
export const refusal: ReadonlySignal<Refusal | Problem | undefined> = refused

/** The person has read it. */
export function dismissRefusal(): void {
  refused.value = undefined
}

/** Says what the browser did not do. */
export function sayProblem(problem: Problem): void {
  refused.value = problem
}

/** Lets a task run. Where the home was closed or locked meanwhile its end is no failure: the screens have changed by then. */
export function inBackground(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code === 'SEALPOST_BUG') {
      noteFailure(error)
    } else if (error.code !== 'SEALPOST_CLIENT_CLOSED') {
      refused.value = error
    }
  })
}

export function noteFailure(error: unknown): void {
  failed.value = error
}
