/** The relay as it was last seen, and what was seen before. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { ActivityAnswer, StatusAnswer } from '@sealpost/operator'
import { call, CallFailed } from './call.ts'
import { type Point, withPoint } from './history.ts'
import { token } from './session.ts'

const LOOK_MS = 1_000

/** What is remembered of each second: counts since the relay's start, and how many connections there are. */
export const LIVE = ['deposits', 'deliveries', 'connections', 'refusals'] as const
export type LiveName = (typeof LIVE)[number]

interface Seen {
  readonly status: StatusAnswer
  readonly activity: ActivityAnswer
  readonly history: Readonly<Record<LiveName, readonly Point[]>>
}

const NOTHING = Object.fromEntries(LIVE.map((name) => [name, []])) as unknown as Seen['history']
const seenNow = signal<Seen | undefined>(undefined)
const failureNow = signal<string | undefined>(undefined)

/** Undefined until it was seen once. */
export const seen: ReadonlySignal<Seen | undefined> = seenNow
/** Why it was not seen at the last look: a code. What `seen` has is older then. */
export const failure: ReadonlySignal<string | undefined> = failureNow

/** Looks at the relay every second, for as long as the page is there and somebody may look. */
export async function follow(): Promise<void> {
  if (token.value !== undefined && document.visibilityState === 'visible') {
    await look()
  }
  setTimeout(() => void follow(), LOOK_MS)
}

async function look(): Promise<void> {
  try {
    const [status, activity] = await Promise.all([call('status'), call('activity')])
    const atMs = Date.now()
    const history = seenNow.value?.history ?? NOTHING
    const values = valuesOf(status, activity)
    seenNow.value = {
      status,
      activity,
      history: Object.fromEntries(
        LIVE.map((name) => [name, withPoint(history[name], { atMs, value: values[name] })])
      ) as unknown as Seen['history']
    }
    failureNow.value = undefined
  } catch (error) {
    failureNow.value = error instanceof CallFailed ? error.code : 'unreachable'
  }
}

function valuesOf(
  status: StatusAnswer,
  { counts }: ActivityAnswer
): Readonly<Record<LiveName, number>> {
  return {
    deposits: counts.depositCount,
    deliveries: counts.deliveredCount,
    connections: status.connectionCount,
    refusals: Object.values(counts.refusedCounts).reduce((sum, count) => sum + count, 0)
  }
}
