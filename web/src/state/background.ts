/** What goes on without anybody waiting for it. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { Refusal } from '../wire/peer-api.ts'

const failed = signal<unknown>(undefined)

/** What failed and should not have: the screen for that shows it. */
export const failure: ReadonlySignal<unknown> = failed

/** Lets a task run. Where the home was closed or locked meanwhile its end is no failure: the screens have changed by then. */
export function inBackground(task: Promise<unknown>): void {
  task.catch((error: unknown) => {
    const isOver = error instanceof Refusal && error.code === 'SEALPOST_CLIENT_CLOSED'
    if (!isOver) {
      noteFailure(error)
    }
  })
}

export function noteFailure(error: unknown): void {
  failed.value = error
}
