/** What may be counted of a relay: closed words, amounts and times; no address, id or key. */
import type { RelayNotice } from '@sealpost/core'
import type { BlockKind } from '@sealpost/operator'
import type { ErrorCode, MailboxAnswer, MailboxRequest, RefusalReason } from '@sealpost/protocol'

export type RequestVerb = MailboxRequest['type']
type Deposited = Extract<MailboxAnswer, { readonly type: 'deposited' }>

/** How a request ended. What a deposit came to is told, every other one that was not refused is `done`. */
export type RequestResult = 'done' | Deposited['outcome'] | RefusalReason

/** Why a connection was not taken: by one of the bounds of the port, by a block, or by the relay. */
export type ConnectionRefusal = 'connections' | 'range' | 'pending' | 'blocked' | Refused['reason']
type Refused = Extract<RelayNotice, { readonly event: 'connection-refused' }>

/**
 * Is told what a relay does, in the midst of it: each method returns within a microsecond, never throws, and keeps nothing that
 * it is given.
 */
export interface RelayObserver {
  /** A request was answered, so long after it came. */
  onRequest(verb: RequestVerb, result: RequestResult, tookMs: number): void
  /** Envelopes that an acknowledged request named. */
  onAcked(count: number): void
  /** A proof of work was shown, and was too little or stale. */
  onWorkRejected(verb: RequestVerb): void
  /** An envelope was sent to who subscribed. */
  onDelivered(): void
  /** A deposit was sent to who had subscribed and waited for it, so long after it was durable. */
  onWakeup(tookMs: number): void
  /** Bytes of frames. */
  onBytes(direction: 'in' | 'out', count: number): void
  onConnectionRefused(reason: ConnectionRefusal): void
  /** A connection has its stream, so long after it asked for a WebSocket. */
  onHandshake(tookMs: number): void
  /** A stream is not read from for a while, since too many bytes went to and fro. */
  onSlowed(): void
  /** Something was not done, or a connection not taken, because of a block. */
  onBlocked(what: BlockKind): void
  /** Rows were made durable. */
  onCommitted(tookMs: number): void
  /** The store failed, or the machine. */
  onStoreFailed(code: ErrorCode): void
  /** The store is open again after it failed. */
  onStoreReopened(): void
  onCompacted(tookMs: number): void
  /** What the machine noticed, but for refused connections and blocks. */
  onNotice(notice: RelayNotice): void
}

/** Counts nothing. */
export const NO_OBSERVER: RelayObserver = {
  onRequest: ignore,
  onAcked: ignore,
  onWorkRejected: ignore,
  onDelivered: ignore,
  onWakeup: ignore,
  onBytes: ignore,
  onConnectionRefused: ignore,
  onHandshake: ignore,
  onSlowed: ignore,
  onBlocked: ignore,
  onCommitted: ignore,
  onStoreFailed: ignore,
  onStoreReopened: ignore,
  onCompacted: ignore,
  onNotice: ignore
}

function ignore(): void {
  // Nobody watches.
}
