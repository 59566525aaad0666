/** What a backup file and a part of history hold, record by record. */
import type { AccountState, ContactState, LinkState } from './account-words.ts'
import type { AddressRecord, SignedDeviceList } from './address-record.ts'
import type { ReplyReference } from './content.ts'
import type { DeviceNumber, IdentityKey, MessageId } from './identifiers.ts'
import type { RelayAddress } from './relay-address.ts'
import type { ShelfChoice } from './shelf.ts'

/** One record. A file has a manifest, an identity, an account, then contacts, links and messages, then an end. */
export type BackupRecord =
  | BackupManifest
  | BackupIdentity
  | BackupAccount
  | { readonly type: 'contact'; readonly contact: ContactState }
  | { readonly type: 'link'; readonly link: LinkState }
  | { readonly type: 'message'; readonly message: HistoryMessage }
  | BackupEnd
  /** What a later version says. It can be read but not written. */
  | { readonly type: 'unknown' }

/** What the backup is. */
export interface BackupManifest {
  readonly type: 'manifest'
  /** `BACKUP_FORMAT_VERSION` in what this version writes; a reader refuses what is higher. */
  readonly formatVersion: number
  readonly createdAtMs: number
  readonly identityKey: IdentityKey
  /** The device that made it. */
  readonly device: DeviceNumber
  /** The person's name. */
  readonly name: string
}

/** Who the account is. Secrets. */
export interface BackupIdentity {
  readonly type: 'identity'
  /** The identity key pair, 33 and 32 bytes. */
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
  /** 32 bytes. */
  readonly ownerSecret: Uint8Array
  readonly deviceList: SignedDeviceList
  /**
   * How the account's own devices are reached by each other, the one that made the backup among them: at most
   * `CONTACT_ADDRESSES_MAX`, no device twice.
   */
  readonly ownAddresses: readonly AddressRecord[]
}

/** What the account chose, and where its mailboxes are: up to `RELAYS_MAX` relays, none twice. */
export interface BackupAccount {
  readonly type: 'account'
  readonly account: AccountState
  readonly relays: readonly RelayAddress[]
}

/** What came before, so that a file that was cut short, or lost a piece, shows. */
export interface BackupEnd {
  readonly type: 'end'
  readonly contactCount: number
  readonly messageCount: number
  readonly linkCount: number
  /** 32 bytes, over all records before. */
  readonly digest: Uint8Array
}

/** One row of a conversation. */
export interface HistoryMessage {
  /** The contact whose conversation it is in. */
  readonly identityKey: IdentityKey
  /** The device that sent it: the account's own where `isOwn`, else the contact's. */
  readonly device: DeviceNumber
  readonly isOwn: boolean
  /** The device's number of it; 0 where it has none. Of what is missing, the first number. */
  readonly number: number
  /** Of what is missing, the last number; otherwise 0. */
  readonly lastNumber: number
  readonly messageId: MessageId | undefined
  readonly kind: HistoryKind
  /** At most `TEXT_BYTES_MAX` bytes; of a notice, what only this program reads. */
  readonly text: string
  readonly sentAtMs: number
  readonly storedAtMs: number
  /** Its place in the conversation. */
  readonly orderMs: number
  /** These four are 0 where it did not happen. */
  readonly onRelayAtMs: number
  readonly deliveredAtMs: number
  readonly readAtMs: number
  readonly withdrawnAtMs: number
  readonly isUnread: boolean
  /** What it answers; absent where that is nothing. */
  readonly reply?: ReplyReference | undefined
  /** Absent where it was not. */
  readonly isForwarded?: boolean | undefined
  /** The edit that the text is of; absent where it was never edited. */
  readonly edit?: WordName | undefined
  /** Texts before it, oldest first, at most `EARLIER_TEXTS_MAX`; absent for none. */
  readonly earlier?: readonly EarlierText[] | undefined
  /** At most one of the account's own and one of the contact's; absent for none. */
  readonly reactions?: readonly MessageReaction[] | undefined
  /** For how many seconds it stays; absent for ever. */
  readonly fadeAfterS?: number | undefined
  /** When it goes; absent where that is not known yet. */
  readonly fadesAtMs?: number | undefined
  /** Its value is when the person starred it, 0 for no star; absent where they never chose. */
  readonly star?: ShelfChoice | undefined
}

/** Where an edit or a reaction stands among others: the later by these counts, in this order. */
export interface WordName {
  readonly sentAtMs: number
  /** The device that wrote it, 1 to 127. */
  readonly device: number
  /** That device's number of it, 1 and up. */
  readonly number: number
}

/** A text that a message had. Device and number are 0 for the one that it came with. */
export interface EarlierText extends WordName {
  readonly text: string
}

/** What a person shows at a message. */
export interface MessageReaction extends WordName {
  readonly isOwn: boolean
  /** Empty for one that was taken back. */
  readonly emoji: string
}

/** What a row of a conversation is. */
export type HistoryKind = 'text' | 'unreadable' | 'missing' | 'notice'
