/** What is said with a call: rows that say what there can be, and the one parser of it, for the command line and for the wire. */
import { UsageError, utf8Length } from '@sealpost/protocol'

/** What a value can be. On the wire each is its JSON kind, on a command line a text. */
export type ParamKind =
  | { readonly type: 'text'; readonly bytesMax: number }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly words: readonly string[] }
  /** Milliseconds; as a text `90s`, `10m`, `2h` or `7d`. */
  | { readonly type: 'duration'; readonly minMs: number; readonly maxMs: number }
  /** There or not there; on the wire `true` or left out. */
  | { readonly type: 'switch' }

export interface ParamRow {
  /** In kebab case: the flag on a command line, the key on the wire. */
  readonly name: string
  readonly kind: ParamKind
  /** Given by its place on a command line, in the order of the rows, and not as a flag. */
  readonly isPositional?: boolean
  readonly isOptional?: boolean
  /** Names something that no log may: the audit log leaves it out. */
  readonly isSecret?: boolean
  /** One sentence: what for. */
  readonly sentence: string
}

type ParamValue = string | number | boolean

/** Values that are what their rows say. */
export class ParamValues {
  readonly #values: ReadonlyMap<string, ParamValue>

  private constructor(values: ReadonlyMap<string, ParamValue>) {
    this.#values = values
  }

  /**
   * @param given an object as JSON has it, or texts of a command line.
   * @throws UsageError `SEALPOST_USAGE`, which names what is wrong
   */
  static parse(rows: readonly ParamRow[], given: unknown): ParamValues {
    if (typeof given !== 'object' || !given || Array.isArray(given)) {
      throw new UsageError('SEALPOST_USAGE', 'What is said with a call is one JSON object.')
    }
    const known = new Set(rows.map(({ name }) => name))
    for (const name of Object.keys(given)) {
      if (!known.has(name)) {
        throw new UsageError('SEALPOST_USAGE', `There is no ${shown(name)} here.`)
      }
    }
    const entries = new Map<string, unknown>(Object.entries(given))
    const values = new Map<string, ParamValue>()
    for (const row of rows) {
      const value = entries.get(row.name)
      if (value !== undefined) {
        values.set(row.name, parseParam(row, value))
      } else if (row.isOptional !== true && row.kind.type !== 'switch') {
        throw new UsageError('SEALPOST_USAGE', `${labelOf(row)} is missing.`)
      }
    }
    return new ParamValues(values)
  }

  text(name: string): string {
    return this.optionalText(name) ?? ''
  }

  optionalText(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  optionalInteger(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  /** Whether anything was said for it. */
  isGiven(name: string): boolean {
    return this.#values.has(name)
  }

  has(name: string): boolean {
    return this.#values.get(name) === true
  }

  /** As a log may hold them. */
  withoutSecrets(rows: readonly ParamRow[]): Readonly<Record<string, ParamValue>> {
    const isKept = ([name]: readonly [string, ParamValue]): boolean =>
      rows.some((row) => row.name === name && row.isSecret !== true)
    return Object.fromEntries([...this.#values].filter(isKept))
  }

  /** As they go over the wire. */
  toJson(): Readonly<Record<string, ParamValue>> {
    return Object.fromEntries(this.#values)
  }
}

function parseParam(row: ParamRow, value: unknown): ParamValue {
  const { kind } = row
  switch (kind.type) {
    case 'text':
      if (typeof value === 'string' && utf8Length(value) <= kind.bytesMax) {
        return value
      }
      throw wrong(row, `a text of at most ${String(kind.bytesMax)} bytes`)
    case 'integer': {
      const number = typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? +value : value
      if (typeof number === 'number' && isBetween(number, kind.min, kind.max)) {
        return number
      }
      throw wrong(row, `a whole number from ${String(kind.min)} to ${String(kind.max)}`)
    }
    case 'duration': {
      const ms = typeof value === 'string' ? durationMs(value) : value
      if (typeof ms === 'number' && isBetween(ms, kind.minMs, kind.maxMs)) {
        return ms
      }
      throw wrong(row, `a time from ${durationText(kind.minMs)} to ${durationText(kind.maxMs)}`)
    }
    case 'choice':
      if (typeof value === 'string' && kind.words.includes(value)) {
        return value
      }
      throw wrong(row, `one of ${kind.words.join(', ')}`)
    case 'switch':
      if (typeof value === 'boolean') {
        return value
      }
      throw wrong(row, 'there or not there')
  }
}

const SPANS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000]
]

/** @returns undefined for what is no time as people write it */
function durationMs(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? []
  const [, ms] = SPANS.find(([name]) => name === unit) ?? []
  return ms === undefined ? undefined : Number(digits) * ms
}

function durationText(ms: number): string {
  const [unit, size] = SPANS.find(([, span]) => ms % span === 0) ?? ['ms', 1]
  return `${String(ms / size)}${unit}`
}

function isBetween(number: number, min: number, max: number): boolean {
  return Number.isInteger(number) && number >= min && number <= max
}

function wrong(row: ParamRow, expected: string): UsageError {
  return new UsageError('SEALPOST_USAGE', `${labelOf(row)} is ${expected}.`)
}

function labelOf({ name, isPositional }: ParamRow): string {
  return isPositional === true ? name.toUpperCase() : `--${name}`
}

/** A name that somebody sent: short, and without what a terminal would obey. */
function shown(name: string): string {
  return JSON.stringify(name.slice(0, 40))
}
