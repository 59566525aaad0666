import type { JSX } from 'preact'
import { failedSentence } from '../failed-sentence.ts'
import type { Task } from './use-task.ts'

interface OutcomeProps {
  readonly task: Task
  /** What is said once it is done. */
  readonly done: string
}

/** Whether what was asked for was done: said aloud too. */
export function Outcome({ task: { failure, isDone }, done }: OutcomeProps): JSX.Element {
  return (
    <>
      <span class="soft" role="status">
        {isDone ? done : ''}
      </span>
      <span class="failed" role="alert">
        {failure === undefined ? '' : failedSentence(failure.cause)}
      </span>
    </>
  )
}
