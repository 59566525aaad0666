import { useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'

export interface Task {
  readonly isRunning: boolean
  /** Why the last run failed, as a sentence. */
  readonly error: string | undefined
  readonly run: (work: () => Promise<unknown>) => void
}

/** One thing at a time that a person asked for: whether it is under way, and why it failed. */
export function useTask(): Task {
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<string | undefined>(undefined)
  const run = (work: () => Promise<unknown>): void => {
    if (isRunning) {
      return
    }
    setRunning(true)
    setError(undefined)
    work()
      .catch((failure: unknown) => {
        setError(sentenceOf(failure))
      })
      .finally(() => {
        setRunning(false)
      })
  }
  return { isRunning, error, run }
}
