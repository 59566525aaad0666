/** Keys of a home's rows: fixed widths, so that they sort as what they are made of. */
import type { ContactId, DeviceNumber, IdentityKey, MessageId } from '@sealpost/protocol'

const HEX_NUMBER_WIDTH = 12

/** A whole number below 2^48. */
function keyNumber(value: number): string {
  return value.toString(16).padStart(HEX_NUMBER_WIDTH, '0')
}

export function deviceKey(contactId: ContactId, device: DeviceNumber): string {
  return `${contactId}.${device.toString(16).padStart(2, '0')}`
}

/** Key of a session's row. */
export function sessionKey(identityKey: IdentityKey, device: DeviceNumber): string {
  return `${identityKey}.${String(device)}`
}

export function outboxKey(contactId: ContactId, device: DeviceNumber, number: number): string {
  return `${deviceKey(contactId, device)}.${keyNumber(number)}`
}

/** Key in `recall` of an own message by its number. */
export function recallKey(contactId: ContactId, number: number): string {
  return `${contactId}.${keyNumber(number)}`
}

/** Where a message stands in its conversation. Own messages have the high bit of the device set: both sides may have a device 1. */
export function messageKey(
  contactId: ContactId,
  orderMs: number,
  sender: { readonly device: DeviceNumber; readonly isOwn: boolean },
  number: number
): string {
  const device = sender.device + (sender.isOwn ? 0x80 : 0)
  return `${contactId}.${keyNumber(orderMs)}.${device.toString(16).padStart(2, '0')}.${keyNumber(number)}`
}

/**
 * Orders messages of one conversation, which may have gone on under another identity: by their place in time, and of one time by
 * their keys.
 */
export function compareMessageKeys(a: string, b: string): number {
  const [atA, atB] = [a.slice(33, 45), b.slice(33, 45)]
  return atA === atB ? (a < b ? -1 : a === b ? 0 : 1) : atA < atB ? -1 : 1
}

/** Where the message of a key made by `messageKey` stands in its conversation. */
export function orderOfMessageKey(key: string): number {
  return Number.parseInt(key.slice(33, 45), 16)
}

/** Key in `message-index` of an own message by its number. */
export function numberIndexKey(contactId: ContactId, number: number): string {
  return `own.${contactId}.${keyNumber(number)}`
}

/** Key in `message-index` of a message that another own device sent, by its number. */
export function siblingIndexKey(
  contactId: ContactId,
  device: DeviceNumber,
  number: number
): string {
  return `own.${deviceKey(contactId, device)}.${keyNumber(number)}`
}

/** Key in `message-index` of a withdrawal or a timer that this device sent, by its number: it has no row as a message. */
export function withdrawalIndexKey(
  contactId: ContactId,
  device: DeviceNumber,
  number: number
): string {
  return `withdrawal.${deviceKey(contactId, device)}.${keyNumber(number)}`
}

/** Key in `message-index` of the message that an edit or a reaction of an own device is about, by the number of that. */
export function wordIndexKey(contactId: ContactId, device: DeviceNumber, number: number): string {
  return `word.${deviceKey(contactId, device)}.${keyNumber(number)}`
}

/** Key in `fade` of a message that goes at a time. */
export function fadeKey(atMs: number, key: string): string {
  return `${keyNumber(atMs)}.${key}`
}

/** When the message of a key made by `fadeKey` goes. */
export function timeOfFade(key: string): number {
  return Number.parseInt(key.slice(0, HEX_NUMBER_WIDTH), 16)
}

/** The message's own key. */
export function messageKeyOfFade(key: string): string {
  return key.slice(HEX_NUMBER_WIDTH + 1)
}

/** Key in `message-index` of an own message by its id. */
export function ownIndexKey(messageId: MessageId): string {
  return `sent.${messageId}`
}

/** Key in `message-index` of a received message: apart from our own, whose ids the contact knows. */
export function receivedIndexKey(messageId: MessageId): string {
  return `received.${messageId}`
}

/** Key of a prekey's row, in whichever of the tables of prekeys. */
export function prekeyKey(id: number): string {
  return id.toString(16).padStart(8, '0')
}

/** Bounds of all keys that begin with `prefix` and a dot. */
export function keysUnder(prefix: string): { readonly from: string; readonly to: string } {
  return { from: `${prefix}.`, to: `${prefix}/` }
}

/** Bounds of all keys of a table. */
export const ALL_KEYS: { readonly from: string; readonly to: string } = { from: '', to: '\u007f' }

/**
 * Bounds of the keys of a conversation's messages since a time, and before the message of a key, which may be another
 * conversation's: of one time the greater key comes first there. An empty key is after all others.
 */
export function messageBounds(
  contactId: ContactId,
  { sinceMs, beforeKey }: { readonly sinceMs: number; readonly beforeKey: string }
): { readonly from: string; readonly to: string } {
  const from = `${contactId}.${keyNumber(sinceMs)}`
  if (beforeKey === '') {
    return { from, to: keysUnder(contactId).to }
  }
  const other = contactOfKey(beforeKey)
  const sameTime = `${contactId}.${keyNumber(orderOfMessageKey(beforeKey))}`
  const afterTime = contactId < other ? keysUnder(sameTime).to : keysUnder(sameTime).from
  return { from, to: contactId === other ? beforeKey : afterTime }
}

/** The contact that a key begins with. */
export function contactOfKey(key: string): ContactId {
  return key.slice(0, 32) as ContactId
}

/** The device of a key made by `deviceKey`, or of a longer one that begins with it. */
export function deviceOfKey(key: string): DeviceNumber {
  return Number.parseInt(key.slice(33, 35), 16) as DeviceNumber
}

/** The number of a key made by `outboxKey`. */
export function numberOfOutboxKey(key: string): number {
  return Number.parseInt(key.slice(36, 48), 16)
}
