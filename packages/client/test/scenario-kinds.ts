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
import {
  type DeviceStep,
  drawCopySteps,
  drawDeviceSteps,
  playDeviceStep
} from './scenario-devices.ts'
import type { Stage } from './scenario-stage.ts'

const WOVEN_KINDS = ['direct', 'first-contact', 'devices', 'copies'] as const

export type WovenKind = (typeof WOVEN_KINDS)[number]

type WovenStep = DirectStep | DeviceStep

export interface WovenPlan extends Omit<Plan, 'steps' | 'meetings'> {
  readonly kinds: readonly WovenKind[]
  readonly direct: ReadonlyMap<Name, DirectPlan>
  readonly meetings: readonly (Meeting | TroubledMeeting)[]
  readonly steps: readonly (Step | WovenStep)[]
}

/**
 * What is drawn where no kinds are asked for: plans without any of these, and with each of them, in turn. Homes that are lost and
 * restored are those of people with one device.
 */
const IN_TURN: readonly (readonly WovenKind[])[] = [
  ['devices'],
  [],
  ['direct'],
  ['first-contact'],
  ['copies']
]

export function kindsInTurn({ seed, steps }: Plan): readonly WovenKind[] {
  const isLosing = steps.some(({ type }) => type === 'restore-home')
  const kinds = IN_TURN[seed % IN_TURN.length] ?? []
  return isLosing ? kinds.filter((kind) => kind !== 'devices' && kind !== 'copies') : kinds
}

export function isWovenKind(text: string): text is WovenKind {
  return WOVEN_KINDS.some((kind) => kind === text)
}

export function weave(plan: Plan, kinds: readonly WovenKind[]): WovenPlan {
  let woven: WovenPlan = { ...plan, kinds, direct: new Map() }
  for (const kind of kinds) {
    const random = seededRandom(plan.seed * 16 + WOVEN_KINDS.indexOf(kind))
    woven = WEAVERS[kind](random, woven)
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

function withDevices(random: SeededRandom, plan: WovenPlan): WovenPlan {
  const names = plan.people.map(({ name }) => name)
  const drawn = drawDeviceSteps(random, names, 4 + random.below(8))
  const start = random.chance(0.4) ? 0 : random.below(plan.steps.length)
  return { ...plan, steps: inOrder(random, plan.steps, drawn, start) }
}

/**
 * Without devices that are removed: everybody leaves at once the mailboxes that such a one knew, and who missed that, as a copy does
 * that was put away, finds nobody any more.
 */
function withCopies(random: SeededRandom, plan: WovenPlan): WovenPlan {
  const names = plan.people.map(({ name }) => name)
  const steps = plan.steps.filter(({ type }) => type !== 'remove-device' && type !== 'lose-device')
  return { ...plan, steps: inOrder(random, steps, drawCopySteps(random, names), 0) }
}

const WEAVERS: Readonly<Record<WovenKind, (random: SeededRandom, plan: WovenPlan) => WovenPlan>> = {
  direct: withDirect,
  'first-contact': withTrouble,
  devices: withDevices,
  copies: withCopies
}

/** Steps more, one after the other, anywhere from the step with that number on. */
function inOrder(
  random: SeededRandom,
  steps: readonly (Step | WovenStep)[],
  more: readonly WovenStep[],
  start: number
): readonly (Step | WovenStep)[] {
  const places = more
    .map((_, at) => (at === 0 ? start : start + random.below(steps.length + 1 - start)))
    .toSorted((a, b) => a - b)
  return insert(random, steps, places, (at) => more[at])
}

/** So many steps more, anywhere; each is often followed by a pause. */
function scatter(
  random: SeededRandom,
  steps: readonly (Step | WovenStep)[],
  count: number,
  draw: () => WovenStep
): readonly (Step | WovenStep)[] {
  const places = Array.from({ length: count }, () => random.below(steps.length + 1))
  return insert(random, steps, places, draw)
}

function insert(
  random: SeededRandom,
  steps: readonly (Step | WovenStep)[],
  places: readonly number[],
  draw: (at: number) => WovenStep | undefined
): readonly (Step | WovenStep)[] {
  let count = 0
  return [...steps, undefined].flatMap((step, at) => [
    ...places
      .filter((place) => place === at)
      .flatMap(() => {
        const drawn = draw(count++)
        return drawn === undefined ? [] : [drawn, ...after(random)]
      }),
    ...(step === undefined ? [] : [step])
  ])
}

function after(random: SeededRandom): readonly Step[] {
  return random.chance(0.5) ? [{ type: 'pass', ms: random.pick([20, 300, 2_500, 40_000]) }] : []
}

export function isWovenStep(step: Step | WovenStep): step is WovenStep {
  return step.type.endsWith('-direct') || step.type.endsWith('-device')
}

/** Whether people may have several devices. */
export function hasDevices({ kinds }: WovenPlan): boolean {
  return kinds.includes('devices') || kinds.includes('copies')
}

export async function playWovenStep(stage: Stage, step: WovenStep): Promise<void> {
  await (isDirectStep(step) ? playDirectStep(stage, step) : playDeviceStep(stage, step))
}

function isDirectStep(step: WovenStep): step is DirectStep {
  return step.type.endsWith('-direct')
}
