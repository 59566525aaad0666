/**
 * Randomness that a seed repeats: sfc32 of Chris Doty-Humphrey's PractRand, which passes its tests to the end. For tests and
 * simulations only; it hides nothing.
 */
import type { Random } from '@sealpost/core'

/** One stream of randomness; `seededRandom` makes it. */
export class SeededRandom implements Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed An integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    this.#a = 0
    this.#b = seed >>> 0
    this.#c = Math.floor(seed / 2 ** 32) >>> 0
    // The reference does as many rounds before a seed has spread everywhere.
    for (let round = 0; round < 12; round++) {
      this.uint32()
    }
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) >>> 0
    this.#counter = (this.#counter + 1) >>> 0
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0
    this.#b = (this.#c + (this.#c << 3)) >>> 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0
    return sum
  }

  /** An integer from 0 to below `bound` (1 to 2^32). */
  below(bound: number): number {
    return Math.floor((this.uint32() / 2 ** 32) * bound)
  }

  /** Whether something of this probability (0 to 1) comes about. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 2 ** 32
  }

  /** One of several (1 and up). */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count)
    for (let at = 0; at < count; at += 4) {
      const word = this.uint32()
      bytes[at] = word
      bytes[at + 1] = word >>> 8
      bytes[at + 2] = word >>> 16
      bytes[at + 3] = word >>> 24
    }
    return bytes
  }
}

/** @param seed An integer from 0 to 2^53 - 1. */
export function seededRandom(seed: number): SeededRandom {
  return new SeededRandom(seed)
}
