import type { RandomStream } from '../random/random-stream.ts'

/** Sets of relays that are drawn for each share. */
const DRAWS = 20

/** Relays that collude, at least one: each draw is one such set, of so large a share of all. */
export function drawColluding(
  relayCount: number,
  share: number,
  random: RandomStream
): readonly (readonly number[])[] {
  const count = Math.max(1, Math.round(share * relayCount))
  return Array.from({ length: DRAWS }, () => {
    const left = Array.from({ length: relayCount }, (_, relay) => relay)
    return Array.from({ length: count }).flatMap(() => left.splice(random.below(left.length), 1))
  })
}
