/** Which numbered messages a device holds. */
import type { DeviceNumber } from './identifiers.ts'

/** What one device holds of another device's numbered messages: cumulative. */
export interface Progress {
  /** The device that sent those messages. */
  readonly device: DeviceNumber
  /** Every number up to this one is durably held. */
  readonly deliveredUpTo: number
  /** Numbers held beyond the first gap: ascending, with a gap before each. */
  readonly deliveredBeyond: readonly NumberRange[]
  /** Every message up to this one was shown; 0 where the recipient does not say. */
  readonly readUpTo: number
}

/** Numbers from `first` to `last`, both included. */
export interface NumberRange {
  readonly first: number
  readonly last: number
}
