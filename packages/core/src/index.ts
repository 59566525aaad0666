/** The machines: everything that decides, synchronous and pure. */
export { derive, sha256 } from './derive.ts'
export { invariant } from './invariant.ts'
export type {
  ClockInput,
  Machine,
  MachineEffect,
  MachineInput,
  Read,
  RecordsInput,
  StorageEffect,
  TimeoutInput
} from './machine.ts'
export { type Random, randomBelow } from './random.ts'
export {
  type Erase,
  type Mutation,
  ORDERED_TABLES,
  type PeerTable,
  type RangeQuery,
  type RelayTable,
  type Row,
  type RowKey,
  type TableName,
  type Write
} from './tables.ts'
export { type Backoff, backoffMs } from './time/backoff.ts'
export { Deadlines } from './time/deadlines.ts'
export { isWorkDone, WorkSearch, type WorkTarget } from './work.ts'

// The client's side.
export { BUNDLES_KEY } from './address/bundles.ts'
export { type MetAddress, metAddress, metContactAddress } from './address/met-rows.ts'
export { epochAt, linkSecrets, mailboxSecrets, type MailboxSecrets } from './address/seeds.ts'
export { depositSubject, registerSubject } from './address/seeds.ts'
export { DEFAULT_LIFETIME } from './delivery/outbox-item.ts'
export {
  ciphertextOfOutbox,
  ciphertextsOfMessage,
  isHeldIn,
  type NamedCiphertexts
} from './delivery/named-ciphertexts.ts'
export { seenRow } from './delivery/seen-ciphertexts.ts'
export {
  decodeLink,
  encodeLink,
  formatLink,
  inviterHash,
  type Link,
  type LinkKind,
  parseLink
} from './link/link.ts'
export type { LinkState, OwnLink, RequestBox } from './link/invitations.ts'
export { oneTimePrekeyRow, readOneTimePrekey } from './link/one-time-prekeys.ts'
export type { ClaimEnd } from './link/claim.ts'
export { AccountWriter, type AccountWriterOptions } from './device/account-writer.ts'
export {
  backupDueAtMs,
  backupsToPrune,
  isBackupOverdue,
  type KeptBackup
} from './device/backup-plan.ts'
export {
  BACKUP_KEY,
  type BackupSchedule,
  type BackupState,
  type ProvenBackup,
  readBackupState,
  writeBackupState
} from './device/backup-row.ts'
export {
  recordContacts,
  type RecordedContact,
  recordLinks,
  recordMessage
} from './device/recorded-rows.ts'
export { DEVICES_KEY, type OutgoingHistory } from './device/devices-row.ts'
export { historyKey, historyOfRow, knownRow } from './device/history-rows.ts'
export { joinedSelf } from './device/joined-self.ts'
export {
  committedSecret,
  comparisonDigits,
  formatLinkingCode,
  type LinkingCode,
  linkingMailbox,
  type LinkingMailbox,
  parseLinkingCode
} from './device/linking-code.ts'
export {
  formerAddress,
  RENUMBERED_TABLES,
  renumberedContact,
  renumberedDevices,
  renumberedProgress,
  untoldAddress
} from './device/renumbered-rows.ts'
export { RenumberedMessages } from './device/renumbered-messages.ts'
export type { StopReason } from './device/siblings.ts'
export { drawDeviceNumber, withDevice, withoutDevice } from './device/own-list.ts'
export type { HistoryProgress, HistoryStep } from './device/device-contract.ts'
export type { MailboxRight } from './address/mailbox-rights.ts'
export type { OwnMailbox } from './address/own-mailboxes.ts'
export {
  type Account,
  ACCOUNT_KEY,
  IDENTITY_KEY,
  readAccount,
  readIdentity,
  writeAccount,
  writeIdentity
} from './peer/account.ts'
export { type Contact, type ContactStanding, contactOfRow } from './peer/contacts.ts'
export type { ConversationNotice } from './peer/conversation-notice.ts'
export { deviceListIn } from './peer/contact-devices.ts'
export type { KnownDevices } from './peer/device-lists.ts'
export type { DirectOrigin, SealedInner } from './direct/direct-contract.ts'
export type { DirectMailbox } from './direct/direct-mailboxes.ts'
export { DEFAULT_SETTINGS } from './peer/settings.ts'
export type {
  AgainContent,
  AgainItem,
  CiphertextOfType,
  EnvelopeOrigin,
  NewInvitation,
  PeerAppEffect,
  PeerEffect,
  PeerInput,
  PeerNotice,
  ReceivedOwn,
  ReceivedRequest,
  RelayOrigin,
  Submission,
  SubmissionPart,
  WorkOrder
} from './peer/effects.ts'
export {
  ALL_KEYS,
  compareMessageKeys,
  contactOfKey,
  deviceKey,
  deviceOfKey,
  keysUnder,
  messageBounds,
  messageKey,
  numberIndexKey,
  outboxKey,
  ownIndexKey,
  prekeyKey,
  receivedIndexKey
} from './peer/keys.ts'
export {
  type MessageKindName,
  type MessageState,
  type RecallState,
  messageKeyOfOutbox,
  readMessage,
  stateOf,
  type StoredAt,
  type StoredMessage
} from './peer/messages.ts'
export type { DeletedName } from './conversation/deleted-name.ts'
export { chooseAnew } from './conversation/choices.ts'
export type { ChosenStar } from './device/star-words.ts'
export { PeerMachine } from './peer/peer-machine.ts'
export type { PeerOptions, PeerRows } from './peer/peer-rows.ts'
export type { HeardNotice } from './peer/operator-notices.ts'
export type { RelayPhase, RelaySession } from './peer/relay-session.ts'
export { inviteFor } from './address/relay-invite.ts'
export { blockedMailboxHash, type BlockedMailboxes } from './relay/blocked-mailboxes.ts'
export {
  type ByteAccounts,
  type ByteRateBounds,
  ByteRates,
  FRAME_COST_BYTES,
  TOO_SOON_COST_BYTES,
  VAIN_WORK_COST_BYTES
} from './relay/byte-rates.ts'
export { LOAD_STEPS, type LoadStep } from './relay/load.ts'
export { reserveBytesOf } from './relay/capacity.ts'
export { inviteHash, type KnownInvite, type KnownInvites } from './relay/known-invites.ts'
export type { RelayEffect, RelayInput, RelayNotice } from './relay/relay-contract.ts'
export { RelayMachine, type RelayStatus } from './relay/relay-machine.ts'
export type { RelaySetup } from './relay/relay-state.ts'
export { parseEnvelope, parseMailbox, parseTotals } from './relay/rows.ts'
export { RELAY_RESTORE_KEYS } from './relay/singletons.ts'
export {
  DEFAULT_RELAY_OPTIONS,
  MAILBOX_CACHE_SIZE_MIN,
  type MailboxQuota,
  type RelayOptions
} from './relay/options.ts'
export { isMuted, type ShelfWish } from './conversation/shelves.ts'
