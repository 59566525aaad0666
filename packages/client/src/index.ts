/** A person's messenger: make a home, open it, talk. */
export { makeRecoveryPhrase, parseRecoveryPhrase } from '@sealpost/crypto'
export type {
  PasskeyHandle,
  PasskeySecret,
  SlotKind,
  VaultChange,
  VaultSecret,
  WayIn
} from '@sealpost/crypto'
export { backupsToPrune, compareMessageKeys, type KeptBackup } from '@sealpost/core'
export type {
  MessageState,
  ProvenBackup,
  RecallState,
  RelayPhase,
  StopReason
} from '@sealpost/core'
export type { ArrivalOptions, ArrivalPlace } from './arrivals.ts'
export type {
  BackupOptions,
  BackupProgress,
  BackupSink,
  BackupStatus,
  BackupWish,
  ScheduledBackups
} from './backup.ts'
export type { ClientPorts } from './client-ports.ts'
export { createHome, type NewHome } from './create-home.ts'
export type { ExportedConversation, ExportedMessage } from './export.ts'
export type { ConversationSize, HomeStorage } from './home-storage.ts'
export type { Device } from './devices.ts'
export type { LinkDeviceOptions, LinkingDevice } from './linking.ts'
export { type AskingDevice, DIGIT_TRIES, type LetInOptions } from './linking-let-in.ts'
export type { LinkedDevice } from './linking-welcome.ts'
export {
  askToJoin,
  type AskToJoinOptions,
  joinAccount,
  type JoinedHome,
  type JoinOptions,
  type OfferedAccount
} from './linking-join.ts'
export type { RelayReport } from './relay-trial.ts'
export type { AcceptOptions, AddOptions, InviteOptions } from './people.ts'
export { type KeepWish, PINS_MAX } from './keeping.ts'
export type { LinkView, RequestView } from './people-views.ts'
export { type RestoredHome, restoreHome, type RestoreOptions } from './restore.ts'
export type { Found, SearchOptions } from './message-search.ts'
export type { PageOptions } from './message-reader.ts'
export type { ReceivedOptions, SendOptions } from './messages.ts'
export type { StarredOptions, StarredPage } from './stars.ts'
export { type OpenOptions, SealpostClient } from './sealpost-client.ts'
export { Desk, type TicketDecision } from './desk.ts'
export { isOpenTicket, type Ticket, type TicketCounts } from './desk-book.ts'
export { type NewReport, type Report, Reports } from './reports.ts'
export { type Desk as ReportDesk, desksOf } from './reports-home.ts'
export type { ReportWord } from './report-words.ts'
export { unlockHome } from './unlock-home.ts'
export { changeHomeWaysIn, readWaysIn } from './ways-in.ts'
export type {
  ClientEvent,
  Contact,
  EarlierText,
  Invite,
  Message,
  Profile,
  Reaction,
  Relay,
  Reply,
  Timeline
} from './views.ts'
export type { HeldData, HeldMailbox } from './held-data.ts'
