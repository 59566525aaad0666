/** Draws what happens next, and when. */
import type { RandomStream } from '../random/random-stream.ts'
import { drawSome } from './draw-some.ts'
import type { CrashPoint, Dishonesty, PlannedClient, Step, StepType, StepWhat } from './plan.ts'

const HOUR_MS = 3_600_000
const DAY_MS: number = 24 * HOUR_MS

/** What a plan has, before its steps. */
export interface StepScene {
  readonly clients: readonly PlannedClient[]
  readonly relayCount: number
  readonly pairs: readonly (readonly [number, number])[]
  readonly faults: readonly StepType[]
  readonly endMs: number
  /** Whether it takes weeks. */
  readonly isLong: boolean
}

/** What people do, as often as all faults together. */
const PEOPLE: readonly StepType[] = ['write', 'write', 'write', 'show']
const DISHONESTIES: readonly Dishonesty[] = [
  'drop',
  'delay',
  'replay',
  'withhold',
  'refuse',
  'mute',
  'lie'
]
const SIZES: readonly number[] = [0, 20, 200, 1_500, 6_000]

export function drawStep(random: RandomStream, scene: StepScene): Step {
  const { faults, endMs, isLong } = scene
  const isFault = faults.length > 0 && random.chance(0.5)
  const people = isLong ? PEOPLE : [...PEOPLE, 'online' as const]
  const type = random.pick(isFault ? faults : people)
  return { atMs: random.below(endMs), ...drawWhat(random, scene, type) }
}

function drawWhat(random: RandomStream, scene: StepScene, type: StepType): StepWhat {
  const [client, to] = drawPair(random, scene)
  const relay = random.below(scene.relayCount)
  const forMs = drawSpan(random, scene)
  switch (type) {
    case 'write': {
      const count = 1 + random.below(random.chance(0.1) ? 20 : 4)
      return { type, client, to, count, bytes: random.pick(SIZES) }
    }
    case 'recall':
      return { type, client, to, which: random.below(4) }
    case 'show':
      return { type, client, to }
    case 'block':
      // Where both did, neither can tell the other where they are: one of each pair.
      return { type, client: Math.min(client, to), to: Math.max(client, to) }
    case 'unblock':
      return { type, client: Math.min(client, to), to: Math.max(client, to) }
    case 'online':
    case 'offline':
      return { type, client }
    case 'crash-client':
      return { type, client, ...drawCrash(random, forMs) }
    case 'crash-relay':
      return { type, relay, ...drawCrash(random, forMs) }
    case 'move': {
      const count = Math.min(scene.relayCount, Math.max(1 + random.below(5), minRelays(scene)))
      return { type, client, relays: drawSome(random, scene.relayCount, count) }
    }
    default:
      return drawOfRelay(random, scene, { type, client, relay, forMs })
  }
}

interface Drawn {
  readonly type: Exclude<
    StepType,
    | 'write'
    | 'recall'
    | 'show'
    | 'block'
    | 'unblock'
    | 'online'
    | 'offline'
    | 'crash-client'
    | 'crash-relay'
    | 'move'
  >
  readonly client: number
  readonly relay: number
  readonly forMs: number
}

function drawOfRelay(
  random: RandomStream,
  scene: StepScene,
  { type, client, relay, forMs }: Drawn
): StepWhat {
  switch (type) {
    case 'wipe':
      return { type, relay, downMs: forMs }
    case 'disk-full':
      return { type, relay, forMs }
    case 'partition': {
      const [clientCount, relayCount] = [scene.clients.length, scene.relayCount]
      const clients = drawSome(random, clientCount, 1 + random.below(clientCount))
      const relays = drawSome(random, relayCount, 1 + random.below(relayCount))
      return { type, clients, relays, way: random.pick(['both', 'to-relay', 'to-client']), forMs }
    }
    case 'hang-up':
      return { type, client, relay }
    case 'clog':
      return { type, client, relay, addedMs: random.pick([500, 5_000, 25_000, 70_000]), forMs }
    case 'client-disk-full':
      return { type, client, forMs }
    case 'client-clock':
      return { type, client, offsetMs: drawOffset(random) }
    case 'relay-clock':
      return { type, relay, offsetMs: drawOffset(random) }
    case 'dishonest': {
      const how = random.pick(DISHONESTIES)
      // One of them at most: who trusts two liars of three is lost.
      return { type, relay: 0, how, share: random.pick([0.1, 0.5, 1]), forMs }
    }
  }
}

/** A liar must stay one of three. */
function minRelays({ faults }: StepScene): number {
  return faults.includes('dishonest') ? 3 : 1
}

function drawPair(random: RandomStream, { pairs }: StepScene): readonly [number, number] {
  const [one, other] = random.pick(pairs)
  return random.chance(0.5) ? [one, other] : [other, one]
}

/** How long something lasts: mostly a moment. */
function drawSpan(random: RandomStream, { endMs, isLong }: StepScene): number {
  const spans = [50, 5_000, 60_000, 600_000, ...(isLong ? [DAY_MS, 8 * DAY_MS] : [])]
  return random.below(Math.min(endMs, random.pick(spans)))
}

function drawCrash(random: RandomStream, downMs: number): CrashPoint {
  return {
    inputs: 1 + random.below(random.chance(0.5) ? 4 : 40),
    afterUs: random.below(random.pick([1, 3_000, 600_000])),
    losesUnsynced: random.chance(0.7),
    downMs
  }
}

function drawOffset(random: RandomStream): number {
  const spanMs = random.chance(0.5) ? 3 * HOUR_MS : 8 * DAY_MS
  return random.below(2 * spanMs) - spanMs
}
