/**
 * The verbs between a client and a relay, as the machines see them: plain objects whose ids are parsed and whose lengths
 * were checked. `mailbox-codec.ts` turns frames into these and back.
 */
import type { EnvelopeId, LinkId, MailboxId, StoreId } from './identifiers.ts'
import type { OperatorNotice } from './operator-notice.ts'

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

/** Leave to begin at a relay that takes people by invitation. */
export interface RelayInvite {
  /** 16 bytes, which the operator gave away. */
  readonly token: Uint8Array
  /** 16 bytes that say whose use of it this is: one account counts once. */
  readonly claimant: Uint8Array
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
      /** Left out where there is none. */
      readonly invite?: RelayInvite | undefined
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
  /** All that is held for a mailbox, from a sequence on: 0, then what the last page said. */
  | {
      readonly type: 'inspect'
      readonly mailboxId: MailboxId
      readonly fetchToken: Uint8Array
      readonly fromSequence: number
    }
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

/** The same of a subscription; `empty` is done, where nothing is in the mailbox: no `drained` follows. */
export type SubscribeOutcome = Outcome | 'empty'

/** Whether a mailbox is delivered from now on. */
export function isSubscribed(outcome: SubscribeOutcome | undefined): boolean {
  return outcome === 'done' || outcome === 'empty'
}

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
  /** A link to the operator's account, which takes reports; empty where there is none. It may be anything. */
  readonly desk: string
  readonly addresses: readonly string[]
  /** When it stops taking deposits for ever, on its clock; until then it makes no new mailboxes. Undefined where it goes on. */
  readonly closesAtMs: number | undefined
  /** Whether new people need an invite. */
  readonly needsInvite: boolean
  /** What the operator says to the people of this relay; text of a stranger. */
  readonly notices: readonly OperatorNotice[]
}

/** An envelope that a relay holds, or what it keeps of one so that a repeated deposit is known. */
export interface HeldEnvelope {
  readonly envelopeId: EnvelopeId
  readonly recallHash: Uint8Array
  readonly state: 'live' | 'acked' | 'recalled'
  readonly expiresAtMs: number
  /** Empty but for a live one. */
  readonly sealed: Uint8Array
}

/** All that a relay holds for a mailbox, in pages of at most `HELD_ENVELOPES_MAX` envelopes. */
export interface MailboxPage {
  readonly kind: MailboxKind
  readonly isQuiet: boolean
  readonly depositHash: Uint8Array
  readonly fetchHash: Uint8Array
  /** The beginning of the week in which it was last subscribed to or registered. */
  readonly usedAtMs: number
  readonly envelopes: readonly HeldEnvelope[]
  /** Where the next page goes on; undefined on the last. */
  readonly nextSequence: number | undefined
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
        | 'denied'
        | 'quota-exceeded'
        | 'too-large'
        | 'expired'
        | 'unsupported-version'
        | 'internal'
        | 'needs-invite'
    }

export type RefusalReason = Refusal['reason']

/** What a relay answers, one for each request. */
export type MailboxAnswer =
  | { readonly type: 'info'; readonly info: RelayInfo }
  | { readonly type: 'registered'; readonly outcomes: readonly Outcome[] }
  | { readonly type: 'deposited'; readonly outcome: 'stored' | 'gone' | 'accepted' }
  | { readonly type: 'subscribed'; readonly outcomes: readonly SubscribeOutcome[] }
  | { readonly type: 'unsubscribed' }
  | { readonly type: 'acked' }
  | { readonly type: 'recalled'; readonly outcome: 'recalled' | 'delivered' | 'unknown' }
  | { readonly type: 'destroyed' }
  | { readonly type: 'inspected'; readonly page: MailboxPage }
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
  /** It stops, to be back after the wait; with no wait, only its info has changed. */
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
