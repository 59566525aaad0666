/**
 * Passkeys as a way in: an authenticator keeps a secret of its own, and answers a salt with 32 bytes that only it can make (WebAuthn's
 * extension `prf`). The answer goes to the peer, which derives a key from it, and is wiped here by whoever asked.
 *
 * `eval.first` is always given: an empty `prf` makes some authenticators fail. Where one fails with it all the same, the passkey is
 * made with an empty one, and then asked: some answer only then. One that was made without any answers nothing later.
 */
import type { PasskeyHandle, PasskeySecret, WayIn } from '@sealpost/client'

/** Why there is no answer. */
export type PasskeyProblem =
  /** The browser has no passkeys. */
  | 'unsupported'
  /** Not where the page was opened. */
  | 'address'
  /** The browser says that none of its passkeys can seal. */
  | 'lacking'
  /** This one cannot. */
  | 'no-prf'
  | 'cancelled'
  /** The authenticator failed, or the browser over it. */
  | 'failed'

export class PasskeyError extends Error {
  override readonly name = 'PasskeyError'
  readonly problem: PasskeyProblem

  constructor(problem: PasskeyProblem) {
    super(problem)
    this.problem = problem
  }
}

/** What is needed of a browser. */
export interface PasskeyBrowser {
  /** Undefined where it has no passkeys. */
  readonly credentials: Pick<CredentialsContainer, 'create' | 'get'> | undefined
  readonly hostname: string
  /** Whether it says itself that it does not know the extension. */
  readonly lacksPrf: () => Promise<boolean>
  readonly random: (bytes: number) => Uint8Array<ArrayBuffer>
}

type Asking = ReturnType<CredentialsContainer['get']>

const SALT_BYTES = 32
const ES256 = -7
const ED25519 = -8
const RS256 = -257
const TIMEOUT_MS = 120_000

/** This page's browser. */
export function thisBrowser(): PasskeyBrowser {
  const isThere = 'PublicKeyCredential' in globalThis && 'credentials' in navigator
  return {
    credentials: isThere ? navigator.credentials : undefined,
    hostname: location.hostname,
    lacksPrf,
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes))
  }
}

/** Why no passkey can be made or asked here, as far as that is known before; undefined where one may be. */
export function passkeyObstacle({
  credentials,
  hostname
}: Pick<PasskeyBrowser, 'credentials' | 'hostname'>): PasskeyProblem | undefined {
  if (credentials === undefined) {
    return 'unsupported'
  }
  // Passkeys belong to a name. Browsers take no number for one.
  return /^[\d.]+$/.test(hostname) || hostname.startsWith('[') ? 'address' : undefined
}

/** The same, and what only the browser knows. */
export async function findPasskeyObstacle(
  browser: Pick<PasskeyBrowser, 'credentials' | 'hostname' | 'lacksPrf'>
): Promise<PasskeyProblem | undefined> {
  const obstacle = passkeyObstacle(browser)
  return obstacle ?? ((await browser.lacksPrf()) ? 'lacking' : undefined)
}

/** Where the same page has a name, if it was opened at the number that each machine has for itself. */
export function namedAddress(href: string): string | undefined {
  const url = new URL(href)
  if (url.hostname !== '127.0.0.1' && url.hostname !== '[::1]') {
    return undefined
  }
  url.hostname = 'localhost'
  return url.href
}

/** Makes a passkey. @param known those that there are, which are not made again @throws PasskeyError */
export async function makePasskey(
  name: string,
  known: readonly PasskeyHandle[],
  browser: PasskeyBrowser
): Promise<PasskeySecret> {
  const credentials = usable(browser)
  if (await browser.lacksPrf()) {
    // Before there is one that is good for nothing.
    throw new PasskeyError('lacking')
  }
  const salt = new Uint8Array(known[0]?.salt ?? browser.random(SALT_BYTES))
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp: { name: 'Sealpost' },
    user: { id: browser.random(16), name, displayName: name },
    challenge: browser.random(32),
    pubKeyCredParams: [ES256, ED25519, RS256].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    excludeCredentials: known.map(descriptorOf),
    timeout: TIMEOUT_MS
  }
  const made = await withoutSaltIfNeeded(
    (prf) => credentials.create({ publicKey: { ...publicKey, extensions: { prf } } }),
    salt
  )
  const credentialId = new Uint8Array(made.rawId)
  const output = answerOf(made)
  return output === undefined
    ? askPasskey([{ credentialId, salt }], browser)
    : { credentialId, salt, output }
}

