import type { RandomStream } from '../random/random-stream.ts'

/** So many of the numbers below a bound, in any order. */
export function drawSome(random: RandomStream, bound: number, count: number): readonly number[] {
  const rest = Array.from({ length: bound }, (_, at) => at)
  return Array.from({ length: count }, () => rest.splice(random.below(rest.length), 1)[0] ?? 0)
}
