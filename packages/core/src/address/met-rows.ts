/**
 * Rows of people who have met: each was told how the other is reached, and said so. A world can begin with them, without the links
 * and the words that it takes.
 */
import type { AddressRecord, ContactId, DeviceNumber } from '@sealpost/protocol'
import { invariant } from '../invariant.ts'
import type { Account } from '../peer/account.ts'
import { deviceKey } from '../peer/keys.ts'
import type { Random } from '../random.ts'
import type { Write } from '../tables.ts'
import { addressRecord } from './address-record.ts'
import { OwnAddress } from './own-address.ts'
import { OwnSeed } from './own-seed.ts'
import { TheirAddress } from './their-address.ts'

const FIRST_VERSION = 1

/** An address for a contact whose one device has it. */
export interface MetAddress {
  readonly row: Write
  readonly record: AddressRecord
}

/** How a contact's device reaches this account, whose mailboxes are yet to be registered. @param atMs in milliseconds since 1970. */
export function metAddress(
  { contactId, device }: { readonly contactId: ContactId; readonly device: DeviceNumber },
  account: Account,
  random: Random,
  atMs: number
): MetAddress {
  const own = new OwnAddress(contactId)
  const beginning = { contactId, version: FIRST_VERSION, madeAtMs: atMs }
  own.seed = OwnSeed.begin(random, beginning, account.relays)
  own.version = FIRST_VERSION
  own.signedPrekeyId = account.bundle.signedPrekeyId
  own.told = { version: FIRST_VERSION, number: 0, atMs }
  own.receiptedBy.add(device)
  const record = addressRecord(own.seed, FIRST_VERSION, account, atMs)
  invariant(record !== undefined, 'a seed that begins can be told of')
  const row = { type: 'write', table: 'own-address', key: contactId, value: own.encode() } as const
  return { row, record }
}

/** What a home holds of how a contact is reached. */
export function metContactAddress(contactId: ContactId, record: AddressRecord): Write {
  const key = deviceKey(contactId, record.device)
  const value = new TheirAddress(contactId, record).encode()
  return { type: 'write', table: 'their-address', key, value }
}
