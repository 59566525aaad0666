import fc from 'fast-check'
import {
  bytesToHex,
  identityKeys,
  isName,
  messageIds,
  requestIds,
  transferIds
} from '@sealpost/protocol'
import type {
  AccountState,
  BackupRecord,
  ContactState,
  HistoryMessage,
  WordName,
  LinkGrant,
  LinkState,
  OwnDeviceBody,
  Shelf,
  Standing
} from '@sealpost/protocol'
import {
  addressRecord,
  device,
  held,
  personName,
  profile,
  relays,
  signedDeviceList,
  text,
  emoji,
  reply
} from './arbitrary-content.ts'
import { bytes, id, record, safeInteger, uint32 } from './arbitrary-frames.ts'

const identityKey = id(identityKeys)

function optional<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(arbitrary, { nil: undefined })
}

export const accountState: fc.Arbitrary<AccountState> = record({
  profile,
  settings: record({
    lifetime: fc.constantFrom(2 as const, 3 as const),
    isTypingShown: fc.boolean(),
    isPresenceShown: fc.boolean(),
    isReadShown: fc.boolean(),
    isDirect: fc.boolean()
  }),
  deviceNames: fc.uniqueArray(record({ device, name: personName }), {
    maxLength: 4,
    selector: ({ device: number }) => number
  }),
  changedAtMs: safeInteger
})

const standing: fc.Arbitrary<Standing> = fc.constantFrom(
  'requested',
  'pending',
  'accepted',
  'failed',
  'blocked',
  'declined'
)

const time = fc.integer({ min: 1, max: 2 ** 48 - 1 })
const choice = record({ value: fc.oneof(fc.constant(0), time), changedAtMs: time })
const shelf: fc.Arbitrary<Shelf> = fc.record(
  { pinned: choice, muted: choice, archived: choice, unread: choice },
  { requiredKeys: [], noNullPrototype: true }
)

export const contactState: fc.Arbitrary<ContactState> = record({
  identityKey,
  name: fc.oneof(personName, fc.constant(`${'n'.repeat(64)} 2`)),
  profileName: fc.string({ maxLength: 30 }).filter(isName),
  standing,
  verifiedAtMs: safeInteger,
  direct: fc.constantFrom('default', 'on', 'off'),
  deviceList: optional(signedDeviceList),
  addresses: fc.uniqueArray(addressRecord, {
    maxLength: 3,
    selector: ({ device: number }) => number
  }),
  held,
  changedAtMs: safeInteger,
  createdAtMs: safeInteger,
  requestText: text(300),
  timer: record({ seconds: fc.integer({ min: 0, max: 31_622_400 }), changedAtMs: time }),
  shelf,
  replaces: optional(identityKey),
  isIdentityChanged: fc.boolean(),
  standingBefore: optional(standing),
  request: optional(
    record({
      requestId: id(requestIds),
      device,
      number: safeInteger,
      messageId: optional(id(messageIds)),
      sentAtMs: safeInteger,
      receivedAtMs: safeInteger,
      linkId: bytes(16).map(bytesToHex)
    })
  )
})

export const linkState: fc.Arbitrary<LinkState> = record({
  id: bytes(16).map(bytesToHex),
  kind: fc.constantFrom('one-time', 'public'),
  linkSecret: bytes(32),
  boxSeed: bytes(32),
  requestSecretKey: fc.uint8Array({ maxLength: 64 }),
  link: text(300),
  createdAtMs: safeInteger,
  expiresAtMs: safeInteger,
  state: fc.constantFrom('new', 'published', 'used', 'expired', 'revoked', 'closed'),
  usedBy: optional(identityKey),
  endedAtMs: safeInteger,
  servingDevice: device,
  relays: fc.oneof(relays, fc.constant([])),
  changedAtMs: safeInteger
})

/** Every word between the devices of one account. */
export const ownDeviceBody: fc.Arbitrary<OwnDeviceBody> = fc.oneof(
  record({
    type: fc.constant('sent-copy' as const),
    identityKey,
    content: fc.uint8Array({ maxLength: 300 })
  }),
  record({
    type: fc.constant('read-marks' as const),
    marks: fc.uniqueArray(record({ identityKey, device, upTo: safeInteger }), {
      minLength: 1,
      maxLength: 5,
      selector: (mark) => `${mark.identityKey} ${String(mark.device)}`
    })
  }),
  record({ type: fc.constant('contact-state' as const), contact: contactState }),
  record({ type: fc.constant('account-state' as const), account: accountState }),
  record({ type: fc.constant('link-state' as const), link: linkState }),
  record({
    type: fc.constant('history-part' as const),
    transferId: id(transferIds),
    index: uint32,
    isLast: fc.boolean(),
    totalCount: uint32,
    records: fc.uint8Array({ maxLength: 300 })
  }),
  record({
    type: fc.constant('history-request' as const),
    transferId: id(transferIds),
    sinceMs: safeInteger
  }),
  record({
    type: fc.constant('deletion' as const),
    messages: fc.uniqueArray(
      record({ identityKey, messageId: id(messageIds), isOwn: fc.boolean() }),
      { minLength: 1, maxLength: 3, selector: ({ messageId }) => messageId }
    )
  }),
  record({
    type: fc.constant('stars' as const),
    messages: fc.uniqueArray(
      record({ identityKey, messageId: id(messageIds), isOwn: fc.boolean(), star: choice }),
      { minLength: 1, maxLength: 3, selector: ({ messageId }) => messageId }
    )
  })
)

