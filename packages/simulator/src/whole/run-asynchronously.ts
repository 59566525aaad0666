/**
 * Events in virtual time, between which everything goes on that waits for nothing but promises. What only promises decide comes in
 * the same order each time, so a run of clients as people have them can be played again bit by bit.
 */
import type { Kernel } from '../kernel/kernel.ts'

/** More steps than any chain of promises in a client has between two waits for its disk, its network or its clock. */
const STEPS = 200

/** Runs everything due until `endUs`, and what follows from it. */
export async function runAsynchronously(kernel: Kernel, endUs: number): Promise<void> {
  do {
    for (let step = 0; step < STEPS; step++) {
      await Promise.resolve()
    }
  } while (kernel.runNext(endUs))
}
