/** The wall clock of a node: true time, and how far it is away from that. */
const US_PER_MS = 1_000

export class NodeClock {
  readonly #startMs: number
  /** The node's clock less true time, in whole milliseconds. */
  offsetMs = 0

  /** @param startMs true time at the beginning of the run, in milliseconds since 1970. */
  constructor(startMs: number) {
    this.#startMs = startMs
  }

  /** Milliseconds since 1970, as the node has it. */
  wallMs(nowUs: number): number {
    return this.#startMs + Math.floor(nowUs / US_PER_MS) + this.offsetMs
  }

  /** When, in virtual time, the node's clock shows that. */
  usOf(wallMs: number): number {
    return (wallMs - this.offsetMs - this.#startMs) * US_PER_MS
  }
}
