/**
 * A machine for tests of the driver: it writes what it is told, asks what it is told to ask, and says what it is told to say.
 * It has no state but the rows, a deadline and what it was given.
 */
import type {
  ClockInput,
  Machine,
  Mutation,
  Read,
  RecordsInput,
  RowKey,
  StorageEffect,
  TimeoutInput
} from '@sealpost/core'

export interface NoteInput {
  readonly type: 'note'
  readonly atMs: number
  readonly mutations?: readonly Mutation[]
  readonly reads?: readonly Read[]
  readonly says?: readonly string[]
  /** The next deadline; unchanged where not given. */
  readonly deadlineMs?: number
  /** What the machine throws. */
  readonly bug?: Error
}

export interface SayEffect {
  readonly type: 'say'
  readonly text: string
}

export type NotebookInput = NoteInput | TimeoutInput | ClockInput | RecordsInput
export type NotebookEffect = StorageEffect | SayEffect

export class NotebookMachine implements Machine<NotebookInput, NotebookEffect> {
  readonly inputs: NotebookInput[] = []
  readonly restoredAtMs: number
  /** Called with each answer, while it is handled. */
  onRecords: ((input: RecordsInput) => readonly NotebookEffect[]) | undefined
  /** Called for each timeout. */
  onTimeout: (() => readonly NotebookEffect[]) | undefined
  #deadlineMs: number | undefined

  constructor(atMs: number) {
    this.restoredAtMs = atMs
  }

  handle(input: NotebookInput): readonly NotebookEffect[] {
    this.inputs.push(input)
    switch (input.type) {
      case 'note':
        return this.#note(input)
      case 'records':
        return this.onRecords?.(input) ?? []
      case 'timeout':
        this.#deadlineMs = undefined
        return this.onTimeout?.() ?? []
      case 'clock':
        return []
    }
  }

  deadlineMs(): number | undefined {
    return this.#deadlineMs
  }

  #note(input: NoteInput): readonly NotebookEffect[] {
    if (input.bug !== undefined) {
      throw input.bug
    }
    this.#deadlineMs = input.deadlineMs ?? this.#deadlineMs
    const said = (input.says ?? []).map((text): SayEffect => ({ type: 'say', text }))
    return [...(input.mutations ?? []), ...(input.reads ?? []), ...said]
  }
}

/** A write of a line of text to the table that tests write to. */
export function write(key: string, text: string): Mutation {
  return { type: 'write', table: 'message', key, value: bytesOf(text) }
}

export function erase(key: string): Mutation {
  return { type: 'erase', table: 'message', key }
}

export function rowKey(key: string): RowKey {
  return { table: 'message', key }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}
