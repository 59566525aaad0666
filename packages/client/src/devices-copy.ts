/**
 * Makes a copy of a home another device of its account (the protocol's README, "Backup, restore, copies"). Two copies of one device
 * break each other's sessions: the one that was superseded stops, and goes on as a device of its own once the person says so.
 */
import {
  ALL_KEYS,
  BUNDLES_KEY,
  type Contact,
  contactOfKey,
  deviceKey,
  deviceOfKey,
  DEVICES_KEY,
  formerAddress,
  type Mutation,
  type PeerMachine,
  RENUMBERED_TABLES,
  renumberedContact,
  renumberedDevices,
  RenumberedMessages,
  renumberedProgress,
  type Row,
  type TableName,
  untoldAddress,
  withDevice
} from '@sealpost/core'
import { signDeviceList } from '@sealpost/crypto'
import {
  decodeDeviceList,
  type DeviceNumber,
  encodeDeviceList,
  type SignedDeviceList,
  type TransferId,
  transferIds,
  UsageError
} from '@sealpost/protocol'
import { deviceRows, makeRegistrationId } from './create-home.ts'
import type { PeerDriver } from './correspondence.ts'
import type { LinkingHome } from './linking-welcome.ts'
import { newDeviceNumber } from './device-number.ts'
import { rowPages } from './row-pages.ts'
import { sessionKey } from './staged-stores.ts'

const PAGE = 256

/**
 * Rewrites the home; nothing may be done with the client afterwards but to close it. Messages that were not delivered are sent by the
 * device that it becomes: the other copy need not have them.
 *
 * @throws UsageError `SEALPOST_USAGE` where nothing superseded this home, or all numbers are used up; StorageError
 */
export async function becomeNewDevice(home: LinkingHome): Promise<DeviceNumber> {
  const { driver, machine, ports } = home
  if (machine().stopped !== 'superseded') {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'no-other-copy' })
  }
  const { account } = machine()
  const identity = await home.correspondence.stores().identity()
  const nowMs = machine().networkTimeMs(driver.now())
  const made = await newDevice(home, nowMs)
  const others = decodeDeviceList(made.deviceList.body)
    .devices.map(({ number }) => number)
    .filter((device) => device !== made.device)
  // What the machine has yet to write is of the device that the home was: it must not come after what is written here.
  await driver.handle({ type: 'hand-over', atMs: driver.now() })
  // What was sent before is handed over page by page: a crash in between repeats it.
  const messages = new RenumberedMessages(account.device, (contactId) => {
    return isKnown(machine().contact(contactId))
  })
  for await (const rows of rowPages(driver, { table: 'message', ...ALL_KEYS, limit: PAGE })) {
    await commit(
      driver,
      rows.flatMap((row) => messages.take(row))
    )
  }
  const erased: Mutation[] = []
  for (const table of RENUMBERED_TABLES) {
    for await (const rows of rowPages(driver, { table, ...ALL_KEYS, limit: PAGE })) {
      erased.push(...rows.map(({ key }): Mutation => ({ type: 'erase', table, key })))
    }
  }
  const mutations = [
    ...erased,
    ...messages.indexes(),
    ...machine()
      .contacts()
      .filter(({ standing }) => standing === 'accepted')
      .map(({ contactId }) => untoldAddress(contactId)),
    ...sessionsOf(machine()),
    ...(await rewritten(driver, 'contact', (row) => {
      return renumberedContact(row, made.deviceList, messages.sentCount(contactOfKey(row.key)))
    })),
    ...blankProgress(machine(), messages),
    ...(await rewritten(driver, 'progress', ({ key, value }) => {
      return renumberedProgress(key, value, sentCountOf(machine(), messages, key))
    })),
    ...messages.copies(),
    ...formerAddresses(machine()),
    renumberedDevices(
      (await driver.read([{ table: 'account', key: DEVICES_KEY }])).values[0],
      {
        given: new Map(others.map((device) => [device, newTransferId(ports)])),
        asked: newTransferId(ports)
      },
      machine().self()?.contactId
    ),
    { type: 'erase', table: 'account', key: BUNDLES_KEY } as const,
    ...(await deviceRows(ports, { ...account, ...made, identity, createdAtMs: nowMs }, nowMs))
  ]
  await commit(driver, mutations)
  return made.device
}

async function newDevice(
  { correspondence, machine, ports }: LinkingHome,
  addedAtMs: number
): Promise<{
  readonly device: DeviceNumber
  readonly registrationId: number
  readonly deviceList: SignedDeviceList
}> {
  const { account } = machine()
  const list = decodeDeviceList(account.deviceList.body)
  const device = newDeviceNumber(list, account.device, ports.random)
  const registrationId = makeRegistrationId(ports.random)
  const body = encodeDeviceList(withDevice(list, { number: device, registrationId, addedAtMs }))
  const identity = await correspondence.stores().identity()
  const deviceList = { body, signature: await signDeviceList(ports.engine, { identity, body }) }
  return { device, registrationId, deviceList }
}

/** Whether somebody is written to, or will be once they are unblocked: what was on its way at the block goes on then. */
function isKnown(contact: Contact | undefined): boolean {
  const isBlocked = contact?.standing === 'blocked'
  return (isBlocked ? contact.standingBefore : contact?.standing) === 'accepted'
}

function newTransferId({ random }: LinkingHome['ports']): TransferId {
  return transferIds.fromBytes(random.bytes(16))
}

/** Every device of a contact gets what is sent on: those, too, of which nothing is held. */
function blankProgress(machine: PeerMachine, messages: RenumberedMessages): readonly Mutation[] {
  return messages.recipients().flatMap((contactId) =>
    machine.devices(contactId).map((device) => {
      return renumberedProgress(
        deviceKey(contactId, device),
        undefined,
        messages.sentCount(contactId)
      )
    })
  )
}

/** How many messages are sent on to the device of a progress row: none to one that the contact has no more. */
function sentCountOf(machine: PeerMachine, messages: RenumberedMessages, key: string): number {
  const contactId = contactOfKey(key)
  const isListed = machine.devices(contactId).includes(deviceOfKey(key))
  return isListed ? messages.sentCount(contactId) : 0
}

/** Sessions are told apart by whom they are with: all that there can be. */
function sessionsOf(machine: PeerMachine): readonly Mutation[] {
  const self = machine.self()
  const contacts = self === undefined ? machine.contacts() : [...machine.contacts(), self]
  return contacts.flatMap(({ contactId, identityKey }) =>
    machine.devices(contactId).map((device): Mutation => {
      return { type: 'erase', table: 'session', key: sessionKey({ identityKey, device }) }
    })
  )
}

function formerAddresses(machine: PeerMachine): readonly Mutation[] {
  const selfId = machine.self()?.contactId
  const record = machine.formerAddress()
  return selfId === undefined || record === undefined ? [] : [formerAddress(selfId, record)]
}

async function rewritten(
  driver: PeerDriver,
  table: TableName,
  rewrite: (row: Row) => Mutation
): Promise<readonly Mutation[]> {
  const mutations: Mutation[] = []
  for await (const rows of rowPages(driver, { table, ...ALL_KEYS, limit: PAGE })) {
    mutations.push(...rows.map(rewrite))
  }
  return mutations
}

/** To a machine that does nothing any more an input means nothing: the rows are all there is to it. */
function commit(driver: PeerDriver, mutations: readonly Mutation[]): Promise<void> {
  return driver.handle({ type: 'timeout', atMs: driver.now() }, mutations)
}
