/**
 * What a ciphertext holds, as clients see it: plain objects whose ids are parsed and whose bounds were checked. `content-codec.ts`
 * turns plaintext into these and back.
 */
import type { ConversationTimer } from './conversation-timer.ts'
import type { OwnDeviceBody } from './account-words.ts'
import type { AddressRecord, PrekeyBundle, Profile, SignedDeviceList } from './address-record.ts'
import type { DeviceNumber, IdentityKey, MessageId, NodeKey, RequestId } from './identifiers.ts'
import type { NumberRange, Progress } from './progress.ts'
import type { RelayAddress } from './relay-address.ts'

/** The plaintext of one Signal message from one device to one device. */
export interface Content {
  /** The sending device's number of this message within the conversation; 0 for what is not a message of its own: a receipt. */
  readonly number: number
  /** The same for all devices it goes to; undefined exactly when `number` is 0. */
  readonly messageId: MessageId | undefined
  /** The sender's network time. */
  readonly sentAtMs: number
  /** What the sending device has of each of the recipient account's devices. No device twice. */
  readonly progress: readonly Progress[]
  /** Where the sending device can be reached directly; absent where it says nothing. */
  readonly here?: Here | undefined
  /** Of a text that another device of the sender, which is lost, had sent or was about to send: its name then. */
  readonly was?: FormerName | undefined
  readonly body: ContentBody
}

/** The name of a message: a device of its sender, and that device's number of it. */
export interface FormerName {
  readonly device: DeviceNumber
  readonly number: number
}

/** Where a device listens for direct streams. */
export interface Here {
  /** The second node key, which no relay sees. */
  readonly nodeKey: NodeKey
  /** At most `RELAY_ADDRESSES_MAX`, without the node key. */
  readonly addresses: readonly string[]
  /** Within an hour of when it was written, which the reader checks. */
  readonly validUntilMs: number
}

/** What content says. */
export type ContentBody =
  | TextContent
  | RequestContent
  | AcceptContent
  | AddressUpdateContent
  /** Nothing but the progress. Always number 0. */
  | { readonly type: 'receipt' }
  /** The link was used by somebody else before. */
  | { readonly type: 'link-used' }
  | WithdrawalContent
  | UnavailableContent
  | EditContent
  | ReactionContent
  | TimerContent
  | OwnDeviceBody
  /** What a later version says. It can be read, and receipted, but not written. */
  | { readonly type: 'unknown' }

/** A message to be read. Never number 0. */
export interface TextContent {
  readonly type: 'text'
  /** At most `TEXT_BYTES_MAX` bytes, together with the excerpt of what it answers. */
  readonly text: string
  /** What it answers; absent where that is nothing. */
  readonly reply?: ReplyReference | undefined
  /** Whether its sender passes on what was said elsewhere; absent where not. */
  readonly isForwarded?: boolean | undefined
  /** For how many seconds it stays, 1 to `TIMER_SECONDS_MAX`: once sent, or once read. Absent for ever. */
  readonly fadeAfterS?: number | undefined
}

/** A message of the same conversation, which the reader may not have. */
export interface ReplyReference {
  readonly messageId: MessageId
  /** Whether the sender of the reply wrote it. */
  readonly isOfSender: boolean
  /** What the sender quotes of it, at most `EXCERPT_BYTES_MAX` bytes. Only the sender vouches for it. */
  readonly excerpt: string
}

/** Another text for a message of the same account. Never number 0. */
export interface EditContent {
  readonly type: 'edit'
  readonly messageId: MessageId
  /** 1 to `TEXT_BYTES_MAX` bytes. */
  readonly text: string
}

/** What a person shows at a message. Never number 0. */
export interface ReactionContent {
  readonly type: 'reaction'
  readonly messageId: MessageId
  /** Whether the sender of the reaction wrote the message. */
  readonly isOfSender: boolean
  /** At most `EMOJI_BYTES_MAX` bytes without spaces and control characters; empty takes back what was there. */
  readonly emoji: string
}

/** A guest's first word to an inviter. */
export interface RequestContent {
  readonly type: 'request'
  /** A repeat carries the same. */
  readonly requestId: RequestId
  readonly profile: Profile
  readonly address: AddressRecord
  readonly deviceList: SignedDeviceList
  readonly text: string
}

/** The inviter's answer. */
export interface AcceptContent {
  readonly type: 'accept'
  readonly profile: Profile
  readonly address: AddressRecord
  readonly deviceList: SignedDeviceList
}

/** A new version of one device's address, of its account's list of devices, or of both. */
export interface AddressUpdateContent {
  readonly type: 'address-update'
  readonly address: AddressRecord | undefined
  readonly deviceList: SignedDeviceList | undefined
}

/** Somebody chose how long what is said from now on stays. Never number 0. */
export interface TimerContent extends ConversationTimer {
  readonly type: 'timer'
}

/** The sender takes back a message of its own. */
export interface WithdrawalContent {
  readonly type: 'withdrawal'
  readonly messageId: MessageId
  /** The withdrawn message's, from 1. */
  readonly number: number
}

/**
 * Numbers that the sending device cannot make again, so that nobody waits for them. At least one; each list has at most
 * `PROGRESS_RANGES_MAX` ranges from 1 up, ascending, with a gap before each; no number is in both.
 */
export interface UnavailableContent {
  readonly type: 'unavailable'
  /** What would have been shown: to be named as missing. */
  readonly shown: readonly NumberRange[]
  /** What was no message to be read. */
  readonly silent: readonly NumberRange[]
}

/** What a claimable's seal protects: what is signed are these bytes. Nobody has checked the signature yet. */
export interface SignedInvitation {
  /** An `Invitation`, encoded. */
  readonly body: Uint8Array
  /** XEdDSA over `"sealpost/1/claimable" || link id || body`, 64 bytes. */
  readonly signature: Uint8Array
}

/** What a guest needs to send a request. */
export interface Invitation {
  readonly expiresAtMs: number
  readonly isFallback: boolean
  readonly device: DeviceNumber
  readonly registrationId: number
  readonly identityKey: IdentityKey
  /** With a one-time prekey exactly when this is no fallback. */
  readonly bundle: PrekeyBundle
  /** X-Wing public key for sealing the request, 1,216 bytes. */
  readonly requestKey: Uint8Array
  /** 32 bytes. A secret. */
  readonly boxSeed: Uint8Array
  /** Where the request box is; as in an address record. */
  readonly relays: readonly RelayAddress[]
  /** The inviter's name, as the inviter gives it. */
  readonly profile: Profile
}
