/**
 * What is said over a home's socket: JSON, one object a line, at most `LINE_BYTES_MAX` long.
 *
 * The caller begins with a request; then it may hand in typed lines and say that the person wants to end it. The holder answers
 * with lines for the caller's outputs, asks for typed lines when the command reads some, and ends with an exit code.
 */
import { ProtocolError } from '@sealpost/protocol'

/** Another number is another language. */
export const SOCKET_VERSION = 1
/** Room for the longest text that a message can have, escaped, and for a page of output. */
export const LINE_BYTES_MAX = 1_048_576

/** The caller's words. */
export type CallerWord =
  | {
      readonly type: 'run'
      readonly version: number
      /** The command line without the global flags. */
      readonly words: readonly string[]
      readonly isJson: boolean
      readonly columns: number | undefined
    }
  | { readonly type: 'typed'; readonly line: string }
  | { readonly type: 'typed-end' }
  | { readonly type: 'stop' }

/** The holder's words. */
export type HolderWord =
  | { readonly type: 'print' | 'warn'; readonly text: string }
  | { readonly type: 'read-lines' }
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
        columns: word['columns'] === undefined ? undefined : integer(word['columns'])
      }
    case 'typed':
      return { type: 'typed', line: text(word['line']) }
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
      return { type: word['type'], text: text(word['text']) }
    case 'read-lines':
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
  if (!(value instanceof Object)) {
    throw malformed('a line that is no object')
  }
  return value as Readonly<Record<string, unknown>>
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
