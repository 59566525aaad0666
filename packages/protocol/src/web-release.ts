/**
 * A release of the web client, as its host names it in `release.json`: its version, and the SHA-256 of every file. Whoever keeps a release
 * and whoever compares one read the same; who signed it they find out with the means of their platform.
 */

/** Where the host has it. */
export const WEB_RELEASE_PATH = '/release.json'
/** Of `release.json`, in characters. */
export const WEB_RELEASE_CHARS_MAX = 262_144
/** Files that a release names. */
export const WEB_RELEASE_FILES_MAX = 500
/** Of one file, uncompressed. */
export const WEB_FILE_BYTES_MAX: number = 32 * 1024 * 1024

const SIGNATURES_MAX = 8
/** Keeps a signature of a release from being one of anything else. */
const SIGNED_PREFIX = 'sealpost release\n'

/** What a host says of what it serves. Nothing of it is proven yet. */
export interface WebRelease {
  /** Three numbers: `1.2.3`. */
  readonly version: string
  /** Base64url of the SHA-256 of each file, by path: `/index.html`. No path leads out of the host, or has anything but a path in it. */
  readonly files: ReadonlyMap<string, string>
  /** What signatures are of, as UTF-8; its SHA-256 is the release's number. */
  readonly signedText: string
  readonly signatures: readonly WebReleaseSignature[]
}

/** Both base64url: an Ed25519 public key, and what it made of `signedText`. Neither is proven to be one. */
export interface WebReleaseSignature {
  readonly key: string
  readonly signature: string
}

/**
 * Reads `release.json`: `{ "release": TEXT, "signatures": [{ "key", "signature" }] }`, where TEXT is `{ "version", "files" }` as JSON in
 * turn, so that what was signed is never written anew.
 *
 * @returns undefined for what is none
 */
export function parseWebRelease(text: string): WebRelease | undefined {
  const value = text.length > WEB_RELEASE_CHARS_MAX ? undefined : parse(text)
  const content = value?.['release']
  const signatures: unknown = value?.['signatures']
  if (
    typeof content !== 'string' ||
    !Array.isArray(signatures) ||
    signatures.length > SIGNATURES_MAX
  ) {
    return undefined
  }
  const named = contentOf(content)
  return (
    named && {
      ...named,
      signedText: webReleaseSignedText(content),
      signatures: (signatures as readonly unknown[]).filter(isSignature)
    }
  )
}

/** What a signature is of. @param content the JSON of version and files */
export function webReleaseSignedText(content: string): string {
  return SIGNED_PREFIX + content
}

/** Below 0 where the first is the older one. Both are versions of releases. */
export function compareWebVersions(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (ones?.[index] ?? 0) - (others?.[index] ?? 0)
    if (difference !== 0) {
      return difference
    }
  }
  return 0
}

function isSignature(value: unknown): value is WebReleaseSignature {
  return (
    value instanceof Object &&
    'key' in value &&
    typeof value.key === 'string' &&
    'signature' in value &&
    typeof value.signature === 'string'
  )
}

function contentOf(content: string): Pick<WebRelease, 'version' | 'files'> | undefined {
  const value = parse(content)
  const version = value?.['version']
  const files = Object.entries(value?.['files'] ?? {})
  const isWhole =
    typeof version === 'string' &&
    /^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(version) &&
    files.length <= WEB_RELEASE_FILES_MAX &&
    files.every(isFile) &&
    files.some(([path]) => path === '/index.html')
  return isWhole ? { version, files: new Map(files as [string, string][]) } : undefined
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
