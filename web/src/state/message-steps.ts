/** What is known of a message's way, each step with its time, in the order in which it happened. */
import type { Timeline } from '@sealpost/client'
import { relayName } from './relay-name.ts'

export type StepName =
  | 'written'
  | 'stored'
  | 'direct'
  | 'on-relay'
  | 'delivered'
  | 'read'
  | 'sent'
  | 'received'
  | 'withdrawn'

export interface Step {
  readonly name: StepName
  readonly atMs: number
  /** Where it was stored. */
  readonly relay?: string
}

export function stepsOf(message: Timeline): readonly Step[] {
  const steps = message.kind === 'sent' ? ownSteps(message) : theirSteps(message)
  const { withdrawnAtMs } = message
  const all =
    withdrawnAtMs === undefined
      ? steps
      : [...steps, { name: 'withdrawn' as const, atMs: withdrawnAtMs }]
  return all.toSorted((a, b) => a.atMs - b.atMs)
}

function ownSteps(message: Timeline): readonly Step[] {
  const { queuedAtMs, storedAt, onRelayAtMs, deliveredAtMs, readAtMs } = message
  return [
    { name: 'written', atMs: queuedAtMs },
    ...storedAt.map(({ relay, atMs }): Step => {
      return relay === 'direct'
        ? { name: 'direct', atMs }
        : { name: 'stored', atMs, relay: relayName(relay) }
    }),
    // Where it was stored says more.
    ...(storedAt.length > 0 ? [] : step('on-relay', onRelayAtMs)),
    ...step('delivered', deliveredAtMs),
    ...step('read', readAtMs)
  ]
}

function theirSteps({ sentAtMs, storedAtMs }: Timeline): readonly Step[] {
  // By their clock, which may be wrong: it comes first all the same.
  return [
    { name: 'sent', atMs: Math.min(sentAtMs, storedAtMs) },
    { name: 'received', atMs: storedAtMs }
  ]
}

function step(name: StepName, atMs: number | undefined): readonly Step[] {
  return atMs === undefined ? [] : [{ name, atMs }]
}
