/**
 * One device's messages on their way to one relay: where this relay stands in them, however the others do.
 *
 * Each relay has a cursor of its own, so that one that is slow, full or refuses holds up no other. Rows at the cursor are
 * loaded a page at a time; rows before it were settled here, or are among those in the queue and in flight.
 */
import type { NodeKey } from '@sealpost/protocol'
import type { OutboxItem } from './outbox-item.ts'

/** Rows that wait in memory for their turn at one relay. */
export const QUEUE_MAX = 32
/** Deposits at one relay that wait for their answer. */
export const IN_FLIGHT_MAX = 16

export class Pump {
  readonly relay: NodeKey
  /** The next number to look at. */
  cursor: number
  /** Looked at and missing here, in order. */
  readonly queue: OutboxItem[] = []
  readonly inFlight: Set<OutboxItem> = new Set<OutboxItem>()
  isLoading = false
  /** Failures in a row, and until when the relay is left alone. */
  failures = 0
  blockedUntilMs = 0
  /** What the failure was, where every epoch was denied or the mailbox is full. */
  problem: 'denied' | 'mailbox-full' | undefined

  constructor(relay: NodeKey, cursor: number) {
    this.relay = relay
    this.cursor = cursor
  }

  isBlocked(nowMs: number): boolean {
    return this.blockedUntilMs > nowMs
  }

  succeeded(): void {
    this.failures = 0
    this.blockedUntilMs = 0
    this.problem = undefined
  }
}
