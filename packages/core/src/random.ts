/** Randomness, from outside: the operating system's in an app, a seeded stream in a test or a simulation. */
export interface Random {
  /** `count` fresh bytes that the caller owns. */
  bytes(count: number): Uint8Array
}

/** An integer from 0 to below `bound` (at most 2^32), evenly distributed up to 2^-16 of bias. */
export function randomBelow(random: Random, bound: number): number {
  const bytes = random.bytes(6)
  let value = 0
  for (const byte of bytes) {
    value = value * 256 + byte
  }
  return value % bound
}
