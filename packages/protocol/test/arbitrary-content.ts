import fc from 'fast-check'
import {
  EPOCH_MS,
  identityKeys,
  isEmoji,
  isName,
  messageIds,
  nodeKeys,
  parseDeviceNumber,
  REGISTRATION_ID_MAX,
  requestIds,
  TIMER_SECONDS_MAX,
  utf8ToBytes
} from '@sealpost/protocol'
import type {
  AddressRecord,
  Content,
  ContentBody,
  ConversationTimer,
  DeviceList,
  DeviceNumber,
  Held,
  Here,
  Invitation,
  NumberRange,
  PrekeyBundle,
  Profile,
  Progress,
  RelayAddress,
  ReplyReference,
  SignedDeviceList,
  SignedInvitation,
  UnavailableContent
} from '@sealpost/protocol'
import {
  addressText,
  bytes,
  id,
  longBytes,
  record,
  safeInteger,
  uint32
} from './arbitrary-frames.ts'

export const device: fc.Arbitrary<DeviceNumber> = fc
  .integer({ min: 1, max: 127 })
  .map((value) => parseDeviceNumber(value))
  .filter((value) => value !== undefined)

export const registrationId: fc.Arbitrary<number> = fc.integer({ min: 1, max: REGISTRATION_ID_MAX })

export const personName: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter(isName)

export const profile: fc.Arbitrary<Profile> = record({ name: personName })

const relay: fc.Arbitrary<RelayAddress> = record({
  nodeKey: id(nodeKeys),
  addresses: fc.array(addressText, { minLength: 1, maxLength: 3 })
})
export const relays: fc.Arbitrary<RelayAddress[]> = fc.uniqueArray(relay, {
  minLength: 1,
  maxLength: 5,
  selector: ({ nodeKey }) => nodeKey
})

function bundle(hasOneTimePrekey: boolean): fc.Arbitrary<PrekeyBundle> {
  return record({
    signedPrekeyId: uint32,
    signedPrekey: bytes(33),
    signedPrekeySignature: bytes(64),
    kyberPrekeyId: uint32,
    kyberPrekey: longBytes(1_569),
    kyberPrekeySignature: bytes(64),
    oneTimePrekey: hasOneTimePrekey
      ? record({ id: uint32, key: bytes(33) })
      : fc.constant(undefined)
  })
}

export const addressRecord: fc.Arbitrary<AddressRecord> = record({
  version: uint32,
  device,
  registrationId,
  relays,
  seed: bytes(32),
  seedEpoch: uint32,
  phaseMs: fc.integer({ min: 0, max: EPOCH_MS - 1 }),
  bundle: bundle(false)
})

export const deviceList: fc.Arbitrary<DeviceList> = fc
  .uniqueArray(device, { maxLength: 127 })
  .chain((numbers) =>
    record({
      version: uint32,
      devices: fc.array(record({ registrationId, addedAtMs: safeInteger }), {
        minLength: numbers.length,
        maxLength: numbers.length
      }),
      removedCount: fc.nat({ max: numbers.length })
    }).map(({ version, devices, removedCount }) => ({
      version,
      devices: numbers
        .slice(removedCount)
        .map((number, i) => ({ number, registrationId: 1, addedAtMs: 0, ...devices[i] })),
      removed: numbers.slice(0, removedCount)
    }))
  )

export const signedDeviceList: fc.Arbitrary<SignedDeviceList> = record({
  body: fc.uint8Array({ maxLength: 300 }),
  signature: bytes(64)
})

export const invitation: fc.Arbitrary<Invitation> = fc.boolean().chain((isFallback) =>
  record({
    expiresAtMs: safeInteger,
    isFallback: fc.constant(isFallback),
    device,
    registrationId,
    identityKey: id(identityKeys),
    bundle: bundle(!isFallback),
    requestKey: longBytes(1_216),
    boxSeed: bytes(32),
    relays: relays.map((all) => all.slice(0, 1)),
    profile
  })
)

export const signedInvitation: fc.Arbitrary<SignedInvitation> = record({
  body: fc.uint8Array({ maxLength: 300 }),
  signature: bytes(64)
})

/** A number, and ranges beyond it from gaps and lengths, each of at least one. */
const numbers: fc.Arbitrary<{ readonly upTo: number; readonly beyond: readonly NumberRange[] }> = fc
  .tuple(
    fc.nat({ max: 1_000_000 }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.nat({ max: 1_000 })), { maxLength: 6 })
  )
  .map(([upTo, steps]) => {
    const beyond: NumberRange[] = []
    let heldUpTo = upTo
    for (const [gap, more] of steps) {
      const first = heldUpTo + 1 + gap
      heldUpTo = first + more
      beyond.push({ first, last: heldUpTo })
    }
    return { upTo, beyond }
  })

