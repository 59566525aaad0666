/**
 * Another device of an account, made by hand from the rows of the first: the same identity, a device list that names both, and
 * for each contact its address, numbers and mailboxes of its own.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  ACCOUNT_KEY,
  IDENTITY_KEY,
  readAccount,
  readIdentity,
  type Write,
  writeAccount,
  writeIdentity
} from '@sealpost/core'
import { signDeviceList } from '@sealpost/crypto'
import { createLibsignalEngine } from '@sealpost/crypto-libsignal'
import { seededRandom } from '@sealpost/host/testing'
import { decodeDeviceList, encodeDeviceList, EPOCH_MS, parseDeviceNumber } from '@sealpost/protocol'
import {
  ContactRowSchema,
  OwnAddressRowSchema,
  RelayRowSchema,
  ServedRelaySchema
} from '@sealpost/protocol/home'
import { bundleOf, rowsOf } from '../src/bundle-prekeys.ts'
import { rowsIn, vaultOf } from './home-rows.ts'
import type { TestHome, World } from './world.ts'

/**
 * Both homes are closed before and after: the first one's account names the new device too.
 *
 * @param isListed false for one that took the account's keys and signed no list.
 */
export async function addDevice(
  world: World,
  first: TestHome,
  name: string,
  number: number,
  isListed = true
): Promise<TestHome> {
  const second = await world.addHome(name)
  const [from, to] = [
    await vaultOf(first, world.nextSeed()),
    await vaultOf(second, world.nextSeed())
  ]
  const [accountRow, identityRow] = await from.getMany([
    { table: 'account', key: ACCOUNT_KEY },
    { table: 'account', key: IDENTITY_KEY }
  ])
  const device = parseDeviceNumber(number)
  if (accountRow === undefined || identityRow === undefined || device === undefined) {
    throw new Error('there is no account')
  }
  const engine = createLibsignalEngine()
  const nowMs = world.clock.wallMs()
  const identity = readIdentity(identityRow)
  const account = readAccount(accountRow)
  const random = seededRandom(world.nextSeed())
  const registrationId = 1_000 + number
  const known = decodeDeviceList(account.deviceList.body)
  const body = encodeDeviceList({
    version: known.version + 1,
    devices: [...known.devices, { number: device, registrationId, addedAtMs: nowMs }],
    removed: known.removed
  })
  const deviceList = isListed
    ? { body, signature: await signDeviceList(engine, { identity, body }) }
    : account.deviceList
  const prekeys = {
    signed: await engine.makeSignedPrekey(1, identity, nowMs),
    kyber: await engine.makeKyberPrekey(1, identity, nowMs)
  }
  const bundle = bundleOf(prekeys)
  const mailboxSecret = random.bytes(32)
  await to.commit([
    writeIdentity(identity),
    writeAccount({ ...account, device, registrationId, mailboxSecret, deviceList, bundle }),
    ...rowsOf(prekeys),
    ...(await rowsIn(from, 'contact')).flatMap(({ key, value }): readonly Write[] => {
      const contact = fromBinary(ContactRowSchema, value)
      contact.nextNumber = 1
      contact.lastOrderMs = 0
      const epoch = Math.floor(nowMs / EPOCH_MS) - 1
      const relays = account.relays.map(({ nodeKey, addresses }) =>
        create(ServedRelaySchema, {
          relay: create(RelayRowSchema, { nodeKey, addresses: [...addresses] }),
          fromEpoch: epoch
        })
      )
      const address = create(OwnAddressRowSchema, {
        version: 1,
        firstVersion: 1,
        madeAtMs: nowMs,
        signedPrekeyId: 1,
        seed: random.bytes(32),
        seedEpoch: epoch,
        phaseMs: 0,
        relays
      })
      return [
        { type: 'write', table: 'contact', key, value: toBinary(ContactRowSchema, contact) },
        { type: 'write', table: 'own-address', key, value: toBinary(OwnAddressRowSchema, address) }
      ]
    }),
    ...(await rowsIn(from, 'their-address')).map((row): Write => {
      return { type: 'write', table: 'their-address', ...row }
    })
  ])
  await from.commit([writeAccount({ ...account, deviceList })])
  await from.close()
  await to.close()
  return second
}
