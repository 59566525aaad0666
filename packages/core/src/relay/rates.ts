/** How often something may happen: a bucket of tokens that fills with time. */

/** How a bucket fills. */
export interface Rate {
  readonly perSecond: number
  /** Tokens that it holds: what may happen at once. */
  readonly burst: number
}

/** A bucket, full at first. Its rate comes with each call, since an operator may change it. */
export class TokenBucket {
  #tokens = Number.POSITIVE_INFINITY
  #filledAtMs = 0

  /**
   * Takes `count` tokens, or `rate.burst` where that is less.
   *
   * @returns 0, or in how many ms they will be there, in which case nothing is taken.
   */
  take(rate: Rate, steadyMs: number, count: number = 1): number {
    const wanted = Math.min(count, rate.burst)
    const gained = ((steadyMs - this.#filledAtMs) * rate.perSecond) / 1_000
    this.#tokens = Math.min(rate.burst, this.#tokens + gained)
    this.#filledAtMs = steadyMs
    if (this.#tokens >= wanted) {
      this.#tokens -= wanted
      return 0
    }
    return Math.max(1, Math.ceil(((wanted - this.#tokens) * 1_000) / rate.perSecond))
  }

  /** In how many ms there is a token; 0 where there is one. Takes nothing. */
  waitMs(rate: Rate, steadyMs: number): number {
    const gained = ((steadyMs - this.#filledAtMs) * rate.perSecond) / 1_000
    const tokens = Math.min(rate.burst, this.#tokens + gained)
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil(((1 - tokens) * 1_000) / rate.perSecond))
  }

  /**
   * Takes `count` tokens that are gone already, whether or not they are there, and owes `owedMax` at most.
   *
   * @returns 0, or in how many ms what is missing will be there.
   */
  spend(rate: Rate, steadyMs: number, count: number, owedMax: number): number {
    const gained = ((steadyMs - this.#filledAtMs) * rate.perSecond) / 1_000
    this.#tokens = Math.max(-owedMax, Math.min(rate.burst, this.#tokens + gained) - count)
    this.#filledAtMs = steadyMs
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens * 1_000) / rate.perSecond)
  }

  /** Whether nothing was taken for so long that it is full again. */
  isFull(rate: Rate, steadyMs: number): boolean {
    return this.#tokens + ((steadyMs - this.#filledAtMs) * rate.perSecond) / 1_000 >= rate.burst
  }
}

/** Counts within a minute that begins with the first. */
export class MinuteCounter {
  #startMs = Number.NEGATIVE_INFINITY
  #count = 0

  /**
   * Counts one more, unless there were `max` in this minute.
   *
   * @returns 0, or in how many ms the next minute begins.
   */
  count(max: number, steadyMs: number): number {
    if (steadyMs - this.#startMs >= 60_000) {
      this.#startMs = steadyMs
      this.#count = 0
    }
    if (this.#count >= max) {
      return this.#startMs + 60_000 - steadyMs
    }
    this.#count += 1
    return 0
  }
}
