/** One seed of the hunt, in the thread that plays it. */
import { type HuntFailure, huntSeed, type HuntSize } from '../hunt/hunt.ts'
import type { DoTasks } from './threads.ts'

export interface HuntTask {
  readonly seed: number
  readonly size: HuntSize
}

/** Hunts with many seeds, some at a time; what is well comes to nothing. */
export type HuntSeeds = DoTasks<HuntTask, HuntFailure | undefined>

export async function huntTask({ seed, size }: HuntTask): Promise<HuntFailure | undefined> {
  return huntSeed(seed, size)
}
