/**
 * What a value of a scenario can be. One shape is the source of everything about it: how it is read and written, the sentence of an
 * error, its line of the table, its part of the schema.
 */
import { nearNames } from './known-names.ts'
import { ConfigError, didYouMean, type ErrorCode } from '@sealpost/protocol'
import type { ScenarioText } from './read-yaml.ts'
import { DURATION_PATTERN, formatDuration, parseDuration } from './quantities.ts'
import { type Json, type Place, shown, type Written, type WrittenMap } from './written.ts'

/** A file beside the one that names it. @throws ConfigError where there is none */
export type ReadBeside = (name: string, from: string) => ScenarioText

/** What reading goes by: what is wrong is gathered, not thrown, so that a person sees all of it. */
export interface Reading {
  /** Dotted, as in `relays.count`; empty for the whole. */
  readonly path: string
  readonly problems: ConfigError[]
  readonly readBeside: ReadBeside
}

/** A line of the table of a scenario's keys. */
export interface TableRow {
  readonly path: string
  readonly words: string
  /** As it is written; undefined where there is none. */
  readonly fallback: Json | undefined
  readonly sentence: string
}

export type JsonSchema = { readonly [key: string]: Json }

/** What `read` gives where something is wrong, and a problem says what. */
export const WRONG: unique symbol = Symbol('wrong')
export type Wrong = typeof WRONG

export interface Shape<Value> {
  /** What it must be, after `must be`, with its bounds and its unit. */
  readonly words: string
  readonly read: (written: Written, reading: Reading) => Value | Wrong
  /** As `read` takes it, with nothing that is looked up elsewhere. */
  readonly write: (value: Value) => Json
  /** As people write it, where that is shorter. */
  readonly brief?: (value: Value) => Json
  readonly schema: () => JsonSchema
  /** What a file says over what it extends; where there is none, all of it is said anew. */
  readonly merge?: (below: Written, above: Written) => Written
  /** Of what is inside it; where there is none, it is one row itself. */
  readonly rows?: (path: string) => readonly TableRow[]
  /** Of what is inside it, after its own row. */
  readonly inside?: (path: string) => readonly TableRow[]
}

export function within(reading: Reading, key: string): Reading {
  return { ...reading, path: reading.path === '' ? key : `${reading.path}.${key}` }
}

/** Says what is wrong where. */
export function problem(
  { path, problems }: Reading,
  { file, line }: Place,
  text: string,
  code: ErrorCode = 'SEALPOST_CONFIG_INVALID'
): Wrong {
  const where = line === undefined ? file : `${file}:${String(line)}`
  problems.push(new ConfigError(code, `${where}: ${path === '' ? 'it' : path} ${text}`))
  return WRONG
}

/** It is not what its shape says. */
export function mismatch(reading: Reading, written: Written, words: string, hint = ''): Wrong {
  return problem(reading, written.place, `must be ${words}, not ${shown(written)}.${hint}`)
}

export function unknownKey(reading: Reading, { place }: Written, names: Iterable<string>): Wrong {
  const key = reading.path.split('.').at(-1) ?? ''
  const hint = didYouMean(key, names)
  return problem(reading, place, `is no key of a scenario.${hint}`, 'SEALPOST_CONFIG_UNKNOWN_KEY')
}

/** Its entries, where it is a map. */
export function asMap(written: Written): WrittenMap | undefined {
  return written.kind === 'map' ? written : undefined
}

export interface Bounds {
  readonly min: number
  readonly max: number
  readonly unit?: string
}

function bounded({ min, max, unit }: Bounds): string {
  const of = unit === undefined ? '' : ` ${unit}`
  return `from ${String(min)} to ${String(max)}${of}`
}

export function integer(bounds: Bounds): Shape<number> {
  return numeric(`a whole number ${bounded(bounds)}`, 'integer', bounds)
}

export function number(bounds: Bounds): Shape<number> {
  return numeric(`a number ${bounded(bounds)}`, 'number', bounds)
}

/** A part of a whole, or a probability. */
export const SHARE: Shape<number> = number({ min: 0, max: 1 })

function numeric(words: string, type: 'integer' | 'number', { min, max }: Bounds): Shape<number> {
  return {
    words,
    read(written, reading) {
      const value = written.kind === 'value' ? written.value : undefined
      const isOne = typeof value === 'number' && value >= min && value <= max
      return isOne && (type === 'number' || Number.isSafeInteger(value))
        ? value
        : mismatch(reading, written, words)
    },
    write: (value) => value,
    schema: () => ({ type, minimum: min, maximum: max })
  }
}

/** Written in one unit, such as MiB, and whole in a smaller one. */
export function scaled(shape: Shape<number>, factor: number): Shape<number> {
  return {
    ...shape,
    read(written, reading) {
      const value = shape.read(written, reading)
      return value === WRONG ? WRONG : Math.round(value * factor)
    },
    write: (value) => value / factor
  }
}

export interface DurationBounds {
  readonly minUs: number
  readonly maxUs: number
}

