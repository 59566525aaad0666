/**
 * What is said over a home's socket: JSON, one object a line, at most `LINE_BYTES_MAX` long.
 *
 * The caller begins with a request; then it may hand in typed lines and say that the person wants to end it. The holder answers
 * with lines for the caller's outputs, asks for typed lines when the command reads some, and ends with an exit code. A holder may
 * take the caller's terminal, where the request says that there is one: then it draws, and the caller hands in keys and sizes.
 */
import { ProtocolError } from '@sealpost/protocol'
import type { TerminalTraits } from '../screen/screen.ts'

/** Another number is another language. */
export const SOCKET_VERSION = 1
/** Room for the longest text that a message can have, escaped, and for a page of output. */
export const LINE_BYTES_MAX = 1_048_576
/** More columns or rows than any terminal has; a frame is made of that many. */
const CELLS_MAX = 10_000

/** The caller's words. */
export type CallerWord =
  | {
      readonly type: 'run'
      readonly version: number
      /** The command line without the global flags. */
      readonly words: readonly string[]
      readonly isJson: boolean
      readonly columns: number | undefined
      readonly terminal: TerminalTraits | undefined
      /** Where the caller's paths begin. */
      readonly directory: string
      /** What the caller's person was asked for. */
      readonly secret: string | undefined
    }
  | { readonly type: 'keys'; readonly text: string }
  | { readonly type: 'keys-end' }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'typed'; readonly line: string }
  | { readonly type: 'typed-end' }
  | { readonly type: 'stop' }

/** The holder's words. */
export type HolderWord =
  | { readonly type: 'print' | 'warn' | 'draw'; readonly text: string }
  | { readonly type: 'read-lines' | 'take-terminal' | 'give-terminal' }
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'other-version' }

export function encodeWord(word: CallerWord | HolderWord): string {
  return `${JSON.stringify(word)}\n`
}

/** @throws ProtocolError `SEALPOST_FRAME_MALFORMED` */
export function decodeCallerWord(line: string): CallerWord {
  const word = readObject(line)
  switch (word['type']) {
    case 'run':
      return {
        type: 'run',
        version: integer(word['version']),
        words: texts(word['words']),
        isJson: word['isJson'] === true,
        columns: word['columns'] === undefined ? undefined : integer(word['columns']),
        terminal: word['terminal'] === undefined ? undefined : traits(object(word['terminal'])),
        directory: text(word['directory']),
        secret: word['secret'] === undefined ? undefined : text(word['secret'])
      }
    case 'keys':
      return { type: 'keys', text: text(word['text']) }
    case 'resized':
      return { type: 'resized', columns: size(word['columns']), rows: size(word['rows']) }
    case 'typed':
      return { type: 'typed', line: text(word['line']) }
    case 'keys-end':
    case 'typed-end':
    case 'stop':
      return { type: word['type'] }
    default:
      throw malformed('an unknown word')
  }
}

/** @throws ProtocolError `SEALPOST_FRAME_MALFORMED` */
export function decodeHolderWord(line: string): HolderWord {
  const word = readObject(line)
  switch (word['type']) {
    case 'print':
    case 'warn':
    case 'draw':
      return { type: word['type'], text: text(word['text']) }
    case 'read-lines':
    case 'take-terminal':
    case 'give-terminal':
    case 'other-version':
      return { type: word['type'] }
    case 'exit':
      return { type: 'exit', code: integer(word['code']) }
    default:
      throw malformed('an unknown word')
  }
}

function readObject(line: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new ProtocolError('SEALPOST_FRAME_MALFORMED', 'a line that is no JSON', { cause: error })
  }
  return object(value)
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (!(value instanceof Object)) {
    throw malformed('an object that is none')
  }
  return value as Readonly<Record<string, unknown>>
}

function traits(value: Readonly<Record<string, unknown>>): TerminalTraits {
  return {
    columns: size(value['columns']),
    rows: size(value['rows']),
    isUtf8: value['isUtf8'] === true,
    hasColor: value['hasColor'] === true
  }
}

/** Cells in a row, or rows. */
function size(value: unknown): number {
  const count = integer(value)
  if (count < 1 || count > CELLS_MAX) {
    throw malformed('a size that no terminal has')
  }
  return count
}

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw malformed('a field that is no text')
  }
  return value
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) {
    throw malformed('a field that is no list')
  }
  return value.map(text)
}

function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw malformed('a field that is no integer')
  }
  return value
}

function malformed(problem: string): ProtocolError {
  return new ProtocolError('SEALPOST_FRAME_MALFORMED', problem)
}
