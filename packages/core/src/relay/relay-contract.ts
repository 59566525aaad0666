/** What a relay is given and what it asks for: the inputs and effects of `RelayMachine`. */
import type {
  Capacity,
  ClientFrame,
  ErrorCode,
  MailboxId,
  MailboxRequest,
  RefusalReason,
  RelayFrame
} from '@sealpost/protocol'
import type { ClockInput, RecordsInput, StorageEffect, TimeoutInput } from '../machine.ts'
import type { RelayTable } from '../tables.ts'
import type { BlockedMailboxes } from './blocked-mailboxes.ts'
import type { LoadStep } from './load.ts'
import type { KnownInvites } from './known-invites.ts'
import type { RelayOptions } from './options.ts'

/** What happens to a relay. `connection` is a number that the app gives to one stream and never uses again. */
export type RelayInput =
  | {
      readonly type: 'opened'
      readonly atMs: number
      readonly connection: number
      /** The range of addresses it comes from; only compared, never stored or told. */
      readonly range: string
    }
  | { readonly type: 'closed'; readonly atMs: number; readonly connection: number }
  | {
      readonly type: 'frame'
      readonly atMs: number
      readonly connection: number
      readonly frame: ClientFrame
    }
  | RecordsInput
  | TimeoutInput
  | ClockInput
  /** How full the disk is. To be given at the start and every few seconds. */
  | {
      readonly type: 'disk'
      readonly atMs: number
      readonly freeBytes: number
      readonly totalBytes: number
      /** What the store takes of it. */
      readonly storeBytes: number
    }
  /** How much there is to do, until the next one. */
  | { readonly type: 'load'; readonly atMs: number; readonly step: LoadStep }
  /** The relay is to stop: finish, then say `drained`. */
  | { readonly type: 'drain'; readonly atMs: number }
  /** What the operator has blocked, all of it: holds from here on. To be given at the start. */
  | {
      readonly type: 'blocks'
      readonly atMs: number
      readonly mailboxes: BlockedMailboxes
      /** The one that was blocked just now, if one was: whoever it is delivered to is cut off. */
      readonly mailboxId?: MailboxId | undefined
    }
  /** All invites: they hold from here on. To be given at the start, and after each `invite-used`. */
  | { readonly type: 'invites'; readonly atMs: number; readonly invites: KnownInvites }
  /** The operator changed the options; they hold from here on. */
  | { readonly type: 'options'; readonly atMs: number; readonly options: RelayOptions }

/** What a relay wants done. Those of one `handle` are in order: rows first, then words. */
export type RelayEffect =
  | StorageEffect
  | { readonly type: 'send'; readonly connection: number; readonly frame: RelayFrame }
  /** End this connection, with this reason. The machine has forgotten it; a `closed` for it does no harm. */
  | { readonly type: 'cut'; readonly connection: number; readonly code: ErrorCode }
  | RelayNotice
  /** Somebody was let in by an invite: to be remembered, so that it is not used more often than it is for. */
  | { readonly type: 'invite-used'; readonly inviteHash: string; readonly claimantHash: string }
  /** A drain is complete: all answers are given. Once. */
  | { readonly type: 'drained' }

/** For the operator's log and counters: closed names and counts, no ids. */
export type RelayNotice =
  | {
      readonly type: 'notify'
      readonly event: 'capacity-changed'
      readonly from: Capacity
      readonly to: Capacity
    }
  | {
      readonly type: 'notify'
      readonly event: 'refused'
      readonly verb: MailboxRequest['type']
      readonly reason: RefusalReason
    }
  | {
      readonly type: 'notify'
      readonly event: 'connection-refused'
      readonly reason: 'total' | 'range' | 'draining'
    }
  | { readonly type: 'notify'; readonly event: 'connection-cut'; readonly code: ErrorCode }
  /** A mailbox was denied because it is blocked. */
  | { readonly type: 'notify'; readonly event: 'blocked' }
  /** Envelopes that nobody fetched in their lifetime, their bytes, and tombstones that nobody needs any more. */
  | {
      readonly type: 'notify'
      readonly event: 'expired'
      readonly envelopeCount: number
      readonly envelopeBytes: number
      readonly tombstoneCount: number
    }
  | {
      readonly type: 'notify'
      readonly event: 'erased'
      readonly what: 'mailbox' | 'link'
      readonly reason: 'destroyed' | 'idle'
    }
  | { readonly type: 'notify'; readonly event: 'row-corrupt'; readonly table: RelayTable }
  | { readonly type: 'notify'; readonly event: 'draining' }
