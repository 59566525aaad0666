/**
 * Resend requests, and what a contact says it holds and cannot have read. A home that was put back to an older state of itself gives
 * numbers, and keys of its sessions, that it gave before: the contact has something else under them.
 */
import {
  ciphertextOfOutbox,
  ciphertextsOfMessage,
  isHeldIn,
  keysUnder,
  type NamedCiphertexts
} from '@sealpost/core'
import { type SignalEngine, verifyDeviceList } from '@sealpost/crypto'
import {
  bytesToHex,
  type ContactId,
  decodeResendRequest,
  type DeviceNumber,
  type IdentityKey,
  isSealpostError,
  type ResendRequest
} from '@sealpost/protocol'
import type { PeerDriver } from './correspondence-contract.ts'
import { rowPages } from './row-pages.ts'

const PAGE = 64
/** Messages of a conversation, the newest ones, among which a ciphertext is looked for that is not on its way any more. */
const NEWEST = 128

/** What a resend request says; undefined for bytes that are none, and for a list that the account did not sign. */
export async function resendRequestOf(
  engine: SignalEngine,
  identityKey: IdentityKey,
  bytes: Uint8Array
): Promise<ResendRequest | undefined> {
  const request = decoded(bytes)
  const list = request?.deviceList
  const isSound = list === undefined || (await verifyDeviceList(engine, { identityKey, ...list }))
  return isSound ? request : undefined
}

function decoded(bytes: Uint8Array): ResendRequest | undefined {
  try {
    return decodeResendRequest(bytes)
  } catch (error) {
    if (isSealpostError(error)) {
      return undefined
    }
    throw error
  }
}

/** The numbers of all that is on its way to a contact. @throws StorageError */
export async function waitingNumbers(
  driver: PeerDriver,
  contactId: ContactId
): Promise<readonly number[]> {
  const waiting = await waitingCiphertexts(driver, contactId)
  return waiting.map(({ number }) => number)
}

/**
 * The numbers that a device says it holds, of which it could not read what this home said under them. One such tells that all else
 * that is on its way under such numbers is not there either.
 *
 * @param own this device. @throws StorageError
 */
export async function unheardNumbers(
  driver: PeerDriver,
  contactId: ContactId,
  own: DeviceNumber,
  { ciphertextHash, furtherHashes, progress }: ResendRequest
): Promise<readonly number[]> {
  const word = progress.find(({ device }) => device === own)
  const names = new Set(
    [ciphertextHash, ...furtherHashes].filter(({ length }) => length > 0).map(bytesToHex)
  )
  if (word === undefined || names.size === 0) {
    return []
  }
  const isNamed = ({ hashes }: NamedCiphertexts): boolean => hashes.some((hash) => names.has(hash))
  const waiting = (await waitingCiphertexts(driver, contactId)).filter(({ number }) => {
    return isHeldIn(word, number)
  })
  const shown = await driver.read([], {
    table: 'message',
    ...keysUnder(contactId),
    limit: NEWEST,
    isReversed: true
  })
  const told = shown.rows
    .map(({ value }) => ciphertextsOfMessage(value))
    .filter((message) => message !== undefined)
    .filter((message) => isNamed(message) && isHeldIn(word, message.number))
  const isOlder = told.length > 0 || waiting.some(isNamed)
  return isOlder ? [...waiting, ...told].map(({ number }) => number) : []
}

async function waitingCiphertexts(
  driver: PeerDriver,
  contactId: ContactId
): Promise<readonly NamedCiphertexts[]> {
  const waiting: NamedCiphertexts[] = []
  const range = { table: 'outbox' as const, ...keysUnder(contactId), limit: PAGE }
  for await (const rows of rowPages(driver, range)) {
    waiting.push(...rows.map(({ value }) => ciphertextOfOutbox(value)))
  }
  return waiting
}
