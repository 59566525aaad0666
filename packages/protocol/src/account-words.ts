/**
 * What the devices of one account tell each other, and what a backup holds of it: plain objects whose ids are parsed and whose
 * bounds were checked. From anybody else these words mean nothing; `isOwnDeviceBody` tells them apart.
 */
import type { AddressRecord, Profile, SignedDeviceList } from './address-record.ts'
import type { ConversationTimer } from './conversation-timer.ts'
import type { NumberRange } from './progress.ts'
import type { DeviceNumber, IdentityKey, MessageId, RequestId, TransferId } from './identifiers.ts'
import type { Shelf, ShelfChoice } from './shelf.ts'
import type { RelayAddress } from './relay-address.ts'

/** What content says between the devices of one account. */
export type OwnDeviceBody =
  | SentCopyContent
  | ReadMarksContent
  | ContactStateContent
  | AccountStateContent
  | LinkStateContent
  | HistoryPartContent
  | HistoryRequestContent
  | DeletionContent
  | StarsContent

/** A message that another own device sent. */
export interface SentCopyContent {
  readonly type: 'sent-copy'
  /** The contact it went to. */
  readonly identityKey: IdentityKey
  /** The `Content`, encoded; nobody has decoded it yet. At most `SENT_COPY_BYTES_MAX` bytes: leave out progress and here. */
  readonly content: Uint8Array
}

/** What was read, on whatever device. */
export interface ReadMarksContent {
  readonly type: 'read-marks'
  /** 1 to `READ_MARKS_MAX`, no device of a contact twice. */
  readonly marks: readonly ReadMark[]
}

/** Every message of a contact's device up to a number was read. */
export interface ReadMark {
  readonly identityKey: IdentityKey
  readonly device: DeviceNumber
  readonly upTo: number
}

/** A contact, as one device has it. */
export interface ContactStateContent {
  readonly type: 'contact-state'
  readonly contact: ContactState
}

/** The account, as one device has it. */
export interface AccountStateContent {
  readonly type: 'account-state'
  readonly account: AccountState
}

/** A link, as one device has it. */
export interface LinkStateContent {
  readonly type: 'link-state'
  readonly link: LinkState
}

/** A piece of the history that one device hands another. */
export interface HistoryPartContent {
  readonly type: 'history-part'
  readonly transferId: TransferId
  /** From 0; 32 bits. */
  readonly index: number
  readonly isLast: boolean
  /** Messages in all parts together; 0 where that is not known. 32 bits. */
  readonly totalCount: number
  /** Backup records as `joinRecords` makes them, at most `HISTORY_PART_BYTES_MAX` bytes; nobody has split them yet. */
  readonly records: Uint8Array
}

/** Asks another own device for history. */
export interface HistoryRequestContent {
  readonly type: 'history-request'
  readonly transferId: TransferId
  /** Only what is newer; 0 for all. */
  readonly sinceMs: number
}

/** Messages that the person deleted for themselves: 1 to `DELETIONS_MAX`, none twice. */
export interface DeletionContent {
  readonly type: 'deletion'
  readonly messages: readonly DeletedMessage[]
}

export interface DeletedMessage {
  /** The contact in whose conversation it is. */
  readonly identityKey: IdentityKey
  readonly messageId: MessageId
  /** Whether this account wrote it. */
  readonly isOwn: boolean
}

/** Messages that the person starred, or whose stars they took away: 1 to `STARS_MAX`, none twice. */
export interface StarsContent {
  readonly type: 'stars'
  readonly messages: readonly StarredMessage[]
}

export interface StarredMessage extends DeletedMessage {
  /** Its value is when it was starred, 0 for no star. */
  readonly star: ShelfChoice
}

/**
 * Where a person and a contact stand with each other. `declined`: they asked, and are forgotten; nothing else is said of them then,
 * and no backup holds it.
 */
export type Standing = 'requested' | 'pending' | 'accepted' | 'failed' | 'blocked' | 'declined'

/** Whether a contact may have a direct path; `default` as the settings say. */
export type DirectChoice = 'default' | 'on' | 'off'

