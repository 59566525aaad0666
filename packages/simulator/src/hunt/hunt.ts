/** The hunt: a seed is a plan, a plan is played, and what fails is made small and told so that anybody can see it again. */
import { drawPlan, FULL, type PlanSize, SHORT } from './draw-plan.ts'
import type { HuntPlan } from './plan.ts'
import { type HuntResult, playPlan } from './play-plan.ts'
import { shrinkPlan } from './shrink-plan.ts'
import { secondsOf } from './trace.ts'

export type HuntSize = 'short' | 'full'

const SIZES: Readonly<Record<HuntSize, PlanSize>> = { short: SHORT, full: FULL }

/** A seed that breaks a promise. */
export interface HuntFailure {
  readonly seed: number
  readonly size: HuntSize
  /** As small as it got. */
  readonly plan: HuntPlan
  /** Of that plan. */
  readonly result: HuntResult
}

/** @returns undefined where all is well. */
export function huntSeed(seed: number, size: HuntSize): HuntFailure | undefined {
  const drawn = drawPlan(seed, SIZES[size])
  const check = playPlan(drawn).breaches[0]?.check
  if (check === undefined) {
    return undefined
  }
  const plan = shrinkPlan(drawn, (smaller) => playPlan(smaller).breaches[0]?.check === check)
  return { seed, size, plan, result: playPlan(plan) }
}

/**
 * What a failure is, for a person: how to see it again, what broke, the plan, and what led to it.
 *
 * @param versions of what it was found with, each a line.
 */
export function failureLines(failure: HuntFailure, versions: readonly string[]): readonly string[] {
  const { seed, size, plan, result } = failure
  const { steps, ...rest } = plan
  const sizeFlag = size === 'full' ? ' --size full' : ''
  return [
    `seed ${String(seed)} breaks a promise; see it again with: sealpost-sim hunt --seeds ${String(seed)}${sizeFlag}`,
    ...versions,
    ...result.breaches.map(({ check, atUs, says }) => `${check}, at ${secondsOf(atUs)}: ${says}`),
    'the plan, made small:',
    JSON.stringify(rest),
    ...steps.map((step) => JSON.stringify(step)),
    'the last inputs of the nodes that it is about:',
    ...result.trace
  ]
}
