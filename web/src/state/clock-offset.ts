/** How far another clock is from ours, in whole minutes: less says nothing to a person. */
export function clockOffset(offsetMs: number): {
  readonly isAhead: boolean
  readonly minutes: number
} {
  return { isAhead: offsetMs > 0, minutes: Math.round(Math.abs(offsetMs) / 60_000) }
}