/** A contact, without what belongs to one device alone. All of it must fit the content or the backup record that carries it. */
export interface ContactState {
  readonly identityKey: IdentityKey
  /** What this account calls the contact: as `isName`, but of at most `CONTACT_NAME_BYTES_MAX` bytes. */
  readonly name: string
  /** What the contact calls themselves. */
  readonly profileName: string
  readonly standing: Standing
  /** When the person compared safety numbers; 0 where they did not. */
  readonly verifiedAtMs: number
  readonly direct: DirectChoice
  readonly deviceList: SignedDeviceList | undefined
  /** The newest of each of the contact's devices: at most `CONTACT_ADDRESSES_MAX`, no device twice. */
  readonly addresses: readonly AddressRecord[]
  /** What the account holds of each of the contact's devices: no device twice. */
  readonly held: readonly Held[]
  /** The person's last decision about this contact: the later one wins. */
  readonly changedAtMs: number
  readonly createdAtMs: number
  /** What came with the contact's request; empty for nothing. At most `REQUEST_TEXT_BYTES_MAX` bytes. */
  readonly requestText: string
  /** The identity whose conversation this one continues. */
  readonly replaces: IdentityKey | undefined
  /** Whether a verified contact came with another identity and nobody has looked at it yet. */
  readonly isIdentityChanged: boolean
  /** What a blocked contact was before. */
  readonly standingBefore: Standing | undefined
  /** Of who came through a link of ours; undefined where it is not known any more. */
  readonly request: AskedRequest | undefined
  /** How long what is said with them stays; absent where nobody chose. */
  readonly timer?: ConversationTimer | undefined
  /** Where the person keeps the conversation; absent where they never chose. */
  readonly shelf?: Shelf | undefined
}

/** The request that came through a link, beside its text. */
export interface AskedRequest {
  readonly requestId: RequestId
  /** The device that asked, and the number and id of its request; 0 for one that has none. */
  readonly device: DeviceNumber
  readonly number: number
  readonly messageId: MessageId | undefined
  readonly sentAtMs: number
  /** When the first device of the account had it. */
  readonly receivedAtMs: number
  /** 16 bytes in lower-case hex, by which the account's devices name the link. */
  readonly linkId: string
}

/** Numbers that are held of one device's messages. */
export interface Held {
  readonly device: DeviceNumber
  /** Every number up to this one. */
  readonly upTo: number
  /** Beyond the first gap: at most `PROGRESS_RANGES_MAX`, ascending, with a gap before each. */
  readonly beyond: readonly NumberRange[]
}

/** What all devices of an account have in common. */
export interface AccountState {
  readonly profile: Profile
  readonly settings: Settings
  /** No device twice. */
  readonly deviceNames: readonly DeviceName[]
  /** The person's last change of any of it: the later one wins. */
  readonly changedAtMs: number
}

/** What a person chose for all conversations. */
export interface Settings {
  /** The lifetime of envelopes: 14 days, the default, or 30. */
  readonly lifetime: 2 | 3
  /** Whether contacts see that this person writes. Off by default. */
  readonly isTypingShown: boolean
  /** Whether contacts see that this person is there. Off by default. */
  readonly isPresenceShown: boolean
  /** Whether contacts see what was read. On by default. */
  readonly isReadShown: boolean
  /** Whether accepted contacts get a direct path. On by default. */
  readonly isDirect: boolean
  /** How long what is said in conversations that begin stays, in seconds; absent for ever. */
  readonly timerSeconds?: number | undefined
}

/** What a person calls one of their devices. */
export interface DeviceName {
  readonly device: DeviceNumber
  readonly name: string
}

/** A link that this account made. */
export interface LinkState {
  /** 16 bytes in lower-case hex by which the account's devices name it. */
  readonly id: string
  readonly kind: 'one-time' | 'public'
  /** 32 bytes. A secret. */
  readonly linkSecret: Uint8Array
  /** 32 bytes. A secret. */
  readonly boxSeed: Uint8Array
  /** The X-Wing key pair's secret half, at most `REQUEST_SECRET_KEY_BYTES_MAX` bytes; empty once the link is closed. */
  readonly requestSecretKey: Uint8Array
  /** As it was given out, at most `LINK_TEXT_BYTES_MAX` bytes. */
  readonly link: string
  readonly createdAtMs: number
  /** 0 for never. */
  readonly expiresAtMs: number
  readonly state: LinkStage
  /** Who used a one-time link. */
  readonly usedBy: IdentityKey | undefined
  /** When it was used, expired or revoked; 0 before. */
  readonly endedAtMs: number
  /** The device that keeps its claimables. */
  readonly servingDevice: DeviceNumber
  /** At most `RELAYS_MAX`, no node key twice, each with at most `RELAY_ADDRESSES_MAX` addresses, which may be none. */
  readonly relays: readonly RelayAddress[]
  /** When the serving device was named, in network time: the later one wins, of one time the lower number. */
  readonly changedAtMs: number
}

/** What became of a link. */
export type LinkStage = 'new' | 'published' | 'used' | 'expired' | 'revoked' | 'closed'
