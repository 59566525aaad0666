/**
 * Which numbered messages of one device are held: everything up to a number, and ranges beyond the first gap. It is the
 * duplicate filter, what receipts tell, and where gaps are seen.
 */
/** Numbers from first to last, and where the first of them stands in the conversation. */
export interface HeldNumbers {
  readonly first: number
  readonly last: number
  readonly orderMs: number
}

/** How far beyond the last number held another may be: a device that jumps further is broken or lies. */
export const NUMBERS_AHEAD_MAX = 1_000_000
/** Ranges that are kept. A device that leaves more gaps than that has its oldest gap given up. */
const RANGES_MAX = 1_024

export class NumberSet {
  #upTo: number
  #beyond: readonly HeldNumbers[]

  constructor(upTo: number, beyond: readonly HeldNumbers[] = []) {
    this.#upTo = upTo
    this.#beyond = beyond
  }

  /** Every number up to this one is held. */
  get upTo(): number {
    return this.#upTo
  }

  /** What is held beyond the first gap: ascending, apart from each other. */
  get beyond(): readonly HeldNumbers[] {
    return this.#beyond
  }

  /** The largest number held. */
  get last(): number {
    return this.#beyond.at(-1)?.last ?? this.#upTo
  }

  has(number: number): boolean {
    return (
      number <= this.#upTo ||
      this.#beyond.some(({ first, last }) => first <= number && number <= last)
    )
  }

  /** Whether `number` can be taken: not held and not absurd. */
  canAdd(number: number): boolean {
    return (
      Number.isSafeInteger(number) &&
      number >= 1 &&
      number <= this.last + NUMBERS_AHEAD_MAX &&
      !this.has(number)
    )
  }

  /** Where a late message goes: with what follows it. Undefined for one that is not late. */
  orderOfNext(number: number): number | undefined {
    return this.#beyond.find(({ first }) => first > number)?.orderMs
  }

  /** Takes a number for which `canAdd` holds. */
  add(number: number, orderMs: number): void {
    this.addRange({ first: number, last: number, orderMs })
  }

  /** Takes numbers of which none is held, and the last of which is not absurd. */
  addRange(given: HeldNumbers): void {
    const ranges: HeldNumbers[] = []
    let added = given
    for (const range of this.#beyond) {
      if (range.last === added.first - 1) {
        added = { first: range.first, last: added.last, orderMs: range.orderMs }
      } else if (range.first === added.last + 1) {
        added = { first: added.first, last: range.last, orderMs: added.orderMs }
      } else {
        ranges.push(range)
      }
    }
    if (added.first === this.#upTo + 1) {
      this.#upTo = added.last
    } else {
      ranges.push(added)
      ranges.sort((a, b) => a.first - b.first)
    }
    const [oldest] = ranges
    if (oldest !== undefined && ranges.length > RANGES_MAX) {
      this.#upTo = oldest.last
      ranges.shift()
    }
    this.#beyond = ranges
  }

  /** The numbers that are missing between what is held, as ranges. */
  gaps(): readonly { readonly first: number; readonly last: number }[] {
    let after = this.#upTo
    return this.#beyond.map(({ first, last }) => {
      const gap = { first: after + 1, last: first - 1 }
      after = last
      return gap
    })
  }
}
