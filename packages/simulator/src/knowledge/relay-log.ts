/** Who has deposited at one relay: in these seconds, in this round, and when last. */

/** One deposit, without what is in it. */
export interface Deposited {
  readonly client: number
  readonly sizeClass: number
  readonly atUs: number
}

/** So long a deposit is remembered by itself. */
const RECENT_US = 10_000_000

export class RelayLog {
  /** Each who has deposited here, once. */
  readonly depositors: number[] = []
  /** Those of them who did in this round. */
  readonly ofRound: Set<number> = new Set<number>()
  readonly #lastUs: Float64Array
  #recent: Deposited[] = []

  constructor(clientCount: number) {
    this.#lastUs = new Float64Array(clientCount).fill(-Infinity)
  }

  deposited(deposit: Deposited): void {
    const { atUs, client } = deposit
    if (this.lastUs(client) === -Infinity) {
      this.depositors.push(client)
    }
    this.#lastUs[client] = atUs
    this.ofRound.add(client)
    const [oldest] = this.#recent
    // Half of them at once, at most: to take each by itself would move all the others.
    if (oldest !== undefined && oldest.atUs < atUs - 2 * RECENT_US) {
      this.#recent = this.#recent.filter((one) => one.atUs >= atUs - RECENT_US)
    }
    this.#recent.push(deposit)
  }

  /** -Infinity for who has not deposited here. */
  lastUs(client: number): number {
    return this.#lastUs[client] ?? -Infinity
  }

  /** How often each has deposited so large an envelope from one moment to another, both of the last ten seconds. */
  counts(sizeClass: number, fromUs: number, toUs: number): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    for (const { atUs, client, sizeClass: other } of this.#recent) {
      if (other === sizeClass && atUs >= fromUs && atUs <= toUs) {
        counts.set(client, (counts.get(client) ?? 0) + 1)
      }
    }
    return counts
  }
}
