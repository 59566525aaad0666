/**
 * Kinds of misfortune that are woven into a plan after it was drawn, each from randomness of its own: a plan without them stays
 * what it is, whatever is added here.
 */
import { type SeededRandom, seededRandom } from '@sealpost/host/testing'
import {
  type DirectPlan,
  type DirectStep,
  drawDirectPlan,
  drawDirectStep,
  playDirectStep
} from './scenario-direct.ts'
import type { Name, Plan, Step } from './scenario-plan.ts'
import type { Stage } from './scenario-stage.ts'

const WOVEN_KINDS = ['direct'] as const

export type WovenKind = (typeof WOVEN_KINDS)[number]

type WovenStep = DirectStep

export interface WovenPlan extends Omit<Plan, 'steps'> {
  readonly kinds: readonly WovenKind[]
  readonly direct: ReadonlyMap<Name, DirectPlan>
  readonly steps: readonly (Step | WovenStep)[]
}

export function isWovenKind(text: string): text is WovenKind {
  return WOVEN_KINDS.some((kind) => kind === text)
}

export function weave(plan: Plan, kinds: readonly WovenKind[]): WovenPlan {
  const names = plan.people.map(({ name }) => name)
  const direct = new Map<Name, DirectPlan>()
  let steps: readonly (Step | WovenStep)[] = plan.steps
  for (const kind of kinds) {
    const random = seededRandom(plan.seed * 16 + WOVEN_KINDS.indexOf(kind))
    for (const name of names) {
      direct.set(name, drawDirectPlan(random))
    }
    steps = scatter(random, steps, 8 + random.below(16), () => drawDirectStep(random, names))
  }
  return { ...plan, kinds, direct, steps }
}

/** So many steps more, anywhere; each is often followed by a message, or by as long as a stream is given up after. */
function scatter(
  random: SeededRandom,
  steps: readonly (Step | WovenStep)[],
  count: number,
  draw: () => WovenStep
): readonly (Step | WovenStep)[] {
  const places = Array.from({ length: count }, () => random.below(steps.length + 1))
  return [...steps, undefined].flatMap((step, at) => [
    ...places.filter((place) => place === at).flatMap(() => [draw(), ...after(random)]),
    ...(step === undefined ? [] : [step])
  ])
}

function after(random: SeededRandom): readonly Step[] {
  return random.chance(0.5) ? [{ type: 'pass', ms: random.pick([20, 300, 2_500, 40_000]) }] : []
}

export function isWovenStep(step: Step | WovenStep): step is WovenStep {
  return step.type.endsWith('-direct')
}

export async function playWovenStep(stage: Stage, step: WovenStep): Promise<void> {
  await playDirectStep(stage, step)
}
