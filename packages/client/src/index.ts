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
export type { Device } from './devices.ts'
export type { LinkDeviceOptions, LinkedDevice, LinkingDevice } from './linking.ts'
export { joinAccount, type JoinedHome, type JoinOptions } from './linking-join.ts'
export type { RelayReport } from './relay-trial.ts'
export type { AcceptOptions, AddOptions, InviteOptions } from './people.ts'
export { type KeepWish, PINS_MAX } from './keeping.ts'
export type { LinkView, RequestView } from './people-views.ts'
export { type RestoredHome, restoreHome, type RestoreOptions } from './restore.ts'
export type { Found, SearchOptions } from './message-search.ts'
export type { PageOptions } from './message-reader.ts'
export type { ReceivedOptions, SendOptions } from './messages.ts'
export { type OpenOptions, SealpostClient } from './sealpost-client.ts'
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
