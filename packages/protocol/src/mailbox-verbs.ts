/**
 * The verbs between a client and a relay, as the machines see them: plain objects whose ids are parsed and whose lengths
 * were checked. `mailbox-codec.ts` turns frames into these and back.
 */
import type { EnvelopeId, LinkId, MailboxId, StoreId } from './identifiers.ts'

/** Index into `LIFETIMES_MS`. */
export type Lifetime = 0 | 1 | 2 | 3

/** What a relay stores. `sealed` has the length of a size class once admitted. */
export interface Envelope {
  readonly envelopeId: EnvelopeId
  /** SHA-256 of the recall token. */
  readonly recallHash: Uint8Array
  readonly lifetime: Lifetime
  readonly sealed: Uint8Array
}

/** A proof of work, for `subject` as the verb defines it. */
export interface Work {
  readonly challenge: Uint8Array
  readonly nonce: Uint8Array
}

export type MailboxKind = 'contact' | 'request' | 'own' | 'group'

export interface MailboxRegistration {
  readonly type: 'mailbox'
  readonly mailboxId: MailboxId
  readonly depositHash: Uint8Array
  readonly fetchHash: Uint8Array
  readonly kind: MailboxKind
  readonly isQuiet: boolean
}

export interface LinkRegistration {
  readonly type: 'link'
  readonly linkId: LinkId
  readonly claimHash: Uint8Array
  readonly ownerHash: Uint8Array
}

export type Registration = MailboxRegistration | LinkRegistration

export interface Subscription {
  readonly mailboxId: MailboxId
  readonly fetchToken: Uint8Array
}

export interface Claimable {
  readonly blob: Uint8Array
  readonly expiresAtMs: number
  readonly isFallback: boolean
}

/** What a client asks of a relay. */
export type MailboxRequest =
  | { readonly type: 'info' }
  | {
      readonly type: 'register'
      readonly registrations: readonly Registration[]
      readonly work: Work | undefined
    }
  | {
      readonly type: 'deposit'
      readonly mailboxId: MailboxId
      readonly depositToken: Uint8Array
      readonly envelope: Envelope
      readonly isLive: boolean
      readonly work: Work | undefined
    }
  | {
      readonly type: 'subscribe'
      readonly instance: Uint8Array
      readonly subscriptions: readonly Subscription[]
    }
  | { readonly type: 'unsubscribe'; readonly mailboxIds: readonly MailboxId[] }
  | {
      readonly type: 'ack'
      readonly mailboxId: MailboxId
      readonly envelopeIds: readonly EnvelopeId[]
    }
  | {
      readonly type: 'recall'
      readonly mailboxId: MailboxId
      readonly envelopeId: EnvelopeId
      readonly recallToken: Uint8Array
    }
  | { readonly type: 'destroy'; readonly mailboxId: MailboxId; readonly fetchToken: Uint8Array }
  | {
      readonly type: 'put-claimables'
      readonly linkId: LinkId
      readonly ownerToken: Uint8Array
      readonly claimables: readonly Claimable[]
      readonly replaceAll: boolean
    }
  | {
      readonly type: 'claim'
      readonly linkId: LinkId
      readonly claimToken: Uint8Array
      readonly claimId: Uint8Array
      readonly work: Work | undefined
    }
  | { readonly type: 'count-claimables'; readonly linkId: LinkId; readonly ownerToken: Uint8Array }
  /** A verb of a later version. */
  | { readonly type: 'unknown' }

export type Outcome = 'done' | 'denied' | 'busy'

/** How full a relay is, in the order of its ladder. */
export type Capacity = 'open' | 'no-new-mailboxes' | 'busy' | 'read-only'

/** The bounds that a relay tells its clients. */
export interface RelayLimits {
  readonly depositsPerSecond: number
  readonly depositBurst: number
  readonly mailboxDepositsPerMinute: number
  readonly contactEnvelopeCountMax: number
  readonly contactBytesMax: number
  readonly requestEnvelopeCountMax: number
  readonly unackedEnvelopeCountMax: number
  readonly unackedBytesMax: number
}

export interface RelayInfo {
  readonly versions: readonly number[]
  readonly timeMs: number
  readonly storeId: StoreId
  readonly challenge: Uint8Array
  readonly workBits: number
  readonly limits: RelayLimits
  readonly capacity: Capacity
  readonly operator: string
  readonly policy: string
  readonly addresses: readonly string[]
}

/** Why a request was not done. A request that is refused had no effect. */
export type Refusal =
  | {
      readonly type: 'refused'
      readonly reason: 'slow-down' | 'busy'
      readonly retryAfterMs: number
    }
  | {
      readonly type: 'refused'
      readonly reason: 'needs-work'
      readonly workBits: number
      readonly challenge: Uint8Array
    }
  | {
      readonly type: 'refused'
      readonly reason:
        'denied' | 'quota-exceeded' | 'too-large' | 'expired' | 'unsupported-version' | 'internal'
    }

export type RefusalReason = Refusal['reason']

/** What a relay answers, one for each request. */
export type MailboxAnswer =
  | { readonly type: 'info'; readonly info: RelayInfo }
  | { readonly type: 'registered'; readonly outcomes: readonly Outcome[] }
  | { readonly type: 'deposited'; readonly outcome: 'stored' | 'gone' | 'accepted' }
  | { readonly type: 'subscribed'; readonly outcomes: readonly Outcome[] }
  | { readonly type: 'unsubscribed' }
  | { readonly type: 'acked' }
  | { readonly type: 'recalled'; readonly outcome: 'recalled' | 'delivered' | 'unknown' }
  | { readonly type: 'destroyed' }
  | { readonly type: 'claimables-stored' }
  | { readonly type: 'claimed'; readonly blob: Uint8Array }
  | { readonly type: 'taken' }
  | {
      readonly type: 'claimables-counted'
      readonly left: number
      readonly claimed: number
      readonly fallbackClaimed: number
    }
  | Refusal

/** What a relay says unasked. */
export type MailboxPush =
  | {
      readonly type: 'deliver'
      readonly mailboxId: MailboxId
      readonly envelope: Envelope
      readonly isLive: boolean
    }
  | { readonly type: 'drained'; readonly mailboxId: MailboxId }
  | { readonly type: 'superseded'; readonly mailboxId: MailboxId }
  | { readonly type: 'going-away'; readonly retryAfterMs: number }

/** Either side's question whether the other is there, and its answer. */
export type Heartbeat = { readonly type: 'ping' | 'pong'; readonly number: number }

/** A frame from a client. */
export type ClientFrame =
  | { readonly type: 'request'; readonly number: number; readonly request: MailboxRequest }
  | Heartbeat

/** A frame from a relay. */
export type RelayFrame =
  | { readonly type: 'answer'; readonly number: number; readonly answer: MailboxAnswer }
  | { readonly type: 'push'; readonly push: MailboxPush }
  | Heartbeat
