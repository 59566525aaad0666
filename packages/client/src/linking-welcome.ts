/** What a device of the account does with one that asks to join, once the person answered: it is listed and welcomed, or refused. */
import { type PeerMachine, withDevice } from '@sealpost/core'
import { signDeviceList } from '@sealpost/crypto'
import {
  type AddressRecord,
  decodeDeviceList,
  type DeviceNumber,
  encodeDeviceList,
  encodeLinkWelcome,
  isSealpostError,
  type LinkGrant,
  type LinkHello,
  type SignedDeviceList
} from '@sealpost/protocol'
import type { Changes } from './changes.ts'
import type { ClientPorts } from './client-ports.ts'
import type { Correspondence, PeerDriver } from './correspondence.ts'
import { newDeviceNumber } from './device-number.ts'
import { atAny, type LinkingErrand } from './linking-errand.ts'

/** A device that joined. */
export interface LinkedDevice {
  readonly device: DeviceNumber
  readonly name: string
}

export interface LinkingHome {
  readonly ports: ClientPorts
  readonly driver: PeerDriver
  readonly correspondence: Correspondence
  readonly changes: Changes
  /** @throws where the client is closed or its store is being opened again */
  readonly machine: () => PeerMachine
}

/** Lists the device that asks, and tells it all that it needs to begin; resolves once it has begun, or its time is over. */
export async function welcomeDevice(
  home: LinkingHome,
  asking: LinkHello,
  errands: readonly LinkingErrand[],
  signal: AbortSignal
): Promise<LinkedDevice> {
  const grant = await makeGrant(home, asking, signal)
  const welcome = encodeLinkWelcome(grant)
  await atAny(errands, (errand) => errand.sayWelcome(asking.requestKey, welcome))
  await isHeard(home, grant.device, signal)
  return { device: grant.device, name: asking.name }
}

/** Tells the device that asks that it may not join. */
export async function refuseDevice(
  asking: LinkHello,
  errands: readonly LinkingErrand[]
): Promise<void> {
  const refusal = encodeLinkWelcome({ type: 'refused' })
  await atAny(errands, (errand) => errand.sayWelcome(asking.requestKey, refusal))
}

/** Lists the device, so that it is one of the account's before it knows; and says all that it needs to begin. */
async function makeGrant(
  home: LinkingHome,
  { name, registrationId }: LinkHello,
  signal: AbortSignal
): Promise<LinkGrant> {
  const { correspondence, driver, changes, machine } = home
  const identity = await correspondence.stores().identity()
  const { device, deviceList } = await addToList(home, registrationId)
  if (name !== '') {
    await driver.handle({ type: 'rename-device', atMs: driver.now(), device, name })
  }
  await changes.until(() => {
    const selfId = machine().self()?.contactId
    return selfId !== undefined && machine().isReachableBy(selfId)
  }, signal)
  await driver.handle({ type: 'expect-device', atMs: driver.now(), isGiven: true })
  const selfId = machine().self()?.contactId
  const own = selfId === undefined ? undefined : machine().ownAddress(selfId)
  const { account } = machine()
  const siblings = [...(own === undefined ? [] : [own]), ...siblingAddresses(machine())]
  return {
    type: 'granted',
    identityPublic: identity.publicKey,
    identityPrivate: identity.privateKey,
    ownerSecret: account.ownerSecret,
    device,
    deviceList,
    account: machine().accountState(),
    relays: account.relays,
    siblings
  }
}

function siblingAddresses(machine: PeerMachine): readonly AddressRecord[] {
  const selfId = machine.self()?.contactId
  const devices = selfId === undefined ? [] : machine.devices(selfId)
  return devices.flatMap((device) => {
    const record = selfId === undefined ? undefined : machine.theirAddress(selfId, device)
    return record === undefined ? [] : [record]
  })
}

async function addToList(
  { driver, correspondence, machine, ports }: LinkingHome,
  registrationId: number
): Promise<{ readonly device: DeviceNumber; readonly deviceList: SignedDeviceList }> {
  const { account } = machine()
  const list = decodeDeviceList(account.deviceList.body)
  const device = newDeviceNumber(list, account.device, ports.random)
  const addedAtMs = machine().networkTimeMs(driver.now())
  const body = encodeDeviceList(withDevice(list, { number: device, registrationId, addedAtMs }))
  const identity = await correspondence.stores().identity()
  const deviceList = { body, signature: await signDeviceList(ports.engine, { identity, body }) }
  const atMs = driver.now()
  await driver.handle({ type: 'device-list-signed', atMs, deviceList, granted: device })
  return { device, deviceList }
}

/** The new device said how it can be reached; or the time is over, and it may come later. */
async function isHeard(
  { changes, machine }: LinkingHome,
  device: DeviceNumber,
  signal: AbortSignal
): Promise<void> {
  try {
    await changes.until(() => {
      const selfId = machine().self()?.contactId
      return selfId !== undefined && machine().theirAddress(selfId, device) !== undefined
    }, signal)
  } catch (error) {
    if (!isSealpostError(error) || error.code !== 'SEALPOST_TIMEOUT') {
      throw error
    }
  }
}
