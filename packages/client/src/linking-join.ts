/**
 * Joins an account as a new device: by the code that a device of the account shows, or by one that this device shows and a device of
 * the account reads (the protocol's README, "Linking a device").
 *
 * ```
 *   code read --hello, with a key of our own------> digits shown --welcome, sealed to that key--> account shown --yes--> home written
 *   hello made --mailboxes, hello--> code shown --> digits shown                                                --no--> nothing
 *                                                                --refused--> nothing
 * ```
 * When the home is opened it tells the other devices how to reach it; contacts, links and history come from them.
 */
import {
  committedSecret,
  comparisonDigits,
  formatLinkingCode,
  parseLinkingCode
} from '@sealpost/core'
import { makeRequestKey, type RequestKey, verifyDeviceList } from '@sealpost/crypto'
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
  type RelayAddress,
  SealpostError
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { makeRegistrationId, type Protection } from './create-home.ts'
import { CODE_MS, expired, linkingEnd } from './linking-end.ts'
import {
  atAny,
  closeErrands,
  destroyErrands,
  type LinkingErrand,
  openErrands
} from './linking-errand.ts'
import { checkNoHome, writeLinkedHome } from './linking-home.ts'

/** As much as a code has room for. */
const EXPIRY_SECONDS_MAX = 0xffff_ffff

/** With what protects the home that is made. */
export interface JoinOptions extends Protection {
  /** What this device is called, for the person to know it by; may be empty. */
  readonly name: string
  /** Shows six digits, which the other device shows too, or asks for. */
  readonly onDigits: (digits: string) => void
  /**
   * Asks whether it is the right account, before anything is made: whoever saw the code can offer one of their own. Not asked where it is
   * left out.
   */
  readonly onAccount?: ((account: OfferedAccount) => Promise<boolean>) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface AskToJoinOptions extends JoinOptions {
  /** Shows the code to the person, for the device of the account to read. */
  readonly onCode: (code: string) => void
}

/** An account that lets this device in. */
export interface OfferedAccount {
  /** What its person is called. */
  readonly name: string
  readonly identityKey: IdentityKey
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
 * Makes a home, in an empty store, of a device that joins an account whose device shows a code. The transport of the ports is not closed.
 *
 * @throws UsageError `SEALPOST_HOME_EXISTS`, `SEALPOST_LINK_INVALID`, `SEALPOST_LINK_EXPIRED`; RefusedError `SEALPOST_DENIED` where the
 * person said no at either device, or the code is not shown any more; UnreachableError; CryptoError for a welcome that makes no
 * sense; SealpostError `SEALPOST_TIMEOUT` when `signal` ends it; StorageError
 */
export async function joinAccount(
  ports: ClientPorts,
  codeText: string,
  options: JoinOptions
): Promise<JoinedHome> {
  const { linkSecret, expiresAtMs, relays } = parseLinkingCode(codeText, 'old')
  await checkNoHome(ports.open)
  const asking = makeAsking(ports, options)
  const errands = await openErrands(ports, relays, linkSecret, {
    signal: options.signal,
    prepare: async (errand) => {
      if (errand.info.timeMs > expiresAtMs) {
        throw expired()
      }
      await errand.listenAsNew(asking.requestKey.secretKey, asking.welcomed)
    }
  })
  try {
    await atAny(errands, (errand) => errand.sayHello(asking.hello))
    options.onDigits(comparisonDigits(linkSecret, asking.requestKey.publicKey))
    const bytes = await Promise.race([asking.welcome, aborted(options.signal)])
    return await enter(ports, asking, bytes, options)
  } finally {
    await closeErrands(errands)
  }
}

/**
 * Makes a home, in an empty store, of a device that joins an account whose device reads the code that this one shows. The transport of
 * the ports is not closed.
 *
 * @param relays where the two devices meet: 1 to 5, of which one that can be reached is enough.
 * @throws UsageError `SEALPOST_HOME_EXISTS`, `SEALPOST_LINK_EXPIRED` where nobody read the code and let this device in; RefusedError
 * `SEALPOST_DENIED` where the person said no at either device; UnreachableError; CryptoError for a welcome that makes no sense;
 * SealpostError `SEALPOST_TIMEOUT` when `signal` ends it; StorageError
 */
export async function askToJoin(
  ports: ClientPorts,
  relays: readonly RelayAddress[],
  options: AskToJoinOptions
): Promise<JoinedHome> {
  await checkNoHome(ports.open)
  const asking = makeAsking(ports, options)
  const linkSecret = committedSecret(asking.hello)
  const end = linkingEnd(ports, options.signal)
  let errands: readonly LinkingErrand[] = []
  try {
    errands = await openErrands(ports, relays, linkSecret, {
      signal: end.signal,
      prepare: async (errand) => {
        // The account's own secret is not known here yet.
        await errand.register(linkSecret)
        await errand.listenAsNew(asking.requestKey.secretKey, asking.welcomed)
        await errand.sayHello(asking.hello)
      }
    })
    options.onCode(
      formatLinkingCode({
        shownBy: 'new',
        linkSecret,
        expiresAtMs: expiryOf(errands),
        relays: errands.map(({ relay }) => relay)
      })
    )
    options.onDigits(comparisonDigits(linkSecret, asking.requestKey.publicKey))
    const bytes = await Promise.race([asking.welcome, end.over])
    return await enter(ports, asking, bytes, options)
  } finally {
    end.stop()
    await destroyErrands(errands)
  }
}

/** By the clocks of relays, of which the middle one counts: nothing told this device the time yet. */
function expiryOf(errands: readonly LinkingErrand[]): number {
  const times = errands.map(({ info }) => info.timeMs).sort((one, other) => one - other)
  const nowMs = times[times.length >> 1] ?? 0
  return Math.min(Math.floor((nowMs + CODE_MS) / 1_000), EXPIRY_SECONDS_MAX) * 1_000
}

/** What a device says and keeps while it asks to join. */
interface Asking {
  readonly registrationId: number
  readonly requestKey: RequestKey
  readonly hello: Uint8Array
  readonly welcome: Promise<Uint8Array>
  /** The first that comes counts. */
  readonly welcomed: (welcome: Uint8Array) => void
}

function makeAsking({ random }: ClientPorts, { name }: JoinOptions): Asking {
  const registrationId = makeRegistrationId(random)
  const requestKey = makeRequestKey(random)
  const { publicKey } = requestKey
  const code = random.bytes(16)
  const hello = encodeLinkHello({ requestKey: publicKey, name, registrationId, code })
  let welcomed: (welcome: Uint8Array) => void = () => undefined
  const welcome = new Promise<Uint8Array>((resolve) => {
    welcomed = resolve
  })
  return { registrationId, requestKey, hello, welcome, welcomed }
}

/** Takes a welcome, where the person wants that account. */
async function enter(
  ports: ClientPorts,
  { registrationId }: Asking,
  welcome: Uint8Array,
  options: JoinOptions
): Promise<JoinedHome> {
  const granted = readWelcome(welcome)
  const identityKey = await checkGrant(ports, granted, registrationId)
  const { name } = granted.account.profile
  const isWanted = await Promise.race([
    options.onAccount?.({ name, identityKey }) ?? true,
    aborted(options.signal)
  ])
  if (!isWanted) {
    throw new RefusedError('SEALPOST_DENIED', undefined, { detail: 'not-joined' })
  }
  await writeLinkedHome(ports, options, { ...granted, registrationId }, ports.clock.wallMs())
  return { name, identityKey, device: granted.device }
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