/** A grant that is never shortened. */
export const linkGrant: fc.Arbitrary<LinkGrant> = record({
  type: fc.constant('granted' as const),
  identityPublic: bytes(33),
  identityPrivate: bytes(32),
  ownerSecret: bytes(32),
  device,
  deviceList: signedDeviceList,
  account: accountState,
  relays: relays.map((all) => all.slice(0, 2)),
  siblings: fc.uniqueArray(addressRecord, {
    maxLength: 1,
    selector: ({ device: number }) => number
  })
})

const number: fc.Arbitrary<number> = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const wordName: fc.Arbitrary<WordName> = record({ sentAtMs: safeInteger, device, number })

/** What was said about a message, as far as anything was. */
const historyWords: fc.Arbitrary<Partial<HistoryMessage>> = fc
  .record({
    reply: optional(reply),
    isForwarded: optional(fc.constant(true)),
    fadeAfterS: optional(fc.integer({ min: 1, max: 31_622_400 })),
    fadesAtMs: optional(number),
    star: optional(choice),
    edit: optional(wordName),
    earlier: fc.array(
      fc.tuple(text(100), wordName, fc.boolean()).map(([said, name, isFirst]) => ({
        text: said,
        ...name,
        ...(isFirst ? { device: 0, number: 0 } : {})
      })),
      { maxLength: 10 }
    ),
    reactions: fc.uniqueArray(
      fc
        .tuple(fc.boolean(), emoji, wordName)
        .map(([isOwn, shown, name]) => ({ isOwn, emoji: shown, ...name })),
      { selector: ({ isOwn }) => isOwn }
    )
  })
  .map(
    ({ reply: answered, isForwarded, edit, earlier, reactions, fadeAfterS, fadesAtMs, star }) => ({
      ...(fadeAfterS === undefined ? {} : { fadeAfterS }),
      ...(fadesAtMs === undefined ? {} : { fadesAtMs }),
      ...(star === undefined ? {} : { star }),
      ...(answered === undefined ? {} : { reply: answered }),
      ...(isForwarded === undefined ? {} : { isForwarded }),
      ...(edit === undefined ? {} : { edit }),
      ...(earlier.length === 0 ? {} : { earlier }),
      ...(reactions.length === 0 ? {} : { reactions })
    })
  )

const plainMessage: fc.Arbitrary<HistoryMessage> = record({
  identityKey,
  device,
  isOwn: fc.boolean(),
  number: safeInteger,
  lastNumber: safeInteger,
  messageId: optional(id(messageIds)),
  kind: fc.constantFrom('text', 'unreadable', 'missing', 'notice'),
  text: text(300),
  sentAtMs: safeInteger,
  storedAtMs: safeInteger,
  orderMs: safeInteger,
  onRelayAtMs: safeInteger,
  deliveredAtMs: safeInteger,
  readAtMs: safeInteger,
  withdrawnAtMs: safeInteger,
  isUnread: fc.boolean()
})

const historyMessage: fc.Arbitrary<HistoryMessage> = fc
  .tuple(plainMessage, historyWords)
  .map(([plain, words]) => ({ ...plain, ...words }))

/** Every backup record but `unknown`. */
export const backupRecord: fc.Arbitrary<BackupRecord> = fc.oneof(
  record({
    type: fc.constant('manifest' as const),
    formatVersion: uint32,
    createdAtMs: safeInteger,
    identityKey,
    device,
    name: personName
  }),
  record({
    type: fc.constant('identity' as const),
    publicKey: bytes(33),
    privateKey: bytes(32),
    ownerSecret: bytes(32),
    deviceList: signedDeviceList,
    ownAddresses: fc.uniqueArray(addressRecord, {
      maxLength: 3,
      selector: ({ device: number }) => number
    })
  }),
  record({
    type: fc.constant('account' as const),
    account: accountState,
    relays: fc.oneof(relays, fc.constant([]))
  }),
  record({ type: fc.constant('contact' as const), contact: contactState }),
  record({ type: fc.constant('link' as const), link: linkState }),
  record({ type: fc.constant('message' as const), message: historyMessage }),
  record({
    type: fc.constant('end' as const),
    contactCount: safeInteger,
    messageCount: safeInteger,
    linkCount: safeInteger,
    digest: bytes(32)
  })
)
