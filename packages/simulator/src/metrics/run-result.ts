import type { Region, Seeds } from '../scenario/scenario.ts'
import type { LogHistogram } from './log-histogram.ts'

/** What a run came to: everything that its folder is made of, apart from when and where it ran. */
export interface RunResult {
  readonly seeds: Seeds
  /** Undefined of a run on the wall clock: no two of those have the same trace. */
  readonly traceHash: string | undefined
  readonly eventCount: number
  /**
   * By name, as `expect` in a scenario names them. What this run has no figure for is left out, or no finite number. The unit closes
   * the name (`Ms`, `Us`, `Bytes`, `Ratio`, `Share`); what has none is a count.
   */
  readonly values: ReadonlyMap<string, number>
  /** By name, in the unit that closes it: `networkLatencyUs`, `waitUs`, `envelopeBytes`. */
  readonly histograms: ReadonlyMap<string, LogHistogram>
  /** One row a minute of virtual time and relay; minutes in order. */
  readonly relayRows: readonly RelayRow[]
  /** One client in a hundred: one row each. */
  readonly clientRows: readonly ClientRow[]
}

/** One minute of one relay. */
export interface RelayRow {
  /** Whole minutes from the start of the run until the beginning of this one. */
  readonly minute: number
  /** Its number, from 0. */
  readonly relay: number
  /** At the end of the minute. */
  readonly isUp: boolean
  readonly connections: number
  readonly storedEnvelopes: number
  readonly storedBytes: number
  /** During the minute, over all streams. */
  readonly framesIn: number
  readonly framesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly deposits: number
  readonly refusals: number
}

/** One client over the whole run. */
export interface ClientRow {
  /** Its number, from 0. */
  readonly client: number
  readonly region: Region
  readonly contacts: number
  readonly onlineUs: number
  readonly sessions: number
  readonly messagesWritten: number
  /** Of those, what was delivered. */
  readonly messagesDelivered: number
  readonly messagesReceived: number
  readonly duplicates: number
  readonly bytesSent: number
  readonly bytesReceived: number
}
