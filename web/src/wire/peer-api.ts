/**
 * What a page may ask of the peer in its worker. Pages hold no keys: they see names, texts and states, and say what a person wants.
 */
import type {
  Contact,
  LinkedDevice,
  Message,
  Profile,
  ProvenBackup,
  RelayReport,
  SealpostClient,
  Timeline,
  VaultChange,
  VaultSecret,
  WayIn
} from '@sealpost/client'
import type { ContactId, ErrorCode, ErrorDetail, MessageId } from '@sealpost/protocol'
import type { ChatNotices } from './chat-notices.ts'
import type { Draft } from './draft.ts'
import { FEEDBACK_CALLS, type FeedbackCalls } from './feedback.ts'
import type { NoticeRead } from './notice.ts'
import { REPORT_CALLS, type ReportCalls } from './report-calls.ts'
import { STORAGE_CALLS, type StorageCalls } from './storage-calls.ts'

/** Methods of the client that pages call as they are. */
export const CLIENT_CALLS = [
  'acceptRequest',
  'acknowledgeIdentity',
  'add',
  'backupStatus',
  'block',
  'changeSettings',
  'clearConversation',
  'contact',
  'contacts',
  'declineRequest',
  'deleteForMe',
  'devices',
  'dismissNotice',
  'edit',
  'forgetFailed',
  'keep',
  'keepRecoveryPhrase',
  'links',
  'message',
  'messages',
  'prepareSearch',
  'react',
  'relays',
  'removeDevice',
  'removeRelay',
  'rename',
  'renameDevice',
  'requests',
  'revokeLink',
  'safetyNumber',
  'search',
  'setDirect',
  'setStar',
  'setTimer',
  'setTyping',
  'setVerified',
  'settings',
  'starred',
  'transfers',
  'unblock',
  'upkeep',
  'waitForContact',
  'waysIn'
] as const

export type ClientCall = (typeof CLIENT_CALLS)[number]

type Asked<F> = F extends (...args: infer A) => infer R
  ? (...args: A) => Promise<Awaited<R>>
  : never

/** How it is with the home that this browser keeps. */
export type HomeState =
  /** The store is being looked at. */
  | { readonly type: 'starting' }
  /** There is none; what was begun and not ended counts as none. */
  | { readonly type: 'missing' }
  /** Undefined where the ways in were not read yet. */
  | { readonly type: 'locked'; readonly ways: readonly WayIn[] | undefined }
  | {
      readonly type: 'open'
      readonly profile: Profile
      /** Why nothing leaves this device any more. */
      readonly stopped: 'removed' | 'superseded' | undefined
      readonly isProtected: boolean
      /** Why nothing can be written just now. */
      readonly storeProblem: ErrorCode | undefined
    }
  | { readonly type: 'failed'; readonly code: ErrorCode }

/** What a new home is made of. */
export interface NewProfile {
  readonly name: string
  /** The one way in, all of it together. Nothing in it leaves what this browser keeps readable to whoever has the disk. */
  readonly protection: VaultSecret
  /** As people paste them: 1 to 5. */
  readonly relays: readonly string[]
  readonly isDirect: boolean
  /** Of the privacy notice that the person was shown. */
  readonly noticeVersion: number
}

/** What a home is made of that was backed up. */
export interface RestoreWish {
  readonly file: Blob
  /** A passphrase, or a recovery phrase as somebody typed it. */
  readonly filePassphrase: string
  /** Of the home that is made, as for a new one. */
  readonly protection: VaultSecret
  /** Whether the device that made the backup is gone, or goes on beside this one. */
  readonly isOldDeviceLost: boolean
}

/** How a device joins an account that is on another one. */
export interface JoinWish {
  readonly by:
    /** What the other device shows. */
    | { readonly type: 'reading'; readonly code: string }
    /** This device shows one; the relays are where the two meet, as people paste them. */
    | { readonly type: 'showing'; readonly relays: readonly string[] }
  /** What this device is called. */
  readonly name: string
  readonly protection: VaultSecret
}

export interface MadeBackup {
  readonly file: Blob
  readonly proven: ProvenBackup
}

/** A conversation as a list shows it. */
export interface ChatSummary {
  readonly contact: Contact
  readonly last: Message | undefined
}

/** What was begun and not sent. */
export interface KeptDraft {
  readonly contactId: ContactId
  readonly draft: Draft
}

/** A link with which somebody can be reached. */
export interface MadeLink {
  readonly invitationId: string
  readonly link: string
  readonly expiresAtMs: number | undefined
  /** False where no relay could be reached yet: it works once one can. */
  readonly isPublished: boolean
}

/** How a text is sent. */
export interface SentText {
  readonly messageId: MessageId
  readonly replyTo?: MessageId | undefined
  /** The page that it was written in. */
  readonly page: string
}

/** What is named elsewhere. */
type CallsElsewhere = StorageCalls &
  FeedbackCalls &
  ReportCalls & {
    readonly [Name in ClientCall]: Asked<SealpostClient[Name]>
  }

