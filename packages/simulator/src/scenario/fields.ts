/** Maps with the keys that are known: each key is a row, and what it is when the file says nothing stands in the row. */
import { didYouMean } from '@sealpost/protocol'
import {
  asMap,
  type JsonSchema,
  mismatch,
  problem,
  type Reading,
  type Shape,
  type TableRow,
  unknownKey,
  within,
  WRONG,
  type Wrong
} from './shape.ts'
import type { Json, Written, WrittenMap } from './written.ts'

/** One key. */
export interface Row<Value> {
  /** In the file, where it is not the field's name: units stand there as people say them. */
  readonly key?: string
  readonly shape: Shape<Value>
  /** Of nothing: a value, what its own rows say, an error, or no field. */
  readonly otherwise: { readonly value: Value } | 'its-rows' | 'required' | 'absent'
  /** What for. */
  readonly sentence: string
}

/** A row for each field. */
export type Rows<Fields> = {
  readonly [Name in keyof Fields]-?: Row<Exclude<Fields[Name], undefined>>
}

type AnyRows = Readonly<Record<string, Row<unknown>>>

export function row<Value>(shape: Shape<Value>, value: Value, sentence: string): Row<Value> {
  return { shape, otherwise: { value }, sentence }
}

export function nested<Value>(shape: Shape<Value>, sentence: string): Row<Value> {
  return { shape, otherwise: 'its-rows', sentence }
}

export function required<Value>(shape: Shape<Value>, sentence: string): Row<Value> {
  return { shape, otherwise: 'required', sentence }
}

export function optional<Value>(shape: Shape<Value>, sentence: string): Row<Value> {
  return { shape, otherwise: 'absent', sentence }
}

export function named<Value>(key: string, named: Row<Value>): Row<Value> {
  return { ...named, key }
}

export function fields<Fields extends object>(rows: Rows<Fields>): Shape<Fields> {
  const group = new Group(rows as unknown as AnyRows)
  return {
    words: group.words,
    read(written, reading) {
      const map = asMap(written)
      return map === undefined
        ? mismatch(reading, written, group.words)
        : (group.read(map, reading) as Fields | Wrong)
    },
    write: (value) => group.write(value as Readonly<Record<string, unknown>>),
    schema: () => group.schema({}),
    merge: (below, above) => group.merge(below, above),
    rows: (path) => group.rows(path)
  }
}

export interface Choice<Type extends string> {
  /** In the file; the field is `type`. */
  readonly key: string
  /** Where the file does not say which; undefined where it must. */
  readonly fallback: Type | undefined
  /** What for. */
  readonly sentence: string
}

type RowsByType<Value extends { readonly type: string }> = {
  readonly [Type in Value['type']]: Rows<Omit<Extract<Value, { readonly type: Type }>, 'type'>>
}

/** Several kinds of map, told apart by one key. */
export function variants<Value extends { readonly type: string }>(
  choice: Choice<Value['type']>,
  rowsByType: RowsByType<Value>
): Shape<Value> {
  const { key, fallback, sentence } = choice
  const groups = new Map(
    Object.entries<unknown>(rowsByType).map(([type, rows]) => [
      type,
      new Group(rows as AnyRows, key)
    ])
  )
  const types = [...groups.keys()]
  const words = `a map with ${key}: ${types.join(', ')}`
  const typeIn = (map: WrittenMap): string | undefined => {
    const written = map.entries.get(key)
    return written === undefined ? fallback : written.kind === 'value' ? String(written.value) : ''
  }
  return {
    words,
    read(written, reading) {
      const map = asMap(written)
      const type = map && typeIn(map)
      const group = groups.get(type ?? '')
      if (map === undefined || type === undefined) {
        return mismatch(reading, written, words)
      }
      if (group === undefined) {
        const at = map.entries.get(key) ?? written
        const hint = didYouMean(type, types)
        return mismatch(within(reading, key), at, `one of ${types.join(', ')}`, hint)
      }
      const read = group.read(map, reading)
      return read === WRONG ? WRONG : ({ type, ...read } as unknown as Value)
    },
    write(value) {
      const { type, ...rest } = value
      const written = groups.get(type)?.write(rest) ?? {}
      return { [key]: type, ...written }
    },
    schema: () => ({
      oneOf: [...groups].map(([type, group]) =>
        group.schema({ [key]: { const: type } }, type === fallback ? [] : [key])
      )
    }),
    merge(below, above) {
      const [under, over] = [asMap(below), asMap(above)]
      const isSame =
        under !== undefined &&
        over !== undefined &&
        (!over.entries.has(key) || typeIn(over) === typeIn(under))
      const group = groups.get((under && typeIn(under)) ?? '')
      return isSame && group !== undefined ? group.merge(below, above) : above
    },
    rows: (path) => [
      { path: `${path}.${key}`, words: `one of ${types.join(', ')}`, fallback, sentence },
      ...rowsOfTypes(path, groups)
    ]
  }
}

