/**
 * Joins an account as a new device, by the code that a device of the account shows (the protocol's README, "Linking a device").
 *
 * ```
 *   code read --hello, with a key of our own--> digits shown --welcome, sealed to that key--> home written, all of it or nothing
 *                                                            --refused--> nothing
 * ```
 * When the home is opened it tells the other devices how to reach it; contacts, links and history come from them.
 */
import { comparisonDigits, parseLinkingCode } from '@sealpost/core'
import { makeRequestKey, verifyDeviceList } from '@sealpost/crypto'
import {
  CryptoError,
  decodeDeviceList,
  decodeLinkWelcome,
  type DeviceNumber,
  encodeLinkHello,
  type IdentityKey,
  identityKeys,
  isSealpostError,
  type LinkGrant,
  type LinkWelcome,
  RefusedError,
  SealpostError,
  UsageError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { makeRegistrationId, type Protection } from './create-home.ts'
import { atAny, openErrands } from './linking-errand.ts'
import { checkNoHome, writeLinkedHome } from './linking-home.ts'

/** With what protects the home that is made. */
export interface JoinOptions extends Protection {
  /** What this device is called, for the person to know it by; may be empty. */
  readonly name: string
  /** Shows six digits, which the other device shows too. */
  readonly onCode: (digits: string) => void
  readonly signal?: AbortSignal | undefined
}

/** What was joined. */
export interface JoinedHome {
  /** What the person is called. */
  readonly name: string
  readonly identityKey: IdentityKey
  /** This device, from now on. */
  readonly device: DeviceNumber
}

/**
 * Makes a home, in an empty store, of a device that joins an account. The transport of the ports is not closed.
 *
 * @throws UsageError `SEALPOST_HOME_EXISTS`, `SEALPOST_LINK_INVALID`, `SEALPOST_LINK_EXPIRED`; RefusedError `SEALPOST_DENIED` where the
 * person at the other device said no, or the code is not shown any more; UnreachableError; CryptoError for a welcome that makes no
 * sense; SealpostError `SEALPOST_TIMEOUT` when `signal` ends it; StorageError
 */
export async function joinAccount(
  ports: ClientPorts,
  codeText: string,
  options: JoinOptions
): Promise<JoinedHome> {
  const { linkSecret, expiresAtMs, relays } = parseLinkingCode(codeText)
  await checkNoHome(ports.open)
  const registrationId = makeRegistrationId(ports.random)
  const requestKey = makeRequestKey(ports.random)
  const hello = encodeLinkHello({
    requestKey: requestKey.publicKey,
    name: options.name,
    registrationId,
    code: ports.random.bytes(16)
  })
  let welcomed: (welcome: Uint8Array) => void = () => undefined
  const welcome = new Promise<Uint8Array>((resolve) => {
    welcomed = resolve
  })
  const errands = await openErrands(ports, relays, linkSecret, {
    signal: options.signal,
    prepare: async (errand) => {
      if (errand.info.timeMs > expiresAtMs) {
        throw new UsageError('SEALPOST_LINK_EXPIRED', undefined, { detail: 'linking-code' })
      }
      await errand.listenAsNew(requestKey.secretKey, welcomed)
    }
  })
  try {
    await atAny(errands, (errand) => errand.sayHello(hello))
    options.onCode(comparisonDigits(linkSecret, requestKey.publicKey))
    const bytes = await Promise.race([welcome, aborted(options.signal)])
    const granted = readWelcome(bytes)
    const identityKey = await checkGrant(ports, granted, registrationId)
    await writeLinkedHome(ports, options, { ...granted, registrationId }, ports.clock.wallMs())
    return { name: granted.account.profile.name, identityKey, device: granted.device }
  } finally {
    await Promise.allSettled(errands.map((errand) => errand.close()))
  }
}

function readWelcome(bytes: Uint8Array): LinkGrant {
  let welcome: LinkWelcome
  try {
    welcome = decodeLinkWelcome(bytes)
  } catch (cause) {
    if (!isSealpostError(cause)) {
      throw cause
    }
    throw new CryptoError('SEALPOST_MESSAGE_INVALID', 'the welcome cannot be read', { cause })
  }
  if (welcome.type === 'refused') {
    throw new RefusedError('SEALPOST_DENIED', undefined, { detail: 'not-let-in' })
  }
  return welcome
}

/** The list must be the account's, and name this device. */
async function checkGrant(
  { engine }: ClientPorts,
  { identityPublic, deviceList, device }: LinkGrant,
  registrationId: number
): Promise<IdentityKey> {
  const identityKey = identityKeys.fromBytes(identityPublic)
  const isSigned = await verifyDeviceList(engine, { identityKey, ...deviceList })
  const isListed =
    isSigned &&
    decodeDeviceList(deviceList.body).devices.some(
      (listed) => listed.number === device && listed.registrationId === registrationId
    )
  if (!isListed) {
    throw new CryptoError('SEALPOST_MESSAGE_INVALID', 'the account does not list this device')
  }
  return identityKey
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => {
      reject(new SealpostError('SEALPOST_TIMEOUT'))
    }
    signal?.addEventListener('abort', end)
    if (signal?.aborted === true) {
      end()
    }
  })
}
