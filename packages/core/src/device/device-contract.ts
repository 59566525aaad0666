/** What the machine's inputs and notices say of the account's own devices. */
import type {
  BackupRecord,
  Content,
  DeviceNumber,
  HistoryMessage,
  IdentityKey,
  OwnDeviceBody,
  TransferId
} from '@sealpost/protocol'
import type { Row } from '../tables.ts'

/** A copy, decoded; `message` is the row of the message that it is, or is about, where that is here. */
export interface ReceivedCopy {
  readonly identityKey: IdentityKey
  readonly content: Content
  readonly message: Row | undefined
}

/** Records of one part, and which of the messages among them are here. */
export interface ReceivedHistory {
  readonly records: readonly BackupRecord[]
  readonly known: ReadonlySet<HistoryMessage>
}

/** The public half of a told link's request key. */
export interface ReceivedLink {
  readonly requestKey: Uint8Array
}

/** A word for the siblings, and what of it is still owed once it was told. */
export interface OwnWord {
  readonly body: OwnDeviceBody
  readonly words: readonly string[]
  readonly revision: number
}

/** How far a transfer to a sibling is once a part of it is in the outbox. */
export interface HistoryStep {
  readonly transferId: TransferId
  readonly device: DeviceNumber
  readonly doneCount: number
  readonly totalCount: number
  readonly contactsUpTo: string
  readonly isContactsDone: boolean
  readonly beforeKey: string
  readonly isEnded: boolean
}

/** A transfer as it may be shown. */
export interface HistoryProgress {
  readonly transferId: TransferId
  /** The device at the other end. */
  readonly device: DeviceNumber
  readonly isIncoming: boolean
  /** Messages. */
  readonly done: number
  /** 0 where that is not known. */
  readonly total: number
  readonly isDone: boolean
}
