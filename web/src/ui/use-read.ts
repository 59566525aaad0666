import { useEffect, useRef, useState } from 'preact/hooks'
import { sentenceOf } from '../locales/error-sentences.ts'
import type { PageEvent } from '../wire/messages.ts'
import { Refusal } from '../wire/peer-api.ts'
import { useApp } from './app-context.ts'

export interface Reading<T> {
  /** What was read last; undefined before the first time. */
  readonly value: T | undefined
  /** Why it could not be read, as a sentence of the language that is chosen now. */
  readonly error: string | undefined
  /** Whether it is not there, so that there is nothing to read again. */
  readonly isGone: boolean
  /** Reads it again. */
  readonly again: () => void
}

/** What is never there again once it is not. */
const GONE: readonly string[] = ['SEALPOST_UNKNOWN_MESSAGE']

interface Result<T> {
  readonly value?: T
  readonly failure?: { readonly cause: unknown }
}

/**
 * What one screen alone shows of the peer: read when the screen is opened, and again whenever something happened to it.
 *
 * @param id of what is read: another one is read anew.
 * @param isChange whether an event may have changed it.
 */
export function useRead<T>(
  id: string,
  read: () => Promise<T>,
  isChange: (event: PageEvent) => boolean
): Reading<T> {
  const app = useApp()
  const [result, setResult] = useState<Result<T> & { readonly id?: string }>({})
  const latest = useRef({ read, isChange })
  latest.current = { read, isChange }
  const reader = useRef<() => void>(() => undefined)
  useEffect(() => {
    const reading = new Reader<T>(
      () => latest.current.read(),
      (read) => {
        setResult({ ...read, id })
      }
    )
    reader.current = () => {
      reading.read()
    }
    setResult({})
    reading.read()
    const stop = app.listen((event) => {
      if (latest.current.isChange(event)) {
        reading.read()
      }
    })
    return () => {
      stop()
      reading.end()
    }
  }, [app, id])
  // Until the effect has run, what is there is still of another.
  const { value, failure }: Result<T> = result.id === id ? result : {}
  return {
    value,
    error: failure && sentenceOf(failure.cause),
    isGone: failure?.cause instanceof Refusal && GONE.includes(failure.cause.code),
    again: () => {
      reader.current()
    }
  }
}

/** Reads one thing, one time after the other; what happened meanwhile is read once more. */
class Reader<T> {
  readonly #read: () => Promise<T>
  readonly #show: (result: Result<T>) => void
  #isReading = false
  #isStale = false
  #isOver = false

  constructor(read: () => Promise<T>, show: (result: Result<T>) => void) {
    this.#read = read
    this.#show = show
  }

  read(): void {
    if (this.#isReading) {
      this.#isStale = true
    } else if (!this.#isOver) {
      void this.#once()
    }
  }

  end(): void {
    this.#isOver = true
  }

  async #once(): Promise<void> {
    this.#isReading = true
    this.#isStale = false
    try {
      this.#tell({ value: await this.#read() })
    } catch (error) {
      this.#tell({ failure: { cause: error } })
    } finally {
      this.#isReading = false
      if (this.#isStale) {
        this.read()
      }
    }
  }

  #tell(result: Result<T>): void {
    if (!this.#isOver) {
      this.#show(result)
    }
  }
}