/** All of it. What throws, throws a `Refusal`. Whoever asks with what a passkey answered wipes it. */
export type PeerApi = CallsElsewhere & {
  readonly state: () => Promise<HomeState>
  readonly create: (profile: NewProfile) => Promise<void>
  readonly restore: (wish: RestoreWish) => Promise<void>
  /** Resolves once the other device let this one in. */
  readonly join: (wish: JoinWish) => Promise<void>
  readonly stopJoining: () => Promise<void>
  /** Whether the account that lets this device in is the right one. */
  readonly answerAccount: (isRight: boolean) => Promise<void>
  readonly unlock: (secret: VaultSecret) => Promise<void>
  /** The ways in, for who has one of them. */
  readonly changeWaysIn: (secret: VaultSecret, change: VaultChange) => Promise<readonly WayIn[]>
  readonly lock: () => Promise<void>
  /** The person is there: the home is to be locked so many minutes from now, or never for 0. Locks it if it should be by now. */
  readonly active: (autoLockMinutes: number) => Promise<void>
  /** Removes the home and all that is in it from this browser. */
  readonly erase: () => Promise<void>
  readonly chats: () => Promise<readonly ChatSummary[]>
  readonly chat: (contactId: ContactId) => Promise<ChatSummary>
  readonly invite: (options: { readonly isReusable: boolean }) => Promise<MadeLink>
  /** Queues a text under an id that the page drew, so that asking twice sends once; what was begun there is then no more. */
  readonly sendText: (contactId: ContactId, text: string, options: SentText) => Promise<Message>
  /** Says what a message says to somebody else, or once more, marked as forwarded; under an id that the page drew. */
  readonly forward: (
    messageId: MessageId,
    to: ContactId,
    newMessageId: MessageId
  ) => Promise<Message>
  /** How one is told of a conversation on this device. */
  readonly chatNotices: (contactId: ContactId) => Promise<ChatNotices>
  readonly setChatNotices: (contactId: ContactId, notices: ChatNotices) => Promise<void>
  /** Which privacy notices were read in this home, the oldest first. */
  readonly noticesRead: () => Promise<readonly NoticeRead[]>
  /** Notes that one was. */
  readonly noteNotice: (version: number) => Promise<void>
  /** All of them. */
  readonly drafts: () => Promise<readonly KeptDraft[]>
  /** Keeps what is being written, sealed in the home. @param page whose it is: the others are told */
  readonly keepDraft: (contactId: ContactId, draft: Draft, page: string) => Promise<void>
  /** Notes that received messages were shown to the person; their senders may learn of it. */
  readonly markShown: (messages: readonly Message[]) => Promise<void>
  /** Makes a backup and proves it. @param passphrase undefined for the recovery phrase that this home keeps */
  readonly backUp: (passphrase: string | undefined) => Promise<MadeBackup>
  /** A recovery phrase that nobody has seen yet; `keepRecoveryPhrase` has backups sealed under it. */
  readonly drawRecoveryPhrase: () => Promise<string>
  /** Shows a code to another device, and resolves once that joined; events of type `linking` say how far it is. */
  readonly linkDevice: () => Promise<LinkedDevice>
  readonly answerDevice: (isWelcome: boolean) => Promise<void>
  /** Reads the code of a device, and resolves once that joined; events of type `linking` say how far it is. */
  readonly letIn: (code: string) => Promise<LinkedDevice>
  /** What the person typed of the digits that the device shows; undefined for no. */
  readonly answerDigits: (digits: string | undefined) => Promise<void>
  readonly stopLinking: () => Promise<void>
  /** Makes this copy of a home a device of its own. */
  readonly becomeNewDevice: () => Promise<void>
  /** Takes an own message back, and tells every page. */
  readonly recall: (messageId: MessageId) => Promise<Timeline>
  /** Dials every relay now, and does not wait until it would be tried again. */
  readonly reconnect: () => Promise<void>
  readonly addRelay: (address: string) => Promise<void>
  readonly testRelay: (address: string) => Promise<RelayReport>
}

/** Every name of `PeerApi`: what is not listed is refused. */
export const PEER_CALLS: readonly (keyof PeerApi)[] = [
  ...CLIENT_CALLS,
  ...FEEDBACK_CALLS,
  ...REPORT_CALLS,
  ...STORAGE_CALLS,
  'active',
  'addRelay',
  'answerAccount',
  'answerDevice',
  'answerDigits',
  'backUp',
  'becomeNewDevice',
  'changeWaysIn',
  'chat',
  'chatNotices',
  'chats',
  'create',
  'drafts',
  'drawRecoveryPhrase',
  'erase',
  'forward',
  'invite',
  'join',
  'keepDraft',
  'letIn',
  'linkDevice',
  'lock',
  'markShown',
  'noteNotice',
  'noticesRead',
  'recall',
  'reconnect',
  'restore',
  'sendText',
  'setChatNotices',
  'state',
  'stopJoining',
  'stopLinking',
  'testRelay',
  'unlock'
]

/** Why something was not done: its code and detail have a sentence in every language. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ErrorCode
  readonly detail: ErrorDetail | undefined

  constructor(code: ErrorCode, detail: ErrorDetail | undefined) {
    super(code)
    this.code = code
    this.detail = detail
  }
}
