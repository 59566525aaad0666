/** What the words of a command line gave, read by name. */
import { SealpostError } from '@sealpost/protocol'

export class Values {
  readonly #texts: ReadonlyMap<string, readonly string[]>

  /** @param texts Arguments and flags by name; a switch that was given has no texts. */
  constructor(texts: ReadonlyMap<string, readonly string[]>) {
    this.#texts = texts
  }

  /** Whether a flag was given. */
  has(name: string): boolean {
    return this.#texts.has(name)
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
    return this.#texts.get(name)?.[0]
  }

  /** What a repeatable flag was given, in order. */
  list(name: string): readonly string[] {
    return this.#texts.get(name) ?? []
  }
}
