/** Numbers as bytes, seven bits in each, the low ones first. */
import type { NumberRuns } from './number-runs.ts'

/** Bytes that a number takes. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes += 1
  }
  return bytes
}

export class NumberWriter {
  readonly #bytes: number[]

  /** @param head what stands before the numbers */
  constructor(head: Uint8Array = new Uint8Array(0)) {
    this.#bytes = [...head]
  }

  add(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.#bytes.push(0x80 | (rest % 0x80))
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes.push(rest)
  }

  /** Few, mostly: each as the way from the one before. */
  addRuns(runs: NumberRuns): void {
    this.add(runs.length)
    let before = 0
    for (const edge of runs) {
      this.add(edge - before)
      before = edge
    }
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }
}

export class NumberReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  /** Where the next number begins. */
  get at(): number {
    return this.#at
  }

  next(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.#at] ?? 0
      this.#at += 1
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        return value
      }
    }
  }

  /** As many as the next number says. */
  list<Item>(read: () => Item): readonly Item[] {
    return Array.from({ length: this.next() }, read)
  }

  runs(): NumberRuns {
    let before = 0
    return this.list(() => (before += this.next()))
  }
}
