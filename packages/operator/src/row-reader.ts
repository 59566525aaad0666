import { StorageError } from '@sealpost/protocol'

/** Reads one row of a file that this relay wrote, and that anything may have happened to since. */
export class RowReader {
  readonly #what: string
  readonly #fields: ReadonlyMap<string, unknown>

  /** @param what the file, for the person who reads the error. @throws StorageError `SEALPOST_STORE_CORRUPT` where it is no object */
  constructor(what: string, row: unknown) {
    this.#what = what
    if (typeof row !== 'object' || !row || Array.isArray(row)) {
      throw damaged(what, 'a row is no object')
    }
    this.#fields = new Map<string, unknown>(Object.entries(row))
  }

  /** A text that a pattern matches. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  text(name: string, pattern: RegExp): string {
    const value = this.#fields.get(name)
    if (typeof value !== 'string' || !pattern.test(value)) {
      throw damaged(this.#what, `${name} is not what it can be`)
    }
    return value
  }

  /** One of these words. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#fields.get(name)
    const word = words.find((known) => known === value)
    if (word === undefined) {
      throw damaged(this.#what, `${name} is none of ${words.join(', ')}`)
    }
    return word
  }

  /** A whole number from 0. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  integer(name: string): number {
    const value = this.#fields.get(name)
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw damaged(this.#what, `${name} is no whole number`)
    }
    return value
  }

  /** As `integer`, where the row may be without it. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  optionalInteger(name: string): number | undefined {
    return this.#fields.get(name) === undefined ? undefined : this.integer(name)
  }

  /** Rows below this one, at most so many. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  rows(name: string, countMax: number): readonly unknown[] {
    const value = this.#fields.get(name)
    if (!Array.isArray(value) || value.length > countMax) {
      throw damaged(this.#what, `${name} is no list of at most ${String(countMax)}`)
    }
    return value as readonly unknown[]
  }
}

/** Reads a file's text as one row. @throws StorageError `SEALPOST_STORE_CORRUPT` where it is no JSON */
export function readRow(what: string, text: string): RowReader {
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch (cause) {
    throw damaged(what, 'it is no JSON', cause)
  }
  return new RowReader(what, row)
}

/** What is said of a file that cannot be read. */
export function damaged(what: string, why: string, cause?: unknown): StorageError {
  const message = `${what} is damaged: ${why}. Put back a copy of it, or remove it to begin anew.`
  return new StorageError('SEALPOST_STORE_CORRUPT', message, { cause })
}
