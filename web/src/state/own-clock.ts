/** How wrong the clock of this machine is, as far as relays tell: they say what time they have whenever they are greeted. */
import type { Relay } from '@sealpost/client'

/** A difference up to here is nothing that a person has to do something about. */
const TOLERANCE_MS = 5 * 60_000
const UNITS_MS = [86_400_000, 3_600_000, 60_000]

export interface ClockError {
  readonly isAhead: boolean
  /** Of the largest unit of which there are two, or one that it nearly is: a whole number of days, hours or minutes. */
  readonly seconds: number
}

/** Undefined where the clock is right, where no relay said, and where relays do not agree that it is wrong. */
export function ownClockError(
  relays: readonly Pick<Relay, 'isOwn' | 'clockOffsetMs'>[]
): ClockError | undefined {
  const offsets = relays
    .filter(({ isOwn }) => isOwn)
    .flatMap(({ clockOffsetMs }) => (clockOffsetMs === undefined ? [] : [clockOffsetMs]))
    .sort((a, b) => Math.abs(a) - Math.abs(b))
  const [least] = offsets
  const areAgreed =
    offsets.every((offset) => offset > TOLERANCE_MS) ||
    offsets.every((offset) => offset < -TOLERANCE_MS)
  return least === undefined || !areAgreed
    ? undefined
    : { isAhead: least < 0, seconds: roundedSeconds(Math.abs(least)) }
}

function roundedSeconds(ms: number): number {
  const unitMs = UNITS_MS.find((unit) => ms >= 2 * unit || Math.round(ms / unit) === 1) ?? 60_000
  return (Math.round(ms / unitMs) * unitMs) / 1_000
}
