/**
 * Lets a new device into the account, from a device that is in it (the protocol's README, "Linking a device").
 *
 * ```
 *   code shown --hello--> name and digits shown --no--> refused
 *                                               --yes: listed, signed--> welcome --the new device writes--> done
 * ```
 * Whichever way it ends, the two mailboxes in which the devices met are destroyed.
 */
import { comparisonDigits, formatLinkingCode, type PeerMachine, withDevice } from '@sealpost/core'
import { signDeviceList } from '@sealpost/crypto'
import {
  type AddressRecord,
  decodeDeviceList,
  decodeLinkHello,
  type DeviceNumber,
  encodeDeviceList,
  encodeLinkWelcome,
  isSealpostError,
  type LinkGrant,
  type LinkHello,
  RefusedError,
  SealpostError,
  type SignedDeviceList,
  UsageError
} from '@sealpost/protocol'
import type { Changes } from './changes.ts'
import type { ClientPorts } from './client-ports.ts'
import type { Correspondence, PeerDriver } from './correspondence.ts'
import { newDeviceNumber } from './device-number.ts'
import { checkNotStopped } from './devices-stopped.ts'
import { atAny, type LinkingErrand, openErrands } from './linking-errand.ts'

/** A code holds for so long. */
const CODE_MS = 600_000

export interface LinkDeviceOptions {
  /** Ends the wait, and destroys the code. */
  readonly signal?: AbortSignal | undefined
  /** Shows the code to the person, for the new device to read. */
  readonly onCode: (code: string) => void
  /** Shows what a device calls itself, with the digits that it shows too; resolves to whether it may join. */
  readonly onAsk: (asking: LinkingDevice) => Promise<boolean>
}

/** A device that wants to join. */
export interface LinkingDevice {
  readonly name: string
  /** Six of them, to be compared with those on the other device. */
  readonly digits: string
}

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

/**
 * Shows a code, asks whether the device that read it may join, and resolves once that device has begun, or the code has expired.
 *
 * @throws UsageError `SEALPOST_LINK_EXPIRED` where nobody read the code, `SEALPOST_DEVICE_REMOVED`, `SEALPOST_SUPERSEDED`; RefusedError
 * `SEALPOST_DENIED` where the person said no; UnreachableError where no relay can be reached; SealpostError `SEALPOST_TIMEOUT` when the
 * signal ends it
 */
export async function linkDevice(
  home: LinkingHome,
  options: LinkDeviceOptions
): Promise<LinkedDevice> {
  const { driver, machine, ports } = home
  checkNotStopped(machine())
  const linkSecret = ports.random.bytes(32)
  const nowMs = machine().networkTimeMs(driver.now())
  const expiresAtMs = Math.floor((nowMs + CODE_MS) / 1_000) * 1_000
  const end = endOf(home, options.signal)
  let errands: readonly LinkingErrand[] = []
  try {
    let heard: (hello: LinkHello) => void = () => undefined
    const hello = new Promise<LinkHello>((resolve) => {
      heard = resolve
    })
    errands = await openErrands(ports, machine().account.relays, linkSecret, {
      signal: end.signal,
      prepare: async (errand) => {
        await errand.register()
        await errand.listenAsOld((bytes) => {
          readHello(bytes, heard)
        })
      }
    })
    const relays = errands.map(({ relay }) => relay)
    options.onCode(formatLinkingCode({ linkSecret, expiresAtMs, relays }))
    const asking = await Promise.race([hello, end.over])
    const digits = comparisonDigits(linkSecret, asking.requestKey)
    const isWelcome = await Promise.race([options.onAsk({ name: asking.name, digits }), end.over])
    if (!isWelcome) {
      const refusal = encodeLinkWelcome({ type: 'refused' })
      await atAny(errands, (errand) => errand.sayWelcome(asking.requestKey, refusal))
      throw new RefusedError('SEALPOST_DENIED', undefined, { detail: 'not-let-in' })
    }
    const grant = await makeGrant(home, asking, end.signal)
    const welcome = encodeLinkWelcome(grant)
    await atAny(errands, (errand) => errand.sayWelcome(asking.requestKey, welcome))
    await isHeard(home, grant.device, end.signal)
    return { device: grant.device, name: asking.name }
  } finally {
    end.stop()
    await leave(errands)
  }
}

function readHello(bytes: Uint8Array, heard: (hello: LinkHello) => void): void {
  try {
    heard(decodeLinkHello(bytes))
  } catch (error) {
    if (!isSealpostError(error)) {
      throw error
    }
  }
}

/** When a code is over: with its time, or when the caller says so. */
function endOf(
  { ports }: LinkingHome,
  given: AbortSignal | undefined
): {
  readonly signal: AbortSignal
  readonly over: Promise<never>
  readonly stop: () => void
} {
  const { signal, abort } = ports.abortable()
  let isExpired = false
  const cancelTimer = ports.clock.setTimer(CODE_MS, () => {
    isExpired = true
    abort()
  })
  given?.addEventListener('abort', abort)
  const over = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(
        isExpired
          ? new UsageError('SEALPOST_LINK_EXPIRED', undefined, { detail: 'linking-code' })
          : new SealpostError('SEALPOST_TIMEOUT')
      )
    })
  })
  // Nobody may be waiting when it ends.
  over.catch(() => undefined)
  if (given?.aborted === true) {
    abort()
  }
  const stop = (): void => {
    cancelTimer()
    given?.removeEventListener('abort', abort)
  }
  return { signal, over, stop }
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
  let own: AddressRecord | undefined
  await changes.until(() => {
    const selfId = machine().self()?.contactId
    const isThere = selfId !== undefined && machine().isReachableBy(selfId)
    own = isThere ? machine().ownAddress(selfId) : undefined
    return own !== undefined
  }, signal)
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

/** As far as relays answer; what stays holds nothing that is of use to anybody, and expires within the hour. */
async function leave(errands: readonly LinkingErrand[]): Promise<void> {
  await Promise.allSettled(
    errands.map(async (errand) => {
      await errand.destroy()
    })
  )
  await Promise.allSettled(errands.map((errand) => errand.close()))
}
