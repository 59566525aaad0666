/** Accounts as they may be after years, as records, from a seed. */
import { randomBelow } from '@sealpost/core'
import { type SeededRandom, seededRandom } from '@sealpost/host/testing'
import {
  type AddressRecord,
  type BackupRecord,
  bytesToHex,
  type ContactState,
  type DeviceNumber,
  encodeDeviceList,
  type Held,
  type HistoryMessage,
  identityKeys,
  type LinkState,
  messageIds,
  nodeKeys,
  parseDeviceNumber,
  type Standing
} from '@sealpost/protocol'

const STANDINGS: readonly Standing[] = ['requested', 'pending', 'accepted', 'failed', 'blocked']
const TEXTS = ['hello', '', 'günaydın 👋🏽', '\u202egnp.exe', 'a\nb', 'x'.repeat(3_000)]

/** Contacts, links and messages in the order of a file. */
export function arbitraryHistory(
  seed: number,
  size: { readonly contacts: number; readonly messages: number }
): readonly BackupRecord[] {
  const random = seededRandom(seed)
  const contacts = Array.from({ length: size.contacts }, (_, at) => contactOf(random, at))
  const links = Array.from({ length: randomBelow(random, 4) }, () => linkOf(random))
  return [
    ...contacts.map((contact) => ({ type: 'contact' as const, contact })),
    ...links.map((link) => ({ type: 'link' as const, link })),
    ...contacts.flatMap((contact) =>
      messagesOf(random, contact, randomBelow(random, size.messages + 1))
    )
  ]
}

/** One conversation of so many messages, text of `textBytes` each. */
export function* longHistory(count: number, textBytes: number): Generator<BackupRecord> {
  const random = seededRandom(7)
  const contact = { ...contactOf(random, 0), standing: 'accepted' as const, held: [] }
  yield { type: 'contact', contact }
  for (let at = 1; at <= count; at++) {
    const isOwn = at % 2 === 0
    yield {
      type: 'message',
      message: {
        ...messageOf(random, contact, at * 1_000, isOwn, Math.ceil(at / 2)),
        kind: 'text',
        text: 'lorem ipsum '.repeat(Math.ceil(textBytes / 12)).slice(0, textBytes)
      }
    }
  }
}

function device(number: number): DeviceNumber {
  const parsed = parseDeviceNumber(number)
  if (parsed === undefined) {
    throw new Error(`${String(number)} is no device`)
  }
  return parsed
}

function identityOf(random: SeededRandom): ContactState['identityKey'] {
  const bytes = random.bytes(33)
  bytes[0] = 5
  return identityKeys.fromBytes(bytes)
}

function contactOf(random: SeededRandom, at: number): ContactState {
  const devices = [1, 2, 7].slice(0, 1 + randomBelow(random, 3)).map(device)
  const createdAtMs = 1_700_000_000_000 + at
  const body = encodeDeviceList({
    version: 1 + randomBelow(random, 9),
    devices: devices.map((number) => ({ number, registrationId: 5, addedAtMs: 1 })),
    removed: []
  })
  return {
    identityKey: identityOf(random),
    name: `contact ${String(at)}`,
    profileName: 'somebody',
    standing: STANDINGS[randomBelow(random, STANDINGS.length)] ?? 'accepted',
    verifiedAtMs: 0,
    direct: 'default',
    deviceList: { body, signature: random.bytes(64) },
    addresses: devices.map((number) => addressOf(random, number)),
    held: devices.map((number) => heldOf(random, number)),
    changedAtMs: createdAtMs,
    createdAtMs,
    requestText: '',
    replaces: undefined,
    isIdentityChanged: false,
    standingBefore: undefined,
    request: undefined
  }
}

function addressOf(random: SeededRandom, number: DeviceNumber): AddressRecord {
  return {
    version: 1 + randomBelow(random, 5),
    device: number,
    registrationId: 77,
    relays: [
      { nodeKey: nodeKeys.fromBytes(random.bytes(32)), addresses: ['/ip4/192.0.2.1/tcp/7700/ws'] }
    ],
    seed: random.bytes(32),
    seedEpoch: 2_900,
    phaseMs: 5,
    bundle: {
      signedPrekeyId: 1,
      signedPrekey: random.bytes(33),
      signedPrekeySignature: random.bytes(64),
      kyberPrekeyId: 1,
      kyberPrekey: random.bytes(1_569),
      kyberPrekeySignature: random.bytes(64),
      oneTimePrekey: undefined
    }
  }
}

function heldOf(random: SeededRandom, number: DeviceNumber): Held {
  const upTo = randomBelow(random, 6)
  const beyond = Array.from({ length: randomBelow(random, 3) }, (_, at) => {
    const first = upTo + 2 + at * 5
    return { first, last: first + randomBelow(random, 3) }
  })
  return { device: number, upTo, beyond }
}

function linkOf(random: SeededRandom): LinkState {
  return {
    id: bytesToHex(random.bytes(16)),
    kind: 'one-time',
    linkSecret: random.bytes(32),
    boxSeed: random.bytes(32),
    requestSecretKey: random.bytes(32),
    link: 'sealpost:i/AAAA',
    createdAtMs: 5,
    expiresAtMs: 1_900_000_000_000,
    state: 'used',
    usedBy: identityOf(random),
    endedAtMs: 9,
    servingDevice: device(1),
    relays: [
      { nodeKey: nodeKeys.fromBytes(random.bytes(32)), addresses: ['/ip4/192.0.2.1/tcp/7700/ws'] }
    ],
    changedAtMs: 9
  }
}

function messagesOf(
  random: SeededRandom,
  contact: ContactState,
  count: number
): readonly BackupRecord[] {
  let orderMs = 1_700_000_000_000
  let number = 0
  return Array.from({ length: count }, () => {
    orderMs += 1 + randomBelow(random, 10)
    // Some numbers are of what is not shown.
    number += 1 + randomBelow(random, 2)
    const isOwn = randomBelow(random, 2) === 0
    return { type: 'message', message: messageOf(random, contact, orderMs, isOwn, number) }
  })
}

function messageOf(
  random: SeededRandom,
  { identityKey, addresses }: ContactState,
  orderMs: number,
  isOwn: boolean,
  number: number
): HistoryMessage {
  const kind = isOwn ? 'text' : (['text', 'text', 'unreadable', 'notice'] as const)[orderMs % 4]
  const sender = addresses[randomBelow(random, addresses.length)]?.device ?? device(1)
  const isText = kind === 'text'
  return {
    identityKey,
    device: isOwn ? device(1) : sender,
    isOwn,
    number: isText ? number : 0,
    lastNumber: 0,
    messageId: isText ? messageIds.fromBytes(random.bytes(16)) : undefined,
    kind: kind ?? 'text',
    text: isText
      ? (TEXTS[randomBelow(random, TEXTS.length)] ?? '')
      : kind === 'notice'
        ? `device-added:${String(sender)}`
        : '',
    sentAtMs: kind === 'unreadable' ? 0 : orderMs - 5,
    storedAtMs: orderMs,
    orderMs,
    onRelayAtMs: isOwn ? orderMs + 1 : 0,
    deliveredAtMs: isOwn && number % 2 === 0 ? orderMs + 2 : 0,
    readAtMs: 0,
    withdrawnAtMs: isText && number % 5 === 0 ? orderMs + 3 : 0,
    isUnread: !isOwn && kind !== 'notice' && randomBelow(random, 4) === 0
  }
}
