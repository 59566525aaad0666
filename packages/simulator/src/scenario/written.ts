/** What a file says, before anybody knows what it means: values, each with the place where it stands. */

/** Where something is written, for errors. */
export interface Place {
  readonly file: string
  /** From 1; unknown where the file was read at once. */
  readonly line?: number | undefined
}

export type Written = WrittenValue | WrittenList | WrittenMap

export interface WrittenValue {
  readonly kind: 'value'
  /** undefined where nothing stands. */
  readonly value: string | number | boolean | undefined
  readonly place: Place
}

export interface WrittenList {
  readonly kind: 'list'
  readonly items: readonly Written[]
  readonly place: Place
}

export interface WrittenMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Written>
  readonly place: Place
}

/** As JSON has it, without nothing. */
export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

/** For errors: what stands there, in few words. */
export function shown(written: Written): string {
  switch (written.kind) {
    case 'value': {
      const text = JSON.stringify(written.value) ?? 'nothing'
      return text.length > 60 ? `${text.slice(0, 57)}...` : text
    }
    case 'list':
      return `a list of ${String(written.items.length)}`
    case 'map': {
      const keys = [...written.entries.keys()].slice(0, 3)
      return keys.length === 0 ? 'an empty map' : `a map of ${keys.join(', ')}`
    }
  }
}

/** What `JSON.parse` gives, as if it stood at `place`. */
export function writtenOf(json: unknown, place: Place): Written {
  const value = json ?? undefined
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item) => writtenOf(item, place)), place }
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, writtenOf(entry, place)] as const
    )
    return { kind: 'map', entries: new Map(entries), place }
  }
  const isValue = typeof value === 'string' || typeof value === 'number'
  return { kind: 'value', value: isValue || typeof value === 'boolean' ? value : undefined, place }
}
