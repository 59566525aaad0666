import { ConfigError, didYouMean, utf8ToBytes } from '@sealpost/protocol'
import { AUTO, formatOption, type OptionRow, type OptionValue, parseBytes } from './option-rows.ts'

/** A value as it was written, and where. */
export interface Written {
  readonly value: unknown
  /** For errors: `--listen`, `SEALPOST_RELAY_LISTEN`, `listen in relay.yaml`. */
  readonly source: string
}

/**
 * What was written for an option, as its value.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`, with where it was written, what it was, and what it can be.
 */
export function parseOption(row: OptionRow, written: Written): OptionValue {
  const { kind } = row
  switch (kind.type) {
    case 'integer':
    case 'bytes':
      return parseNumber(row, kind, written)
    case 'text':
      return parseText(row, kind.bytesMax, written)
    case 'choice': {
      const word = String(written.value)
      if (!kind.words.includes(word)) {
        const hint = didYouMean(word, kind.words)
        throw invalid(row, written, `one of ${kind.words.join(', ')}`, hint)
      }
      return word
    }
    case 'list':
      return parseList(row, kind, written)
  }
}

function parseNumber(
  row: OptionRow,
  kind: { readonly type: 'integer' | 'bytes'; readonly min: number; readonly max: number },
  written: Written
): OptionValue {
  const { value } = written
  if (value === AUTO && row.fallback === AUTO) {
    return AUTO
  }
  const number = typeof value === 'string' ? numberOf(kind.type, value.trim()) : value
  if (
    typeof number !== 'number' ||
    !Number.isSafeInteger(number) ||
    number < kind.min ||
    number > kind.max
  ) {
    const what = kind.type === 'bytes' ? 'bytes, like 65536 or 64MiB,' : 'a whole number'
    const or = row.fallback === AUTO ? ', or auto' : ''
    const bounds = `from ${formatOption(row, kind.min)} to ${formatOption(row, kind.max)}`
    throw invalid(row, written, `${what} ${bounds}${or}`)
  }
  return number
}

function numberOf(type: 'integer' | 'bytes', text: string): number | undefined {
  if (type === 'bytes') {
    return parseBytes(text)
  }
  return /^[0-9]{1,16}$/.test(text) ? Number(text) : undefined
}

function parseText(row: OptionRow, bytesMax: number, written: Written): string {
  const { value } = written
  if (typeof value !== 'string' || utf8ToBytes(value).length > bytesMax) {
    throw invalid(row, written, `a text of at most ${String(bytesMax)} bytes`)
  }
  if (value === '' && row.fallback !== '') {
    throw invalid(row, written, `a ${row.unit}`)
  }
  return value
}

function parseList(
  row: OptionRow,
  kind: { readonly countMin: number; readonly countMax: number },
  written: Written
): readonly string[] {
  const { value } = written
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value]
  const words = parts.flatMap((part) =>
    typeof part === 'string' ? part.split(',').map((word) => word.trim()) : [part]
  )
  const texts = words.filter((word) => typeof word === 'string' && word !== '')
  if (texts.length < words.length || texts.length < kind.countMin || texts.length > kind.countMax) {
    throw invalid(row, written, `${String(kind.countMin)} to ${String(kind.countMax)} texts`)
  }
  return texts as readonly string[]
}

function invalid(row: OptionRow, written: Written, expected: string, hint = ''): ConfigError {
  // What is secret is not told even where it is wrong.
  const shown = row.isSecret ? '' : `, not ${JSON.stringify(written.value) ?? 'nothing'}`
  return new ConfigError(
    'SEALPOST_CONFIG_INVALID',
    `${written.source} must be ${expected}${shown}.${hint}`
  )
}
