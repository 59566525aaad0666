/** What a checker found. */

/** The promises that are watched, by name. */
export type CheckName =
  /** A machine threw. */
  | 'whole'
  | 'nothing-lost'
  | 'nothing-twice'
  | 'order'
  | 'unreadable-at-relays'
  | 'quota'
  | 'rows'
  | 'stored-is-safe'
  | 'gone-stays-gone'
  | 'ack-after-safe'
  | 'ticks'
  | 'epochs'
  | 'bounded'
  | 'storm'
  | 'rest'

export interface Breach {
  readonly check: CheckName
  /** In virtual time. */
  readonly atUs: number
  /** Nodes that it is about: relays first, then clients, as a world numbers them. */
  readonly nodes: readonly number[]
  /** What is wrong, as a sentence. */
  readonly says: string
}
