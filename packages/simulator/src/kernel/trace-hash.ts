/**
 * A hash of what happened, in two lanes of 32 bits each that mix as MurmurHash3 does. It tells runs apart; it is not
 * cryptographic, and whoever wants to can find two runs with the same hash.
 */
export class TraceHash {
  #left = 0x2f6b1c53
  #right = 0x51ed270b
  #wordCount = 0

  /** @param value An integer of at most 53 bits; it counts as two words. */
  addInteger(value: number): void {
    this.addWord(value | 0)
    this.addWord(Math.floor(value / 2 ** 32) | 0)
  }

  /** @param word An integer of 32 bits, with a sign or without. */
  addWord(word: number): void {
    let left = Math.imul(word, 0xcc9e2d51 | 0)
    left = Math.imul((left << 15) | (left >>> 17), 0x1b873593)
    left ^= this.#left
    this.#left = (Math.imul((left << 13) | (left >>> 19), 5) + 0x3c6ef372) | 0
    let right = Math.imul(word, 0x85ebca6b | 0)
    right = Math.imul((right << 16) | (right >>> 16), 0xc2b2ae35 | 0)
    right ^= this.#right
    this.#right = (Math.imul((right << 11) | (right >>> 21), 9) + 0x2545f491) | 0
    this.#wordCount += 1
  }

  /** Of all so far: 16 hexadecimal digits. */
  digest(): string {
    const left = scatter(this.#left ^ this.#wordCount)
    const right = scatter(this.#right ^ left)
    return hex(scatter(left ^ right)) + hex(right)
  }
}

/** Spreads every bit over all 32: the end of MurmurHash3. */
function scatter(word: number): number {
  let mixed = word
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b | 0)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35 | 0)
  return mixed ^ (mixed >>> 16)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
