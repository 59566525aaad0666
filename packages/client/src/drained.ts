/** Waits until relays have given all that they held. */
import type { PeerMachine } from '@sealpost/core'
import type { Changes } from './changes.ts'
import type { PeerHost } from './peer-host.ts'
import { type Relay, relayView } from './views.ts'

export interface DrainedParts {
  readonly host: PeerHost
  readonly changes: Changes
  readonly machine: () => PeerMachine
}

/** The relays that a machine knows, its own and others, as they are now. @param nowMs our clock */
export function relaysOf(machine: PeerMachine, nowMs: number): readonly Relay[] {
  return machine.relays().map((session) => relayView(session, machine, nowMs))
}

/**
 * Resolves once every relay with mailboxes of ours that can be reached has delivered all it held, and it is stored here; at once
 * for a device that has `stopped`.
 *
 * @returns own relays that could not be reached.
 * @throws SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait.
 */
export async function untilDrained(
  { host, changes, machine }: DrainedParts,
  signal: AbortSignal | undefined
): Promise<readonly Relay[]> {
  await changes.until(() => {
    const now = machine()
    const served = relaysOf(now, host.driver.now()).filter(
      ({ isServed, isOwn }) => isServed || isOwn
    )
    const isDone = ({ nodeKey, phase }: Relay): boolean =>
      phase === 'waiting' || (phase === 'ready' && now.isDrained(nodeKey))
    return now.stopped !== undefined || served.every(isDone)
  }, signal)
  await host.correspondence.whenIdle()
  return relaysOf(machine(), host.driver.now()).filter(
    ({ isOwn, phase }) => isOwn && phase !== 'ready'
  )
}