/** Whole microseconds. */
export function duration({ minUs, maxUs }: DurationBounds): Shape<number> {
  const words = `a duration like 30m, 24h or 250ms, from ${formatDuration(minUs)} to ${formatDuration(maxUs)}`
  return {
    words,
    read(written, reading) {
      const value = written.kind === 'value' ? written.value : undefined
      const text = value === 0 ? '0' : value
      const us = typeof text === 'string' ? parseDuration(text) : undefined
      if (us !== undefined && us >= minUs && us <= maxUs) {
        return us
      }
      const hint = typeof value === 'number' ? ' Name its unit: us, ms, s, m, h, d or w.' : ''
      return mismatch(reading, written, words, hint)
    },
    write: formatDuration,
    schema: () => ({ type: ['string', 'integer'], pattern: DURATION_PATTERN, maximum: 0 })
  }
}

export function text(lengthMax: number): Shape<string> {
  const words = `a text of at most ${String(lengthMax)} letters`
  return {
    words,
    read(written, reading) {
      const value = written.kind === 'value' ? written.value : undefined
      return typeof value === 'string' && value.length <= lengthMax
        ? value
        : mismatch(reading, written, words)
    },
    write: (value) => value,
    schema: () => ({ type: 'string', maxLength: lengthMax })
  }
}

export function word<Word extends string>(options: readonly Word[]): Shape<Word> {
  const words = `one of ${options.join(', ')}`
  return {
    words,
    read(written, reading) {
      const value = written.kind === 'value' ? String(written.value) : undefined
      const found = options.find((option) => option === value)
      return found ?? mismatch(reading, written, words, didYouMean(value ?? '', options))
    },
    write: (value) => value,
    schema: () => ({ enum: options })
  }
}

export const FLAG: Shape<boolean> = {
  words: 'true or false',
  read(written, reading) {
    const value = written.kind === 'value' ? written.value : undefined
    return typeof value === 'boolean' ? value : mismatch(reading, written, FLAG.words)
  },
  write: (value) => value,
  schema: () => ({ type: 'boolean' })
}

export interface CountBounds {
  readonly countMin: number
  readonly countMax: number
}

export function list<Item>(item: Shape<Item>, bounds: CountBounds): Shape<readonly Item[]> {
  const { countMin, countMax } = bounds
  const words = `a list of ${String(countMin)} to ${String(countMax)}`
  return {
    words: `${words}, each ${item.words}`,
    read(written, reading) {
      const items = written.kind === 'list' ? written.items : undefined
      if (items === undefined || items.length < countMin || items.length > countMax) {
        return mismatch(reading, written, words)
      }
      const values: Item[] = []
      for (const [at, one] of items.entries()) {
        const value = item.read(one, within(reading, String(at)))
        if (value !== WRONG) {
          values.push(value)
        }
      }
      return values.length === items.length ? values : WRONG
    },
    write: (values) => values.map((value) => item.write(value)),
    inside: (path) => item.rows?.(`${path}[]`) ?? [],
    schema: () => ({
      type: 'array',
      minItems: countMin,
      maxItems: countMax,
      items: item.schema()
    })
  }
}

export interface KeyBounds {
  /** What keys look like, as a regular expression of the whole. */
  readonly keyPattern: string
  readonly keyWords: string
  readonly countMax: number
  /** The only ones that there are; any that look like the pattern where it is not there. */
  readonly names?: readonly string[] | undefined
}

/** Values by names that the file gives. */
export function mapOf<Value>(
  value: Shape<Value>,
  { keyPattern, keyWords, countMax, names }: KeyBounds
): Shape<ReadonlyMap<string, Value>> {
  const pattern = new RegExp(keyPattern)
  const words = `a map of at most ${String(countMax)} ${keyWords}`
  return {
    words: `${words}, each ${value.words}`,
    read(written, reading) {
      const map = asMap(written)
      if (map === undefined || map.entries.size > countMax) {
        return mismatch(reading, written, words)
      }
      const values = new Map<string, Value>()
      for (const [key, entry] of map.entries) {
        const found = !pattern.test(key)
          ? mismatch(reading, { kind: 'value', value: key, place: entry.place }, words)
          : names?.includes(key) === false
            ? problem(
                within(reading, key),
                entry.place,
                `is none of the ${keyWords} that are known.${nearNames(key, names)}`
              )
            : value.read(entry, within(reading, key))
        if (found !== WRONG) {
          values.set(key, found)
        }
      }
      return values.size === map.entries.size ? values : WRONG
    },
    write: (values) =>
      Object.fromEntries([...values].map(([key, entry]) => [key, value.write(entry)])),
    schema: () => ({
      type: 'object',
      maxProperties: countMax,
      propertyNames: names === undefined ? { pattern: keyPattern } : { enum: names },
      additionalProperties: value.schema()
    }),
    merge: mergedMaps
  }
}

/** Keys of both; where both have one, the one above counts. */
function mergedMaps(below: Written, above: Written): Written {
  return below.kind === 'map' && above.kind === 'map'
    ? { ...above, entries: new Map([...below.entries, ...above.entries]) }
    : above
}