/** Rows that all types have stand there once. */
function rowsOfTypes(path: string, groups: ReadonlyMap<string, Group>): readonly TableRow[] {
  const all = [...groups].map(([type, group]) => ({ type, rows: group.rows('') }))
  const isShared = (row: TableRow): boolean =>
    all.every(({ rows }) =>
      rows.some((other) => other.path === row.path && other.sentence === row.sentence)
    )
  const shared = all[0]?.rows.filter(isShared) ?? []
  return [
    ...shared.map((row) => ({ ...row, path: `${path}.${row.path}` })),
    ...all.flatMap(({ type, rows }) =>
      rows
        .filter((row) => !isShared(row))
        .map((row) => ({ ...row, path: `${path} (${type}).${row.path}` }))
    )
  ]
}

/** The rows of one map. */
class Group {
  readonly #rows: AnyRows
  readonly #byKey: ReadonlyMap<string, readonly [field: string, row: Row<unknown>]>
  /** The key that said which rows count. */
  readonly #typeKey: string | undefined

  constructor(rows: AnyRows, typeKey?: string) {
    this.#rows = rows
    this.#typeKey = typeKey
    this.#byKey = new Map(
      Object.entries(rows).map(([field, row]) => [row.key ?? field, [field, row] as const])
    )
  }

  get words(): string {
    return `a map of ${[...this.#byKey.keys()].join(', ')}`
  }

  read(map: WrittenMap, reading: Reading): Readonly<Record<string, unknown>> | Wrong {
    for (const [key, written] of map.entries) {
      if (!this.#byKey.has(key) && key !== this.#typeKey) {
        unknownKey(within(reading, key), written, this.#byKey.keys())
      }
    }
    const value: Record<string, unknown> = {}
    let isWhole = true
    for (const [key, [field, row]] of this.#byKey) {
      const written = map.entries.get(key)
      const found = readRow(row, written, within(reading, key), map)
      if (found === WRONG) {
        isWhole = false
      } else if (found !== undefined) {
        value[field] = found
      }
    }
    return isWhole ? value : WRONG
  }

  write(value: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
    const entries: (readonly [string, Json])[] = []
    for (const [key, [field, row]] of this.#byKey) {
      if (value[field] !== undefined) {
        entries.push([key, row.shape.write(value[field])])
      }
    }
    return Object.fromEntries(entries)
  }

  merge(below: Written, above: Written): Written {
    if (below.kind !== 'map' || above.kind !== 'map') {
      return above
    }
    const entries = new Map(below.entries)
    for (const [key, over] of above.entries) {
      const under = below.entries.get(key)
      const merge = this.#byKey.get(key)?.[1].shape.merge
      entries.set(key, under === undefined || merge === undefined ? over : merge(under, over))
    }
    return { ...above, entries }
  }

  schema(
    typeSchema: Readonly<Record<string, Json>>,
    requiredKeys: readonly string[] = []
  ): JsonSchema {
    const properties: Record<string, Json> = { ...typeSchema }
    const needed = [...requiredKeys]
    for (const [key, [, row]] of this.#byKey) {
      const schema = row.shape.schema()
      const fallback = fallbackOf(row)
      const otherwise = fallback === undefined ? {} : { default: fallback }
      properties[key] = { description: row.sentence, ...schema, ...otherwise }
      if (row.otherwise === 'required') {
        needed.push(key)
      }
    }
    return { type: 'object', additionalProperties: false, properties, required: needed }
  }

  rows(path: string): readonly TableRow[] {
    return Object.entries(this.#rows).flatMap(([field, row]) => {
      const at = path === '' ? (row.key ?? field) : `${path}.${row.key ?? field}`
      const { words, rows, inside } = row.shape
      const own = { path: at, words, fallback: fallbackOf(row), sentence: row.sentence }
      return rows === undefined ? [own, ...(inside?.(at) ?? [])] : rows(at)
    })
  }
}

/** What is inside a map has rows of its own; only one value is a default. */
function fallbackOf({ shape, otherwise }: Row<unknown>): Json | undefined {
  const { brief, write } = shape
  return typeof otherwise === 'object' ? (brief ?? write)(otherwise.value) : undefined
}

function readRow(
  { shape, otherwise }: Row<unknown>,
  written: Written | undefined,
  reading: Reading,
  { place }: WrittenMap
): unknown {
  if (written !== undefined) {
    return shape.read(written, reading)
  }
  if (typeof otherwise === 'object') {
    return otherwise.value
  }
  switch (otherwise) {
    case 'its-rows':
      return shape.read({ kind: 'map', entries: new Map(), place }, reading)
    case 'required':
      return problem(reading, place, `is missing: it must be ${shape.words}.`)
    case 'absent':
      return undefined
  }
}
