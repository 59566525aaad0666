/** The wire and the vocabulary: what every other package of Sealpost says and how it is written in bytes. */
export {
  bytesToHex,
  hexToBytes,
  utf8ToBytes,
  bytesToUtf8,
  bytesToBase58,
  base58ToBytes,
  bytesToBase64url,
  base64urlToBytes,
  concatBytes,
  equalBytes,
  equalSecrets,
  bigEndian,
  fromBigEndian
} from './bytes.ts'
export type {
  Brand,
  IdParser,
  MailboxId,
  EnvelopeId,
  LinkId,
  MessageId,
  RequestId,
  StoreId,
  NodeKey,
  IdentityKey,
  ContactId,
  TransferId,
  OfferId,
  DeviceNumber,
  DeviceAddress
} from './identifiers.ts'
export {
  mailboxIds,
  envelopeIds,
  linkIds,
  messageIds,
  requestIds,
  storeIds,
  nodeKeys,
  identityKeys,
  contactIds,
  transferIds,
  offerIds,
  parseDeviceNumber
} from './identifiers.ts'
export {
  MAILBOX_PROTOCOL,
  MAILBOX_PROTOCOL_VERSION,
  DIRECT_PROTOCOL,
  OFFERS_ADDRESS,
  LABEL_PREFIX
} from './protocol-ids.ts'
export {
  FRAME_BYTES_MAX,
  FRAME_LENGTH_BYTES_MAX,
  FRAME_RECORDS_MAX,
  REQUEST_NUMBER_MAX,
  HEARTBEAT_MS,
  HEARTBEAT_MISSED_MAX,
  STALLED_READER_MS,
  SIZE_CLASSES,
  LIFETIMES_MS,
  REQUEST_SEALED_BYTES,
  CLAIMABLE_BYTES,
  REGISTRATIONS_MAX,
  SUBSCRIPTIONS_MAX,
  ACKS_MAX,
  CLAIMABLES_MAX,
  VERSIONS_MAX,
  OPERATOR_NOTICE_BYTES_MAX,
  OPERATOR_NOTICES_MAX,
  OPERATOR_TEXT_BYTES_MAX,
  DESK_LINK_LENGTH_MAX,
  WORK_BITS_MAX,
  UNACKED_ENVELOPES_MAX,
  UNACKED_BYTES_MAX,
  TOMBSTONES_MAX,
  DENIED_DELAY_MS,
  DENIED_PER_MINUTE_MAX,
  MAILBOX_IDLE_MS,
  CHALLENGE_PERIOD_MS,
  EPOCH_MS,
  RELAYS_MAX,
  RELAY_ADDRESSES_MAX,
  MULTIADDR_BYTES_MAX,
  EPOCH_SEARCH_MAX,
  DEVICES_MAX,
  REGISTRATION_ID_MAX,
  CONTENT_BYTES_MAX,
  TEXT_BYTES_MAX,
  EXCERPT_BYTES_MAX,
  EMOJI_BYTES_MAX,
  EARLIER_TEXTS_MAX,
  DELETIONS_MAX,
  STARS_MAX,
  TIMER_SECONDS_MAX,
  NAME_BYTES_MAX,
  REQUEST_TEXT_BYTES_MAX,
  PROGRESS_RANGES_MAX,
  DEVICE_LIST_BYTES_MAX,
  LINK_BYTES_MAX,
  LINK_TEXT_BYTES_MAX,
  SENT_COPY_BYTES_MAX,
  READ_MARKS_MAX,
  CONTACT_NAME_BYTES_MAX,
  CONTACT_ADDRESSES_MAX,
  REQUEST_SECRET_KEY_BYTES_MAX,
  HISTORY_PART_BYTES_MAX,
  RESEND_HASHES_MAX,
  RESEND_REQUEST_BYTES_MAX,
  LIVE_CONTENT_BYTES_MAX,
  PATH_CANDIDATES_MAX,
  LINK_HELLO_BYTES_MAX,
  LINK_WELCOME_BYTES_MAX,
  BACKUP_RECORD_BYTES_MAX,
  BACKUP_FORMAT_VERSION,
  HELD_ENVELOPES_MAX
} from './limits.ts'
export type { ErrorCode, ErrorDetail, ErrorKnowledge } from './errors.ts'
export {
  ERROR_CODES,
  SealpostError,
  UsageError,
  ConfigError,
  RefusedError,
  UnreachableError,
  ProtocolError,
  CryptoError,
  StorageError,
  isSealpostError
} from './errors.ts'
export { didYouMean } from './nearest-name.ts'
export { FrameDecoder, encodeFrames } from './frame.ts'
export type {
  Lifetime,
  Envelope,
  HeldEnvelope,
  MailboxPage,
  RelayInvite,
  Work,
  MailboxKind,
  MailboxRegistration,
  LinkRegistration,
  Registration,
  Subscription,
  Claimable,
  MailboxRequest,
  Outcome,
  SubscribeOutcome,
  Capacity,
  RelayLimits,
  RelayInfo,
  Refusal,
  RefusalReason,
  MailboxAnswer,
  MailboxPush,
  Heartbeat,
  ClientFrame,
  RelayFrame
} from './mailbox-verbs.ts'
export { isSubscribed } from './mailbox-verbs.ts'
export {
  decodeClientFrame,
  encodeClientFrame,
  decodeRelayFrame,
  encodeRelayFrame
} from './mailbox-codec.ts'
export type {
  Profile,
  AddressRecord,
  PrekeyBundle,
  OneTimePrekey,
  SignedDeviceList,
  DeviceList,
  Device
} from './address-record.ts'
export type {
  Content,
  FormerName,
  Here,
  ContentBody,
  TextContent,
  ReplyReference,
  EditContent,
  ReactionContent,
  TimerContent,
  RequestContent,
  AcceptContent,
  AddressUpdateContent,
  WithdrawalContent,
  UnavailableContent,
  SignedInvitation,
  Invitation
} from './content.ts'
export type { ConversationTimer } from './conversation-timer.ts'
export {
  MUTED_FOR_EVER_MS,
  type Shelf,
  SHELF_NAMES,
  type ShelfChoice,
  type ShelfName
} from './shelf.ts'
export type { Progress, NumberRange } from './progress.ts'
export type {
  OwnDeviceBody,
  SentCopyContent,
  ReadMarksContent,
  ReadMark,
  ContactStateContent,
  AccountStateContent,
  LinkStateContent,
  HistoryPartContent,
  HistoryRequestContent,
  DeletionContent,
  DeletedMessage,
  StarredMessage,
  StarsContent,
  Standing,
  DirectChoice,
  AskedRequest,
  ContactState,
  Held,
  AccountState,
  Settings,
  DeviceName,
  LinkState,
  LinkStage
} from './account-words.ts'
export { isLinkName } from './account-words-codec.ts'
export { isOwnDeviceBody } from './own-device-codec.ts'
export { isName } from './names.ts'
export { utf8Length } from './utf8-length.ts'
export { isEmoji } from './message-words-codec.ts'
export { decodeContent, encodeContent } from './content-codec.ts'
export {
  encodeAddressRecord,
  decodeAddressRecord,
  encodePrekeyBundle,
  decodePrekeyBundle
} from './address-codec.ts'
export { isAddressText } from './address-text.ts'
export {
  encodeDeviceList,
  decodeDeviceList,
  encodeSignedDeviceList,
  decodeSignedDeviceList
} from './device-list-codec.ts'
export {
  encodeInvitation,
  decodeInvitation,
  encodeSignedInvitation,
  decodeSignedInvitation
} from './invitation-codec.ts'
export type { ResendRequest } from './resend-request.ts'
export { encodeResendRequest, decodeResendRequest } from './resend-request.ts'
export type { LiveContent, LiveBody } from './live-content.ts'
export type { PathCandidate, PathEnd, PathWord } from './path-word.ts'
export { encodeLiveContent, decodeLiveContent } from './live-content.ts'
export type { LinkHello, LinkWelcome, LinkGrant } from './device-linking.ts'
export {
  encodeLinkHello,
  decodeLinkHello,
  encodeLinkWelcome,
  decodeLinkWelcome
} from './device-linking.ts'
export type { DirectFrame, DirectDeposit, DirectRefusal } from './direct-frame.ts'
export { encodeDirectFrame, decodeDirectFrame } from './direct-frame.ts'
export type {
  BackupRecord,
  BackupManifest,
  BackupIdentity,
  BackupAccount,
  BackupEnd,
  HistoryMessage,
  WordName,
  EarlierText,
  MessageReaction,
  HistoryKind
} from './backup-record.ts'
export { encodeBackupRecord, decodeBackupRecord } from './backup-codec.ts'
export { joinRecords, splitRecords } from './record-sequence.ts'
export {
  PADDING_LENGTH_BYTES,
  SEALED_OVERHEAD_BYTES,
  padTo,
  unpad,
  sizeClassFor
} from './padding.ts'
export type { RelayAddress } from './relay-address.ts'
export {
  relayMultihash,
  nodeKeyToPeerIdText,
  peerIdTextToNodeKey,
  parseRelayAddress,
  formatInvitedAddress,
  formatRelayAddress,
  INVITE_BYTES,
  webSocketMultiaddr
} from './relay-address.ts'
export type { WebRelease, WebReleaseSignature } from './web-release.ts'
export {
  WEB_RELEASE_PATH,
  WEB_RELEASE_CHARS_MAX,
  WEB_RELEASE_FILES_MAX,
  WEB_FILE_BYTES_MAX,
  parseWebRelease,
  webReleaseSignedText,
  compareWebVersions
} from './web-release.ts'
export type { WebPart, WebHeaderLack } from './web-headers.ts'
export { webHeaderLacks } from './web-headers.ts'
export {
  isTicketNumber,
  TICKET_CATEGORIES,
  TICKET_HOURS_MAX,
  TICKET_LINE_BYTES_MAX,
  TICKET_LINES_MAX,
  TICKET_STATES,
  TICKET_TEXT_BYTES_MAX,
  TICKET_VERSION_LENGTH_MAX,
  TICKET_WORDS_PER_DAY_MAX,
  type TicketCategory,
  ticketNumberOf,
  TICKETS_OPEN_MAX,
  type TicketState
} from './ticket-limits.ts'
export {
  isNoticeLanguage,
  isNoticeText,
  OPERATOR_NOTICE_ID_BYTES,
  type OperatorNotice
} from './operator-notice.ts'
export { formatTicketWord, isDeskText, parseTicketWord, type TicketWord } from './ticket-words.ts'
