/** Text as values with their places. A file may be anybody's: it is bounded before it is read, and refers to nothing. */
import { ConfigError } from '@sealpost/protocol'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type ParsedNode,
  parseDocument
} from 'yaml'
import { type Place, writtenOf, type Written } from './written.ts'

/** Of a file that people write, in UTF-16 units. */
const YAML_LENGTH_MAX = 262_144
/** Of one that a run wrote: JSON alone, with every session of a trace. */
const JSON_LENGTH_MAX = 67_108_864
/** Maps in lists in maps: no scenario has half as many. */
const DEPTH_MAX = 24
/** Spaces and dashes before a line's first word: how deep block style can be. */
const INDENT_MAX = 120

/** One file. */
export interface ScenarioText {
  /** For errors, and for what it extends. */
  readonly name: string
  readonly text: string
}

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` where it is no YAML, or more than any scenario is */
export function readYaml({ name, text }: ScenarioText): Written {
  if (text.length > YAML_LENGTH_MAX) {
    return readJson({ name, text })
  }
  checkDepth(name, text)
  const lines = new LineCounter()
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
      // It would look through all keys for each; they are looked at below.
      uniqueKeys: false
    })
  } catch (cause) {
    throw invalid({ file: name }, 'it cannot be read', cause)
  }
  const [error] = document.errors
  if (error !== undefined) {
    const place = { file: name, line: lines.linePos(error.pos[0]).line }
    throw invalid(place, error.message.split('\n')[0] ?? '', error)
  }
  if (isScalar(document.contents) || (document.contents as unknown) === undefined) {
    throw invalid({ file: name }, 'it must hold lines like "duration: 24h"')
  }
  return new Reader(name, lines).written(document.contents ?? undefined, 0)
}

/** What is too long to be written by hand was written by a run, as JSON. */
function readJson({ name, text }: ScenarioText): Written {
  const kib = String(YAML_LENGTH_MAX / 1024)
  if (text.length > JSON_LENGTH_MAX || !text.startsWith('{')) {
    throw invalid({ file: name }, `it is larger than the ${kib} KiB that a scenario may have`)
  }
  try {
    return writtenOf(JSON.parse(text), { file: name })
  } catch (cause) {
    throw invalid({ file: name }, `it is larger than ${kib} KiB, and no JSON`, cause)
  }
}

/** The parser calls itself for each level. */
function checkDepth(name: string, text: string): void {
  let depth = 0
  let line = 1
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') {
      depth += 1
    } else if (token === ']' || token === '}') {
      depth -= 1
    }
    if (depth > DEPTH_MAX) {
      throw invalid({ file: name, line }, 'it is nested too deeply')
    }
    line += token.split('\n').length - 1
  }
  for (const [at, content] of text.split('\n').entries()) {
    if (content.search(/[^ \t?-]/) > INDENT_MAX || /^[ \t?-]{121}/.test(content)) {
      throw invalid({ file: name, line: at + 1 }, 'it is indented too deeply')
    }
  }
}

function invalid(place: Place, message: string, cause?: unknown): ConfigError {
  const where = place.line === undefined ? place.file : `${place.file}:${String(place.line)}`
  return new ConfigError('SEALPOST_CONFIG_INVALID', `${where}: ${message}.`, { cause })
}

class Reader {
  readonly #name: string
  readonly #lines: LineCounter

  constructor(name: string, lines: LineCounter) {
    this.#name = name
    this.#lines = lines
  }

  written(node: ParsedNode | undefined, depth: number, parent?: Place): Written {
    const place = this.#place(node, parent)
    if (depth > DEPTH_MAX) {
      throw invalid(place, 'it is nested too deeply')
    }
    if (isAlias(node)) {
      throw invalid(place, 'a scenario has no aliases: write the value again')
    }
    if (node?.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) {
      throw invalid(place, `a scenario has no tags like ${node.tag}`)
    }
    if (isMap(node)) {
      return this.#map(node.items, depth, place)
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.written(item, depth + 1, place))
      return { kind: 'list', items, place }
    }
    const value: unknown = node?.value ?? undefined
    if (
      value !== undefined &&
      typeof value !== 'string' &&
      typeof value !== 'number' &&
      typeof value !== 'boolean'
    ) {
      throw invalid(place, 'a value is a text, a number, true or false')
    }
    return { kind: 'value', value, place }
  }

  #map(items: readonly unknown[], depth: number, place: Place): Written {
    const entries = new Map<string, Written>()
    for (const item of items as readonly { key: ParsedNode; value?: ParsedNode }[]) {
      const at = this.#place(item.key, place)
      const key: unknown = isScalar(item.key) ? item.key.value : undefined
      if (typeof key !== 'string' && typeof key !== 'number') {
        throw invalid(at, 'a key is one word')
      }
      if (entries.has(String(key))) {
        throw invalid(at, `${String(key)} stands there twice`)
      }
      entries.set(String(key), this.written(item.value, depth + 1, at))
    }
    return { kind: 'map', entries, place }
  }

  #place(node: ParsedNode | undefined, parent?: Place): Place {
    const offset = node?.range[0]
    return offset === undefined
      ? (parent ?? { file: this.#name })
      : { file: this.#name, line: this.#lines.linePos(offset).line }
  }
}
