/**
 * Branded identifiers. Each is made only by its parser here, so that a string of the right type has the right shape.
 * Binary ids are lower-case hex: they compare, sort and serve as keys of a `Map` or a store as they are.
 */
import { bytesToHex, hexToBytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

declare const brand: unique symbol

/** A string that only a parser makes. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name }

/** 32 bytes: a mailbox at one relay, in one epoch. */
export type MailboxId = Brand<string, 'MailboxId'>
/** 16 bytes: one envelope in one mailbox. */
export type EnvelopeId = Brand<string, 'EnvelopeId'>
/** 32 bytes: a link at one relay. */
export type LinkId = Brand<string, 'LinkId'>
/** 16 bytes: a message, the same for all devices it goes to. */
export type MessageId = Brand<string, 'MessageId'>
/** 16 bytes: a guest's request. */
export type RequestId = Brand<string, 'RequestId'>
/** 16 bytes: a store of a relay, drawn when it is created or restored. */
export type StoreId = Brand<string, 'StoreId'>
/** 32 bytes: an Ed25519 public key of a libp2p node. */
export type NodeKey = Brand<string, 'NodeKey'>
/** 33 bytes: a Signal identity key, the type byte included. */
export type IdentityKey = Brand<string, 'IdentityKey'>
/** 16 random bytes by which this home alone names a contact. */
export type ContactId = Brand<string, 'ContactId'>
/** 16 random bytes: one transfer of history between two devices of an account. */
export type TransferId = Brand<string, 'TransferId'>
/** 16 random bytes: one offer of a path, and all that is said about it. */
export type OfferId = Brand<string, 'OfferId'>

/** Makes ids of one kind, and is the only thing that does. */
export interface IdParser<Id> {
  /** What such an id is called in a sentence, without its article. */
  readonly noun: string
  /** How many bytes the id has. */
  readonly byteLength: number
  /** @throws ProtocolError `SEALPOST_MALFORMED_ID` for any other length. */
  readonly fromBytes: (bytes: Uint8Array) => Id
  /** @returns undefined where `text` is not this id in hex. */
  readonly fromHex: (text: string) => Id | undefined
  /** The id's bytes, in a new array. */
  readonly toBytes: (id: Id) => Uint8Array
}

function parser<Id extends string>(noun: string, byteLength: number): IdParser<Id> {
  const pattern = new RegExp(`^[0-9a-f]{${String(byteLength * 2)}}$`)
  return {
    noun,
    byteLength,
    fromBytes(bytes) {
      if (bytes.length !== byteLength) {
        throw new ProtocolError(
          'SEALPOST_MALFORMED_ID',
          `a ${noun} has ${String(byteLength)} bytes, not ${String(bytes.length)}`
        )
      }
      return bytesToHex(bytes) as Id
    },
    fromHex(text) {
      return pattern.test(text) ? (text as Id) : undefined
    },
    toBytes: hexToBytes
  }
}

export const mailboxIds: IdParser<MailboxId> = parser('mailbox id', 32)
export const envelopeIds: IdParser<EnvelopeId> = parser('envelope id', 16)
export const linkIds: IdParser<LinkId> = parser('link id', 32)
export const messageIds: IdParser<MessageId> = parser('message id', 16)
export const requestIds: IdParser<RequestId> = parser('request id', 16)
export const storeIds: IdParser<StoreId> = parser('store id', 16)
export const nodeKeys: IdParser<NodeKey> = parser('node key', 32)
export const identityKeys: IdParser<IdentityKey> = parser('identity key', 33)
export const contactIds: IdParser<ContactId> = parser('contact id', 16)
export const transferIds: IdParser<TransferId> = parser('transfer id', 16)
export const offerIds: IdParser<OfferId> = parser('offer id', 16)

/** A device of an account: one Signal session for each pair of devices. */
export type DeviceNumber = Brand<number, 'DeviceNumber'>

/** @returns undefined where `value` is no integer from 1 to 127. */
export function parseDeviceNumber(value: number): DeviceNumber | undefined {
  return Number.isInteger(value) && value >= 1 && value <= 127 ? (value as DeviceNumber) : undefined
}

/** A Signal address: an account's identity key and one of its devices. */
export interface DeviceAddress {
  readonly identityKey: IdentityKey
  readonly device: DeviceNumber
}
