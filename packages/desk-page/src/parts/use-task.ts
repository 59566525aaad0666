import { useState } from 'preact/hooks'

export interface Task {
  readonly isRunning: boolean
  /** Whether the last run did what it should. */
  readonly isDone: boolean
  /** What the last run failed with. */
  readonly failure: { readonly cause: unknown } | undefined
  readonly run: (work: () => Promise<unknown>) => void
  /** What was done, or not, is not spoken of any more. */
  readonly reset: () => void
}

/** One thing at a time that the operator asked for. */
export function useTask(): Task {
  const [step, setStep] = useState<'idle' | 'running' | 'done'>('idle')
  const [failure, setFailure] = useState<Task['failure']>(undefined)
  const run = (work: () => Promise<unknown>): void => {
    setStep('running')
    setFailure(undefined)
    work()
      .then(() => {
        setStep('done')
      })
      .catch((cause: unknown) => {
        setFailure({ cause })
        setStep('idle')
      })
  }
  const reset = (): void => {
    setStep('idle')
    setFailure(undefined)
  }
  return { isRunning: step === 'running', isDone: step === 'done', failure, run, reset }
}
