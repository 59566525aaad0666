/**
 * A release of this client: its version, and the SHA-256 of every file. What stands in it is signed as it is written, by a key that lies
 * offline and whose public half is built into the service worker. A build that no key is pinned in is a development build: anyone may
 * have made it, and it says so.
 */

const FILES_MAX = 500
const TEXT_CHARS_MAX = 262_144
const SIGNATURES_MAX = 8
/** Keeps a signature of a release from being one of anything else. */
const SIGNED_PREFIX = 'sealpost release\n'

/** A release that may be trusted as far as it says. */
export interface Release {
  /** Three numbers: `1.2.3`. */
  readonly version: string
  /** Base64url of the SHA-256 of each file, by path: `/index.html`. */
  readonly files: ReadonlyMap<string, string>
  /** Whether a pinned key signed it; false for a development build. */
  readonly isSigned: boolean
  /** Base64url of the SHA-256 of what is signed: two releases that have the same are one. */
  readonly hash: string
  /** As it was served. */
  readonly text: string
}

/** Why a release is not taken. */
export type Refusal = 'malformed' | 'unsigned' | 'rollback' | 'file'

/** Thrown for a release, or a file of one, that is not taken. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal)
    this.refusal = refusal
  }
}

/** Base64url of the SHA-256. */
export async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', content)))
}

/** What a signature is of. */
export function signedBytes(release: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(SIGNED_PREFIX + release)
}

/**
 * Reads `release.json`: `{ "release": TEXT, "signatures": [{ "key", "signature" }] }`, where TEXT is JSON in turn.
 *
 * @param keys Base64url of the public keys (Ed25519) one of which must have signed it; none for a development build.
 * @throws ReleaseError `malformed`, `unsigned`
 */
export async function readRelease(text: string, keys: readonly string[]): Promise<Release> {
  const { release, signatures } = envelopeOf(text)
  const isSigned = await isSignedByOne(signedBytes(release), signatures, keys)
  if (keys.length > 0 && !isSigned) {
    throw new ReleaseError('unsigned')
  }
  const { version, files } = contentOf(release)
  return { version, files, isSigned, hash: await hashOf(signedBytes(release)), text }
}

/**
 * Whether `offered` takes the place of what is here: not what is here already.
 *
 * @throws ReleaseError `rollback` where it is not newer. Of development builds none is newer than another: the last one counts.
 */
export function isUpdate(offered: Release, installed: Release | undefined): boolean {
  if (installed === undefined) {
    return true
  }
  if (offered.hash === installed.hash) {
    return false
  }
  if (installed.isSigned && compareVersions(offered.version, installed.version) <= 0) {
    throw new ReleaseError('rollback')
  }
  return true
}

function compareVersions(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (ones?.[index] ?? 0) - (others?.[index] ?? 0)
    if (difference !== 0) {
      return difference
    }
  }
  return 0
}

interface Signature {
  readonly key: string
  readonly signature: string
}

function envelopeOf(text: string): {
  readonly release: string
  readonly signatures: readonly Signature[]
} {
  const value = text.length > TEXT_CHARS_MAX ? undefined : parse(text)
  if (
    value === undefined ||
    typeof value['release'] !== 'string' ||
    !Array.isArray(value['signatures']) ||
    value['signatures'].length > SIGNATURES_MAX
  ) {
    throw new ReleaseError('malformed')
  }
  const signatures: readonly unknown[] = value['signatures']
  return { release: value['release'], signatures: signatures.filter(isSignature) }
}

function isSignature(value: unknown): value is Signature {
  return (
    value instanceof Object &&
    'key' in value &&
    typeof value.key === 'string' &&
    'signature' in value &&
    typeof value.signature === 'string'
  )
}

function contentOf(release: string): Pick<Release, 'version' | 'files'> {
  const value = parse(release)
  const version = value?.['version']
  const files = Object.entries(value?.['files'] ?? {})
  const isWhole =
    typeof version === 'string' &&
    /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(version) &&
    files.length <= FILES_MAX &&
    files.every(isFile) &&
    files.some(([path]) => path === '/index.html')
  if (!isWhole) {
    throw new ReleaseError('malformed')
  }
  return { version, files: new Map(files as [string, string][]) }
}

function isFile([path, hash]: readonly [string, unknown]): boolean {
  return (
    /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/.test(path) &&
    typeof hash === 'string' &&
    /^[A-Za-z0-9_-]{43}$/.test(hash)
  )
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value instanceof Object ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

async function isSignedByOne(
  bytes: Uint8Array<ArrayBuffer>,
  signatures: readonly Signature[],
  keys: readonly string[]
): Promise<boolean> {
  for (const { key, signature } of signatures) {
    if (keys.includes(key) && (await isSignedBy(bytes, key, signature))) {
      return true
    }
  }
  return false
}

async function isSignedBy(
  bytes: Uint8Array<ArrayBuffer>,
  key: string,
  signature: string
): Promise<boolean> {
  try {
    const publicKey = await crypto.subtle.importKey('raw', fromBase64Url(key), 'Ed25519', false, [
      'verify'
    ])
    return await crypto.subtle.verify('Ed25519', publicKey, fromBase64Url(signature), bytes)
  } catch {
    // No key, no signature, or a browser that has no Ed25519: as good as unsigned.
    return false
  }
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** @throws DOMException for what is none */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
