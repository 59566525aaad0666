import type { Random } from '@sealpost/core'

/**
 * Randomness of one purpose: adding a node or a purpose shifts no other stream. The generator is sfc32 of Chris Doty-Humphrey's
 * PractRand; it hides nothing.
 */
export class RandomStream implements Random {
  // Words with a sign: only those stay small integers, which cost no memory of their own.
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** `randomStream` makes them. */
  constructor(a: number, b: number, c: number) {
    this.#a = a
    this.#b = b
    this.#c = c
    // The reference does as many rounds before a seed has spread everywhere.
    for (let round = 0; round < 12; round++) {
      this.#next()
    }
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    return this.#next() >>> 0
  }

  /** From 0 to below 1, 53 bits. */
  unit(): number {
    const high = this.#next() >>> 5
    return (high * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53
  }

  /** An integer from 0 to below `bound` (1 to 2^32), evenly distributed up to 2^-21 of bias. */
  below(bound: number): number {
    return Math.floor(this.unit() * bound)
  }

  /** Whether something of this probability (0 to 1) comes about. */
  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One of several (1 and up). */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at += 4) {
      const word = this.#next()
      bytes[at] = word
      bytes[at + 1] = word >>> 8
      bytes[at + 2] = word >>> 16
      bytes[at + 3] = word >>> 24
    }
    return bytes
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum
  }
}

/**
 * The stream of this seed, purpose and node, whatever other streams there are: asked for again, it starts again.
 *
 * @param seed an integer from 0 to 2^53 - 1
 * @param purpose any string
 * @param node an integer from -1, which is nobody's, to 2^31 - 1
 */
export function randomStream(seed: number, purpose: string, node = -1): RandomStream {
  const key = new StreamKey()
  key.add(seed)
  key.add(Math.floor(seed / 2 ** 32))
  // Its length before it, so that no two keys are the same words.
  key.add(purpose.length)
  for (let at = 0; at < purpose.length; at++) {
    key.add(purpose.charCodeAt(at))
  }
  key.add(node)
  return key.stream()
}

/** Makes a seed of 96 bits of any words: close words give seeds that have nothing in common. */
class StreamKey {
  #a = 0x3c6ef372
  #b = 0x1f83d9ab
  #c = 0x5be0cd19

  add(word: number): void {
    this.#a = scatter(this.#a ^ (word | 0), 0x7feb352d, 0x846ca68b | 0)
    this.#b = scatter((this.#b + (word | 0)) ^ this.#a, 0x21f0aaad, 0x735a2d97)
    this.#c = scatter((this.#c ^ (word | 0)) + this.#b, 0x6935fa69, 0x74dcb303)
  }

  stream(): RandomStream {
    return new RandomStream(this.#a, this.#b, this.#c)
  }
}

/** Multiplies and folds, twice: one to one, and every bit of the word changes about half of the result's. */
function scatter(word: number, first: number, second: number): number {
  let mixed = word
  mixed = Math.imul(mixed ^ (mixed >>> 16), first)
  mixed = Math.imul(mixed ^ (mixed >>> 15), second)
  return mixed ^ (mixed >>> 16)
}
