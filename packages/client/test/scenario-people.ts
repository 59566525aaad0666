/** Who takes part in a scenario, and what each of them was told. */
import assert from 'node:assert/strict'
import { type ContactId, isSealpostError } from '@sealpost/protocol'
import type { MemoryFile } from './memory-file.ts'
import type { Name } from './scenario-plan.ts'
import type { TestHome } from './world.ts'

/** What a person is told where a step cannot be done now; all else is a failure. */
const TOLD: ReadonlySet<string> = new Set([
  'SEALPOST_NO_SESSION',
  'SEALPOST_NOT_ACCEPTED',
  'SEALPOST_BLOCKED',
  'SEALPOST_CLIENT_CLOSED',
  'SEALPOST_STORE_FAILED',
  'SEALPOST_DIAL_FAILED',
  'SEALPOST_REPLY_TIMEOUT',
  'SEALPOST_CONNECTION_CLOSED',
  'SEALPOST_DENIED',
  'SEALPOST_KNOWN_RELAY',
  'SEALPOST_UNKNOWN_RELAY',
  'SEALPOST_LAST_RELAY',
  'SEALPOST_TOO_MANY_RELAYS',
  'SEALPOST_UNKNOWN_MESSAGE',
  'SEALPOST_TOO_LATE',
  'SEALPOST_TIMEOUT',
  'SEALPOST_LINK_EXPIRED',
  'SEALPOST_DEVICE_REMOVED',
  'SEALPOST_SUPERSEDED'
])

/** A device that somebody has beside the one at hand. */
export interface OtherDevice {
  readonly home: TestHome
  isOpen: boolean
  isOnline: boolean
}

/** One person's side of one conversation. */
export interface Side {
  readonly to: Name
  contactId: ContactId | undefined
  triedCount: number
  /** What `send` resolved for, and has to arrive. */
  readonly promised: string[]
  readonly recalled: Set<string>
  /** Whether either ever blocked the other. */
  wasBlocked: boolean
  isBlocking: boolean
}

export interface Person {
  readonly name: Name
  home: TestHome
  /** Homes of this person that are lost. */
  readonly lost: TestHome[]
  /** The last that was made. */
  backup: MemoryFile | undefined
  /** Whom no relay lets this person reach, as they were told. */
  readonly denied: Set<ContactId>
  isOpen: boolean
  isOnline: boolean
  /** Devices that are not at hand, the next first; and those that were removed. */
  readonly others: OtherDevice[]
  readonly gone: TestHome[]
  readonly sides: Map<Name, Side>
}

export function contactOf({ contactId, to }: Side): ContactId {
  assert.ok(contactId !== undefined, `${to} is known`)
  return contactId
}

export function nothing(): void {
  // What came of it is looked at where it shows.
}

/** Lets pass what a person would be told. */
export function toldOnly(error: unknown): void {
  if (!isSealpostError(error) || !TOLD.has(error.code)) {
    throw error
  }
}
