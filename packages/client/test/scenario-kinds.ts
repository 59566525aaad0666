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
import { drawMeeting, type TroubledMeeting } from './scenario-first-contact.ts'
import type { Meeting, Name, Plan, Step } from './scenario-plan.ts'
import type { Stage } from './scenario-stage.ts'

const WOVEN_KINDS = ['direct', 'first-contact'] as const

export type WovenKind = (typeof WOVEN_KINDS)[number]

type WovenStep = DirectStep

export interface WovenPlan extends Omit<Plan, 'steps' | 'meetings'> {
  readonly kinds: readonly WovenKind[]
  readonly direct: ReadonlyMap<Name, DirectPlan>
  readonly meetings: readonly (Meeting | TroubledMeeting)[]
  readonly steps: readonly (Step | WovenStep)[]
}

export function isWovenKind(text: string): text is WovenKind {
  return WOVEN_KINDS.some((kind) => kind === text)
}

export function weave(plan: Plan, kinds: readonly WovenKind[]): WovenPlan {
  let woven: WovenPlan = { ...plan, kinds, direct: new Map() }
  for (const kind of kinds) {
    const random = seededRandom(plan.seed * 16 + WOVEN_KINDS.indexOf(kind))
    woven = kind === 'direct' ? withDirect(random, woven) : withTrouble(random, woven)
  }
  return woven
}

function withDirect(random: SeededRandom, plan: WovenPlan): WovenPlan {
  const names = plan.people.map(({ name }) => name)
  const direct = new Map(names.map((name) => [name, drawDirectPlan(random)]))
  const count = 8 + random.below(16)
  return {
    ...plan,
    direct,
    steps: scatter(random, plan.steps, count, () => drawDirectStep(random, names))
  }
}

function withTrouble(random: SeededRandom, plan: WovenPlan): WovenPlan {
  const meetings = plan.meetings.map((meeting) => drawMeeting(random, meeting, plan.relayCount))
  return { ...plan, meetings }
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