/** Asks for one of these passkeys. @throws PasskeyError */
export async function askPasskey(
  known: readonly PasskeyHandle[],
  browser: PasskeyBrowser
): Promise<PasskeySecret> {
  const credentials = usable(browser)
  const [first] = known
  if (first === undefined) {
    throw new PasskeyError('unsupported')
  }
  const each = known.map((one) => [base64Url(one.credentialId), { first: copyOf(one.salt) }])
  const answer = await asked(
    credentials.get({
      publicKey: {
        challenge: browser.random(32),
        allowCredentials: known.map(descriptorOf),
        userVerification: 'required',
        timeout: TIMEOUT_MS,
        extensions: {
          prf: {
            eval: { first: copyOf(first.salt) },
            evalByCredential: Object.fromEntries(each) as Record<string, { first: BufferSource }>
          }
        }
      }
    })
  )
  const output = answerOf(answer)
  if (output === undefined) {
    throw new PasskeyError('no-prf')
  }
  const credentialId = new Uint8Array(answer.rawId)
  const name = base64Url(credentialId)
  const salt = known.find((one) => base64Url(one.credentialId) === name)?.salt ?? first.salt
  return { credentialId, salt, output }
}

/** Asks for a passkey of these ways in, where there is one, and wipes its answer when `use` is done. @throws PasskeyError */
export async function withPasskey<Result>(
  ways: readonly WayIn[],
  use: (passkey: PasskeySecret | undefined) => Promise<Result>
): Promise<Result> {
  const known = passkeysOf(ways)
  const passkey = known.length === 0 ? undefined : await askPasskey(known, thisBrowser())
  try {
    return await use(passkey)
  } finally {
    passkey?.output.fill(0)
  }
}

export function passkeysOf(ways: readonly WayIn[]): readonly PasskeyHandle[] {
  return ways.flatMap(({ passkey }) => (passkey === undefined ? [] : [passkey]))
}

async function withoutSaltIfNeeded(
  create: (prf: AuthenticationExtensionsPRFInputs) => Asking,
  salt: Uint8Array<ArrayBuffer>
): Promise<PublicKeyCredential> {
  try {
    return await asked(create({ eval: { first: salt } }))
  } catch (error) {
    if (error instanceof PasskeyError && error.problem === 'failed') {
      return asked(create({}))
    }
    throw error
  }
}

/** @throws PasskeyError `cancelled` where the person, or nobody, said no */
async function asked(asking: Asking): Promise<PublicKeyCredential> {
  try {
    const credential = await asking
    if (credential) {
      return credential as PublicKeyCredential
    }
  } catch (error) {
    const name = error instanceof Error || error instanceof DOMException ? error.name : ''
    switch (name) {
      case 'NotAllowedError':
      case 'AbortError':
      case 'InvalidStateError':
        break
      case 'SecurityError':
        throw new PasskeyError('address')
      case 'ConstraintError':
      case 'NotReadableError':
      case 'NotSupportedError':
      case 'UnknownError':
        throw new PasskeyError('failed')
      default:
        throw error
    }
  }
  throw new PasskeyError('cancelled')
}

function answerOf(credential: PublicKeyCredential): Uint8Array | undefined {
  const first = credential.getClientExtensionResults().prf?.results?.first
  if (first === undefined) {
    return undefined
  }
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first)
  return bytes.length === SALT_BYTES ? bytes : undefined
}

/** Not every browser can say so; one that cannot is asked for a passkey, and shows it then. */
async function lacksPrf(): Promise<boolean> {
  try {
    const capabilities: Readonly<Record<string, boolean | undefined>> =
      await PublicKeyCredential.getClientCapabilities()
    return capabilities['extension:prf'] === false
  } catch {
    return false
  }
}

function usable(browser: PasskeyBrowser): Pick<CredentialsContainer, 'create' | 'get'> {
  const obstacle = passkeyObstacle(browser)
  if (obstacle !== undefined || browser.credentials === undefined) {
    throw new PasskeyError(obstacle ?? 'unsupported')
  }
  return browser.credentials
}

function descriptorOf({ credentialId }: PasskeyHandle): PublicKeyCredentialDescriptor {
  return { type: 'public-key', id: copyOf(credentialId) }
}

function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
