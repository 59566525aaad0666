/**
 * Draws a plan from a seed, all of it: how many there are, who knows whom, which faults there are at all, and when. Each seed leaves
 * most kinds of faults out, so that what one of them hides is found without it.
 */
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import { drawSome } from './draw-some.ts'
import { drawStep } from './draw-step.ts'
import type { HuntPlan, PlannedClient, Step, StepType } from './plan.ts'

const MINUTE_MS = 60_000
const HOUR_MS: number = 60 * MINUTE_MS
const DAY_MS: number = 24 * HOUR_MS

/** How much a plan has of everything. */
export interface PlanSize {
  readonly clientsMax: number
  readonly relaysMax: number
  readonly stepsMax: number
  readonly minutes: number
  /** There are as many of everything as may be. */
  readonly isFull: boolean
  /** The share of the kinds of faults that are on. */
  readonly faultShare: number
  /** Beside those of every size, or more often. */
  readonly moreFaults: readonly StepType[]
  /** Whether it may take weeks. */
  readonly mayBeLong: boolean
}

/** A fraction of a second each. */
export const SHORT: PlanSize = {
  clientsMax: 6,
  relaysMax: 5,
  stepsMax: 60,
  minutes: 30,
  isFull: false,
  faultShare: 0.35,
  moreFaults: [],
  mayBeLong: true
}
/** 20 clients, 5 relays, an hour, every fault. */
export const FULL: PlanSize = {
  clientsMax: 20,
  relaysMax: 5,
  stepsMax: 120,
  minutes: 60,
  isFull: true,
  faultShare: 1,
  moreFaults: [],
  mayBeLong: true
}
/** 6 whole clients, 3 relays, an hour, half of the faults: those of a client's process and disk above all. */
export const WHOLE: PlanSize = {
  clientsMax: 6,
  relaysMax: 3,
  stepsMax: 100,
  minutes: 60,
  isFull: true,
  faultShare: 0.5,
  moreFaults: ['crash-client', 'crash-client', 'client-disk-full', 'client-disk-full'],
  mayBeLong: false
}

/** Faults that a plan may have or not, beside what people do. */
const FAULTS: readonly StepType[] = [
  'crash-client',
  'crash-relay',
  'wipe',
  'disk-full',
  'partition',
  'hang-up',
  'clog',
  'client-clock',
  'relay-clock',
  'dishonest',
  'block',
  'recall',
  'move',
  'offline'
]

export function drawPlan(seed: number, size: PlanSize = SHORT): HuntPlan {
  const random = randomStream(seed, 'plan')
  const { isFull, clientsMax, relaysMax } = size
  const relayCount = isFull ? relaysMax : 1 + random.below(relaysMax)
  const clientCount = isFull ? clientsMax : 2 + smallBelow(random, clientsMax - 1)
  const clients = Array.from({ length: clientCount }, () => drawClient(random, relayCount))
  const areMany = clients.every(({ relays }) => relays.length > 2)
  const faults = [...FAULTS, ...size.moreFaults].filter((fault) => {
    const isOn = size.faultShare === 1 || random.chance(size.faultShare)
    // Who trusts a single liar is lost.
    return isOn && (fault !== 'dishonest' || areMany)
  })
  const isLong = random.chance(isFull ? 0.1 : 0.15) && size.mayBeLong
  const endMs = isLong
    ? (3 + random.below(4)) * 7 * DAY_MS
    : (isFull ? size.minutes : 1 + random.below(size.minutes)) * MINUTE_MS
  const stepCount = isFull ? size.stepsMax : 5 + random.below(size.stepsMax)
  const pairs = drawPairs(random, clientCount)
  const scene = { clients, relayCount, pairs, faults, endMs, isLong }
  const steps = [
    ...Array.from({ length: stepCount }, () => drawStep(random, scene)),
    ...(isLong ? clients.flatMap((_, client) => drawVisits(random, client, endMs)) : [])
  ]
  const isTight = random.chance(0.2)
  return {
    seed,
    isWire: random.chance(0.1),
    relayCount,
    clients,
    pairs,
    rttMs: random.pick([2, 20, 80, 400, 2_000]),
    jitter: random.pick([0, 0.5, 3]),
    relayCommitUs: random.pick([100, 2_000, 50_000, 1_000_000]),
    clientCommitUs: random.pick([100, 4_000, 50_000, 500_000]),
    heartbeatMs: isLong
      ? 6 * HOUR_MS
      : isFull
        ? 10 * MINUTE_MS
        : random.pick([30_000, 5 * MINUTE_MS]),
    quotaCount: isTight ? 2 + random.below(20) : 512,
    quotaBytes: isTight ? 32_768 * (1 + random.below(4)) : 8 * 1_048_576,
    hasLastWord: random.chance(0.5),
    endMs,
    steps: inOrder(steps)
  }
}

/** In weeks nobody is there all the time. */
function drawVisits(random: RandomStream, client: number, endMs: number): readonly Step[] {
  const steps: Step[] = []
  for (let atMs = random.below(HOUR_MS); atMs < endMs;) {
    steps.push({ type: 'offline', client, atMs })
    atMs += random.below(random.pick([DAY_MS, 8 * DAY_MS, 20 * DAY_MS]))
    if (atMs < endMs) {
      steps.push({ type: 'online', client, atMs })
    }
    atMs += random.below(HOUR_MS)
  }
  return steps
}

/** Below the bound, and more often far below. */
function smallBelow(random: RandomStream, bound: number): number {
  return random.below(1 + random.below(bound))
}

function drawClient(random: RandomStream, relayCount: number): PlannedClient {
  const count = 1 + random.below(relayCount)
  return { relays: drawSome(random, relayCount, Math.max(count, Math.min(3, relayCount))) }
}

/** Everybody knows somebody; some know many. */
function drawPairs(random: RandomStream, count: number): readonly (readonly [number, number])[] {
  const pairs = new Map<string, readonly [number, number]>()
  for (let one = 0; one < count; one++) {
    for (let more = random.below(3); more >= 0; more--) {
      const other = random.below(count)
      const [a, b] = [Math.min(one, other), Math.max(one, other)]
      if (a !== b) {
        pairs.set(`${String(a)} ${String(b)}`, [a, b])
      }
    }
  }
  return pairs.size === 0 ? [[0, 1]] : [...pairs.values()]
}

function inOrder(steps: readonly Step[]): readonly Step[] {
  return [...steps].sort((one, other) => one.atMs - other.atMs)
}
