/** What the words of a command line gave: checked, and read by name. */
import { SealpostError } from '@sealpost/protocol'

export type Value = string | number | true | readonly string[]

export class Values {
  readonly #values: ReadonlyMap<string, Value>

  constructor(values: ReadonlyMap<string, Value>) {
    this.#values = values
  }

  /** Whether a switch was given. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** An argument, which is always there. */
  text(name: string): string {
    const text = this.optionalText(name)
    if (text === undefined) {
      throw new SealpostError('SEALPOST_BUG', `the command has no argument ${name}`)
    }
    return text
  }

  optionalText(name: string): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  /** What a repeatable flag was given, in order. */
  list(name: string): readonly string[] {
    const value = this.#values.get(name)
    return Array.isArray(value) ? (value as readonly string[]) : []
  }
}
