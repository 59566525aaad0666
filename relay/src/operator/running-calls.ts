import type { Clock } from '@sealpost/host'
import type { BackupStatus, Closing, ReachAnswer, StatusAnswer } from '@sealpost/operator'
import { formatRelayAddress } from '@sealpost/protocol'
import type { RunningRelay } from '../compose.ts'
import type { CallHandlers } from './operator-server.ts'

export interface RunningCallsOptions {
  readonly relay: Pick<RunningRelay, 'address' | 'overview'>
  readonly clock: Clock
  readonly version: string
  /** What the desk says it counted. */
  readonly tickets?: () => StatusAnswer['tickets']
  readonly backups: () => BackupStatus
  readonly reach: () => ReachAnswer
  readonly load: () => StatusAnswer['load']
  /** The end of this relay, if it has one. */
  readonly closing: { readonly closing: Closing | undefined }
  /** The operator wants the relay to end. */
  readonly onDrain: () => void
}

/** How the relay is, and its end. */
export function runningCalls(options: RunningCallsOptions): Pick<CallHandlers, 'status' | 'drain'> {
  const startedAtMs = options.clock.wallMs()
  let isDraining = false
  return {
    status: () => status(options, startedAtMs, isDraining),
    drain: () => {
      isDraining = true
      options.onDrain()
      return { isDraining: true }
    }
  }
}

function status(
  { backups, closing, load, reach, relay, version, tickets }: RunningCallsOptions,
  startedAtMs: number,
  isDraining: boolean
): StatusAnswer {
  const { machine, disk, crashCount, certificate } = relay.overview()
  return {
    address: formatRelayAddress(relay.address),
    version,
    processId: process.pid,
    startedAtMs,
    state: isDraining ? 'draining' : machine === undefined ? 'starting' : 'serving',
    load: load(),
    capacity: machine?.capacity,
    closing: closing.closing,
    connectionCount: machine?.connectionCount ?? 0,
    mailboxCount: machine?.mailboxCount ?? 0,
    linkCount: machine?.linkCount ?? 0,
    envelopeCount: machine?.envelopeCount ?? 0,
    envelopeBytes: machine?.envelopeBytes ?? 0,
    unackedCount: machine?.unackedCount ?? 0,
    crashCount,
    certificate,
    tickets: tickets?.(),
    disk,
    backup: backups(),
    reach: reach()
  }
}
