/**
 * The checks that every codec makes, field by field. What a breach is differs: from the wire it is the other side's fault, on the
 * way out our own, so a codec has its own `Bounds` for each.
 */
import { utf8ToBytes } from './bytes.ts'
import type { IdParser } from './identifiers.ts'

/** Checks values and gives them back, or throws the error it was made with. */
export class Bounds {
  readonly #errorFor: (problem: string) => Error

  /** `errorFor` makes the error for a breach from a short sentence without a full stop. */
  constructor(errorFor: (problem: string) => Error) {
    this.#errorFor = errorFor
  }

  /** Never returns. */
  breach(problem: string): never {
    throw this.#errorFor(problem)
  }

  /** Exactly `byteLength` bytes; `value` itself, not a copy. */
  exactly(byteLength: number, value: Uint8Array, noun: string): Uint8Array {
    if (value.length !== byteLength) {
      this.breach(`${noun} of ${String(value.length)} bytes instead of ${String(byteLength)}`)
    }
    return value
  }

  /** At most `byteLengthMax` bytes; `value` itself, not a copy. */
  upTo(byteLengthMax: number, value: Uint8Array, noun: string): Uint8Array {
    if (value.length > byteLengthMax) {
      this.breach(`${noun} of ${String(value.length)} bytes, more than ${String(byteLengthMax)}`)
    }
    return value
  }

  /** An id of exactly its length. */
  id<Id>(parser: IdParser<Id>, value: Uint8Array): Id {
    if (value.length !== parser.byteLength) {
      this.breach(`a ${parser.noun} of ${String(value.length)} bytes`)
    }
    return parser.fromBytes(value)
  }

  /** From `min` to `max` items; `values` itself. */
  count<Item>(min: number, max: number, values: readonly Item[], noun: string): readonly Item[] {
    if (values.length < min || values.length > max) {
      this.breach(`${String(values.length)} ${noun}, not ${String(min)} to ${String(max)}`)
    }
    return values
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number, value: number, noun: string): number {
    if (!Number.isInteger(value) || value < min || value > max) {
      this.breach(`${noun} of ${String(value)}, not ${String(min)} to ${String(max)}`)
    }
    return value
  }

  /** A uint64 of the wire that a number can say exactly. */
  fromUint64(value: bigint, noun: string): number {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      this.breach(`${noun} beyond 2^53`)
    }
    return Number(value)
  }

  /** A safe integer of at least 0 as a uint64 of the wire. */
  toUint64(value: number, noun: string): bigint {
    return BigInt(this.integer(0, Number.MAX_SAFE_INTEGER, value, noun))
  }

  /** Well-formed text of at most `byteLengthMax` bytes of UTF-8. */
  text(byteLengthMax: number, value: string, noun: string): string {
    if (!value.isWellFormed()) {
      this.breach(`${noun} that is not well-formed`)
    }
    // A UTF-16 unit is at least one byte: what is too long already is not encoded to be measured.
    if (value.length > byteLengthMax || utf8ToBytes(value).length > byteLengthMax) {
      this.breach(`${noun} of more than ${String(byteLengthMax)} bytes`)
    }
    return value
  }

  /** What must be there. */
  present<Value>(value: Value | undefined, noun: string): Value {
    return value ?? this.breach(`no ${noun}`)
  }
}

/** An enum of the wire beside the words that the machines use for its values. */
export interface WordTable<Word extends string, Value extends number> {
  readonly valueOf: (word: Word) => Value
  /** @returns undefined for a value without a word: unspecified, or of a later version. */
  readonly wordOf: (value: number) => Word | undefined
}

/** Makes the table of an enum from its values by word. */
export function wordTable<Word extends string, Value extends number>(
  values: Readonly<Record<Word, Value>>
): WordTable<Word, Value> {
  const words = new Map<number, Word>()
  for (const word of Object.keys(values) as Word[]) {
    words.set(values[word], word)
  }
  return {
    valueOf: (word) => values[word],
    wordOf: (value) => words.get(value)
  }
}
