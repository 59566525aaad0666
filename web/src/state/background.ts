/** What goes on without anybody waiting for it. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { ErrorCode } from '@sealpost/protocol'
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

/** The screens have changed by then; what stands above them says that there is no room. */
const SAID_ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  'SEALPOST_CLIENT_CLOSED',
  'SEALPOST_STORE_FULL'
])

/** Lets a task run. What a person can do something about is said. */
export function inBackground(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.code === 'SEALPOST_BUG') {
      noteFailure(error)
    } else if (!SAID_ELSEWHERE.has(error.code)) {
      refused.value = error
    }
  })
}

let report = ''

/** What is to stand in what the person is about to write of a failure; once. */
export function takeFailureReport(): string {
  const taken = report
  report = ''
  return taken
}

/** The person wants to tell of it, and goes on. */
export function leaveFailure(about: string): void {
  report = about
  failed.value = undefined
}

export function noteFailure(error: unknown): void {
  failed.value = error
}
