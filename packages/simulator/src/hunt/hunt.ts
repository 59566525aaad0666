/** The hunt: a seed is a plan, a plan is played, and what fails is made small and told so that anybody can see it again. */
import { drawPlan, FULL, SHORT, WHOLE } from './draw-plan.ts'
import type { HuntPlan } from './plan.ts'
import { type HuntResult, playPlan } from './play-plan.ts'
import { shrinkPlan } from './shrink-plan.ts'
import { secondsOf } from './trace.ts'
import { playWhole } from './whole/play-whole.ts'

/** Machines alone, with few or many people, or six whole clients. */
export type HuntSize = 'short' | 'full' | 'whole'

/** A seed that breaks a promise. */
export interface HuntFailure {
  readonly seed: number
  readonly size: HuntSize
  /** As small as it got. */
  readonly plan: HuntPlan
  /** Of that plan. */
  readonly result: HuntResult
}

const SIZES = { short: SHORT, full: FULL, whole: WHOLE } as const
/** How often a plan is played to make it small: one of whole clients takes seconds each time. */
const PLAYS_MAX = { short: 400, full: 400, whole: 60 } as const

/** @returns undefined where all is well. */
export async function huntSeed(seed: number, size: HuntSize): Promise<HuntFailure | undefined> {
  const play = (plan: HuntPlan): HuntResult | Promise<HuntResult> =>
    size === 'whole' ? playWhole(plan) : playPlan(plan)
  const drawn = drawPlan(seed, SIZES[size])
  const check = (await play(drawn)).breaches[0]?.check
  if (check === undefined) {
    return undefined
  }
  const isFailing = async (smaller: HuntPlan): Promise<boolean> =>
    (await play(smaller)).breaches[0]?.check === check
  const plan = await shrinkPlan(drawn, isFailing, { playsMax: PLAYS_MAX[size] })
  return { seed, size, plan, result: await play(plan) }
}

/** What says on the command line which hunt it was. */
const FLAGS = { short: '', full: ' --size full', whole: ' --depth whole' } as const

/**
 * What a failure is, for a person: how to see it again, what broke, the plan, and what led to it.
 *
 * @param versions of what it was found with, each a line.
 */
export function failureLines(failure: HuntFailure, versions: readonly string[]): readonly string[] {
  const { seed, size, plan, result } = failure
  const { steps, ...rest } = plan
  return [
    `seed ${String(seed)} breaks a promise; see it again with: sealpost-sim hunt --seeds ${String(seed)}${FLAGS[size]}`,
    ...versions,
    ...result.breaches.map(({ check, atUs, says }) => `${check}, at ${secondsOf(atUs)}: ${says}`),
    'the plan, made small:',
    JSON.stringify(rest),
    ...steps.map((step) => JSON.stringify(step)),
    'the last inputs of the nodes that it is about:',
    ...result.trace
  ]
}