export const progress: fc.Arbitrary<readonly Progress[]> = fc.uniqueArray(
  record({ device, numbers, readUpTo: safeInteger }).map(
    ({ device: number, numbers: { upTo, beyond }, readUpTo }): Progress => ({
      device: number,
      deliveredUpTo: upTo,
      deliveredBeyond: beyond,
      readUpTo
    })
  ),
  { maxLength: 4, selector: ({ device: number }) => number }
)

export const held: fc.Arbitrary<readonly Held[]> = fc.uniqueArray(
  record({ device, numbers }).map(({ device: number, numbers: held }) => ({
    device: number,
    ...held
  })),
  { maxLength: 4, selector: ({ device: number }) => number }
)

/** Ranges of which every other one is of the second list. */
const unavailable: fc.Arbitrary<UnavailableContent> = numbers
  .filter(({ beyond }) => beyond.length > 0)
  .map(({ beyond }) => ({
    type: 'unavailable',
    shown: beyond.filter((_, i) => i % 2 === 0),
    silent: beyond.filter((_, i) => i % 2 === 1)
  }))

export function text(byteLengthMax: number): fc.Arbitrary<string> {
  return fc
    .string({ unit: 'binary', maxLength: byteLengthMax / 4 })
    .filter((value) => value.isWellFormed() && utf8ToBytes(value).length <= byteLengthMax)
}

export const reply: fc.Arbitrary<ReplyReference> = record({
  messageId: id(messageIds),
  isOfSender: fc.boolean(),
  excerpt: text(256)
})

const timer: fc.Arbitrary<ConversationTimer> = record({
  seconds: fc.integer({ min: 0, max: TIMER_SECONDS_MAX }),
  changedAtMs: fc.integer({ min: 0, max: 2 ** 48 - 1 })
})

const editedText: fc.Arbitrary<string> = text(300).filter((value) => value !== '')

export const emoji: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter(isEmoji)

const numberedBody: fc.Arbitrary<ContentBody> = fc.oneof(
  record({ type: fc.constant('text' as const), text: text(300) }),
  record({
    type: fc.constant('text' as const),
    text: text(300),
    reply
  }),
  record({
    type: fc.constant('text' as const),
    text: text(300),
    isForwarded: fc.constant(true),
    fadeAfterS: fc.integer({ min: 1, max: TIMER_SECONDS_MAX })
  }),
  timer.map((chosen) => ({ type: 'timer' as const, ...chosen })),
  record({ type: fc.constant('edit' as const), messageId: id(messageIds), text: editedText }),
  record({
    type: fc.constant('reaction' as const),
    messageId: id(messageIds),
    isOfSender: fc.boolean(),
    emoji
  }),
  record({
    type: fc.constant('request' as const),
    requestId: id(requestIds),
    profile,
    address: addressRecord,
    deviceList: signedDeviceList,
    text: text(300)
  }),
  record({
    type: fc.constant('accept' as const),
    profile,
    address: addressRecord,
    deviceList: signedDeviceList
  }),
  record({
    type: fc.constant('address-update' as const),
    address: addressRecord,
    deviceList: fc.option(signedDeviceList, { nil: undefined })
  }),
  record({
    type: fc.constant('address-update' as const),
    address: fc.constant(undefined),
    deviceList: signedDeviceList
  }),
  record({ type: fc.constant('link-used' as const) }),
  record({
    type: fc.constant('withdrawal' as const),
    messageId: id(messageIds),
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  }),
  unavailable
)

const here: fc.Arbitrary<Here> = record({
  nodeKey: id(nodeKeys),
  addresses: fc.array(addressText, { maxLength: 3 }),
  validUntilMs: safeInteger
})

const common = { sentAtMs: safeInteger, progress }

/** Content with a number of its own, and such a body. */
export function numbered(body: fc.Arbitrary<ContentBody>): fc.Arbitrary<Content> {
  const said = record<Content>({
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    messageId: id(messageIds),
    ...common,
    body
  })
  return fc
    .tuple(said, fc.option(here, { nil: undefined }))
    .map(([all, where]) => (where === undefined ? all : { ...all, here: where }))
}

/** Every content that contacts say, but `unknown`. */
export const content: fc.Arbitrary<Content> = fc.oneof(
  {
    weight: 4,
    arbitrary: numbered(numberedBody)
  },
  {
    weight: 1,
    arbitrary: record<Content>({
      number: fc.constant(0),
      messageId: fc.constant(undefined),
      ...common,
      body: record({ type: fc.constantFrom('receipt' as const, 'link-used' as const) })
    })
  }
)
