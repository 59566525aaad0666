/** The rows by which a device that joins an account knows the others. */
import { create, toBinary } from '@bufbuild/protobuf'
import {
  type AccountState,
  type AddressRecord,
  contactIds,
  encodeSignedDeviceList,
  type IdentityKey,
  type SignedDeviceList
} from '@sealpost/protocol'
import {
  ContactRowSchema,
  ContactState,
  DevicesRowSchema,
  NamedDeviceSchema
} from '@sealpost/protocol/home'
import { TheirAddress } from '../address/their-address.ts'
import { deviceKey } from '../peer/keys.ts'
import type { Random } from '../random.ts'
import type { Write } from '../tables.ts'
import { DEVICES_KEY } from './devices-row.ts'

/** @param siblings how those of them that are known can be reached. */
export function joinedSelf(
  random: Random,
  self: {
    readonly identityKey: IdentityKey
    readonly deviceList: SignedDeviceList
    readonly siblings: readonly AddressRecord[]
    readonly account: AccountState
    readonly createdAtMs: number
    /** What they are to be told first, as `DevicesRow` names it. */
    readonly owed?: readonly string[]
  }
): readonly Write[] {
  const { identityKey, deviceList, siblings, account, createdAtMs, owed = [] } = self
  const contactId = contactIds.fromBytes(random.bytes(16))
  const contact = create(ContactRowSchema, {
    identityKey,
    state: ContactState.SELF,
    createdAtMs,
    deviceList: encodeSignedDeviceList(deviceList),
    nextNumber: 1
  })
  const devices = create(DevicesRowSchema, {
    owed: [...owed],
    accountChangedAtMs: account.changedAtMs,
    names: account.deviceNames.map((named) => create(NamedDeviceSchema, named))
  })
  return [
    {
      type: 'write',
      table: 'contact',
      key: contactId,
      value: toBinary(ContactRowSchema, contact)
    },
    {
      type: 'write',
      table: 'account',
      key: DEVICES_KEY,
      value: toBinary(DevicesRowSchema, devices)
    },
    ...siblings.map((record): Write => {
      const value = new TheirAddress(contactId, record).encode()
      return {
        type: 'write',
        table: 'their-address',
        key: deviceKey(contactId, record.device),
        value
      }
    })
  ]
}
