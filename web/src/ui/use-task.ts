import { useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'

export interface Task {
  readonly isRunning: boolean
  /** Why the last run failed, as a sentence of the language that is chosen now. */
  readonly error: string | undefined
  readonly run: (work: () => Promise<unknown>) => void
}

/** One thing at a time that a person asked for: whether it is under way, and why it failed. */
export function useTask(): Task {
  const [isRunning, setRunning] = useState(false)
  const [failure, setFailure] = useState<{ readonly cause: unknown } | undefined>(undefined)
  const run = (work: () => Promise<unknown>): void => {
    if (isRunning) {
      return
    }
    setRunning(true)
    setFailure(undefined)
    work()
      .catch((cause: unknown) => {
        setFailure({ cause })
      })
      .finally(() => {
        setRunning(false)
      })
  }
  return { isRunning, error: failure && sentenceOf(failure.cause), run }
}
