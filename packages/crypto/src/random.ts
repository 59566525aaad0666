/** Randomness, from outside: the operating system's in an app, a seeded stream in a test or a simulation. */
export interface Random {
  /** `count` fresh bytes that the caller owns. */
  bytes(count: number): Uint8Array
}
