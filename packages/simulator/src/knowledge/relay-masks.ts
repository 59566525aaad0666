/** Sets of the relays of one person, who has five at most, as bits: the first is 1. */

/** Those that `place` is of. */
export function masksWith(place: number, relayCount: number): readonly number[] {
  return allMasks(relayCount).filter((mask) => (mask & (1 << place)) !== 0)
}

/** All but the empty one. */
export function allMasks(relayCount: number): readonly number[] {
  return Array.from({ length: (1 << relayCount) - 1 }, (_, at) => at + 1)
}

/** The places that are of it. */
export function placesOf(mask: number): readonly number[] {
  return Array.from({ length: 32 - Math.clz32(mask) }, (_, place) => place).filter(
    (place) => (mask & (1 << place)) !== 0
  )
}
