/** How a relay is, and its end. */
import type { CallRow } from '../call-row.ts'
import type { ReachAnswer } from '../reach/reachability.ts'
import type { Closing } from '../closing.ts'
import type { Overload } from '../watch/overload-text.ts'
import type { BackupStatus } from './backup.ts'

/** What `status` answers. Sizes in bytes, times in milliseconds, `AtMs` since 1970; no address, id or key but the relay's own. */
export interface StatusAnswer {
  /** The line to give to people. */
  readonly address: string
  readonly version: string
  readonly processId: number
  readonly startedAtMs: number
  /** `starting` until its store is open, and again while that is opened anew after a failure. */
  readonly state: 'serving' | 'starting' | 'draining'
  /** What it turns away because there is too much to do, and what led there. */
  readonly load: Overload
  /** The step of the disk's ladder: what it takes in. */
  readonly capacity: 'open' | 'no-new-mailboxes' | 'busy' | 'read-only' | undefined
  /** Undefined where the relay goes on. */
  readonly closing: Closing | undefined
  readonly connectionCount: number
  readonly mailboxCount: number
  readonly linkCount: number
  readonly envelopeCount: number
  readonly envelopeBytes: number
  /** Delivered, and not acknowledged yet. */
  readonly unackedCount: number
  /** How often the store failed, or the machine, since the start. */
  readonly crashCount: number
  /** Of the port for people; undefined where a proxy encrypts it, or nobody. */
  readonly certificate:
    | {
        readonly expiresAtMs: number
        /** Whether its files hold another one by now, which cannot be used. */
        readonly isNextRefused: boolean
      }
    | undefined
  /** What people report, as the desk counts it; undefined where none has told since the start. */
  readonly tickets:
    | { readonly openCount: number; readonly overdueCount: number; readonly reportedAtMs: number }
    | undefined
  readonly disk:
    | { readonly freeBytes: number; readonly totalBytes: number; readonly storeBytes: number }
    | undefined
  readonly backup: BackupStatus
  /** Whether others reach it. */
  readonly reach: ReachAnswer
}

/** What each call answers. */
export interface RunningAnswers {
  readonly status: StatusAnswer
  /** The relay ends by itself, drained; the answer comes at once. */
  readonly drain: { readonly isDraining: true }
}

export const RUNNING_CALLS: Readonly<Record<keyof RunningAnswers, CallRow>> = {
  status: {
    roles: ['operator', 'support', 'security'],
    isChange: false,
    sentence: 'Shows how the relay is.',
    params: []
  },
  drain: {
    roles: ['operator'],
    isChange: true,
    sentence: 'Stops the relay once what is under way is done; clients turn to their other relays.',
    params: []
  }
}
