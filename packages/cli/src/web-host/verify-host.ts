/** Holds a host of the web client to its release, its release to keys and to the build that is here, and its headers to what they should be. */
import { createHash, createPublicKey, verify } from 'node:crypto'
import {
  parseWebRelease,
  WEB_FILE_BYTES_MAX,
  WEB_RELEASE_CHARS_MAX,
  WEB_RELEASE_PATH,
  type WebHeaderLack,
  webHeaderLacks,
  type WebPart,
  type WebRelease,
  type WebReleaseSignature
} from '@sealpost/protocol'
import { type Budget, type Fetched, fetchBounded, type FetchProblem } from './fetch-bounded.ts'

/** Of a whole client; one has some 2 MB. */
const ALL_BYTES_MAX = 128 * 1024 * 1024
/** A character of JSON has at most so many bytes. */
const RELEASE_BYTES_MAX = WEB_RELEASE_CHARS_MAX * 4
/** Files that are fetched at a time. */
const LANES = 4

/** The gravest first: the worker has the keys. */
const PARTS: readonly WebPart[] = ['worker', 'page', 'keeper']
const PAGE = '/index.html'
const KEEPER = '/service-worker.js'
const WORKER = /^\/assets\/worker-[^/]{8}\.js$/

export interface HostToVerify {
  /** With nothing behind the host. */
  readonly origin: string
  /** Whether it is this machine itself. */
  readonly isNear: boolean
  /** Base64url of the public keys whose releases are taken. */
  readonly keys: readonly string[]
  /** Of the build to compare with, as it would be served. */
  readonly own: WebRelease | undefined
  readonly signal: AbortSignal
}

/**
 * - `other`: the file is another than the release says; `own-other`, `own-added`, `own-missing`: than in the build that is here
 * - `unlisted`: the release does not name a part without which nobody checks the others
 * - `not-encrypted`: whoever is on the way can change it
 */
export type DifferenceKind =
  | FetchProblem
  | 'other'
  | 'no-release'
  | 'unlisted'
  | 'not-encrypted'
  | 'own-other'
  | 'own-added'
  | 'own-missing'

export interface Difference {
  readonly path: string
  readonly kind: DifferenceKind
}

/**
 * - `verified`: all is as it should be, and a key or the build that is here proves whose it is
 * - `unproven`: all is as the host's own release says, and nothing proves whose that is
 * - `different`: something is not as it should be
 * - `no-release`: it serves none
 */
export type Verdict = 'verified' | 'unproven' | 'different' | 'no-release'

export interface HostReport {
  readonly verdict: Verdict
  readonly release: WebRelease | undefined
  /** Hexadecimal SHA-256 of what is signed. */
  readonly fingerprint: string | undefined
  /** Of the keys given, those that signed it. */
  readonly signedBy: readonly string[]
  readonly isOwnBuild: boolean
  readonly differences: readonly Difference[]
  readonly lacks: readonly WebHeaderLack[]
}

/** @throws TypeError where the host cannot be reached; what `signal` was aborted with */
export async function verifyHost(host: HostToVerify): Promise<HostReport> {
  const budget: Budget = { bytesLeft: ALL_BYTES_MAX }
  const { signal } = host
  const bounds = { bytesMax: RELEASE_BYTES_MAX, budget, signal, isKept: true }
  const answer = await fetchBounded(new URL(WEB_RELEASE_PATH, host.origin), bounds)
  const release =
    answer.problem === undefined ? parseWebRelease(Buffer.from(answer.bytes).toString()) : undefined
  if (release === undefined) {
    const kind = answer.problem ?? 'no-release'
    return {
      verdict: 'no-release',
      release,
      fingerprint: undefined,
      signedBy: [],
      isOwnBuild: false,
      differences: [{ path: WEB_RELEASE_PATH, kind }],
      lacks: []
    }
  }
  const found = await fetchAll(host, release, budget)
  const fingerprint = fingerprintOf(release)
  const isOwnBuild = host.own !== undefined && fingerprintOf(host.own) === fingerprint
  const signedBy = release.signatures
    .filter((signature) => host.keys.includes(signature.key) && isSignedBy(release, signature))
    .map(({ key }) => key)
  const differences = [
    ...encryptionOf(host),
    ...unlisted(release),
    ...found.differences,
    ...(isOwnBuild ? [] : ownDifferences(release, host.own))
  ]
  const isRight = differences.length === 0 && found.lacks.length === 0
  const isProven = isOwnBuild || signedBy.length > 0
  const verdict = isRight ? (isProven ? 'verified' : 'unproven') : 'different'
  return { verdict, release, fingerprint, signedBy, isOwnBuild, differences, lacks: found.lacks }
}

/** What people compare. */
function fingerprintOf({ signedText }: WebRelease): string {
  return createHash('sha256').update(signedText).digest('hex')
}

async function fetchAll(
  { origin, isNear, signal }: HostToVerify,
  { files }: WebRelease,
  budget: Budget
): Promise<Pick<HostReport, 'differences' | 'lacks'>> {
  const wanted = [...files, ['/', files.get(PAGE) ?? ''] as const]
  const differences: Difference[] = []
  const lacks = new Map<WebPart, readonly WebHeaderLack[]>()
  // One iterator for all: whoever is free takes the next.
  const rest = wanted.values()
  const lane = async (): Promise<void> => {
    for (const [path, hash] of rest) {
      const bounds = { bytesMax: WEB_FILE_BYTES_MAX, budget, signal }
      const answer = await fetchFile(new URL(path, origin), bounds)
      const kind = answer.problem ?? (answer.hash === hash ? undefined : 'other')
      if (kind !== undefined) {
        differences.push({ path, kind })
      }
      const part = partOf(path)
      if (part !== undefined && answer.problem === undefined) {
        lacks.set(part, webHeaderLacks(part, answer.header, isNear))
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return {
    differences: differences.sort((one, other) => compareTexts(one.path, other.path)),
    lacks: PARTS.flatMap((part) => lacks.get(part) ?? [])
  }
}

/** A host that ends a connection in the midst of one file may give the next. */
async function fetchFile(url: URL, bounds: Parameters<typeof fetchBounded>[1]): Promise<Fetched> {
  try {
    return await fetchBounded(url, bounds)
  } catch {
    bounds.signal.throwIfAborted()
    return { problem: 'broken', hash: '', bytes: new Uint8Array(), header: () => undefined }
  }
}

function partOf(path: string): WebPart | undefined {
  if (path === KEEPER) {
    return 'keeper'
  }
  return path === '/' ? 'page' : WORKER.test(path) ? 'worker' : undefined
}

function encryptionOf({ origin, isNear }: HostToVerify): readonly Difference[] {
  return origin.startsWith('https:') || isNear ? [] : [{ path: '/', kind: 'not-encrypted' }]
}

function unlisted({ files }: WebRelease): readonly Difference[] {
  const paths = [...files.keys()]
  const missing = [
    ...(files.has(KEEPER) ? [] : [KEEPER]),
    ...(paths.some((path) => WORKER.test(path)) ? [] : ['/assets/worker-*.js'])
  ]
  return missing.map((path) => ({ path, kind: 'unlisted' as const }))
}

/** Builds of one version are the same to the byte. */
function ownDifferences(
  { version, files }: WebRelease,
  own: WebRelease | undefined
): readonly Difference[] {
  if (own?.version !== version) {
    return []
  }
  const paths = [...new Set([...files.keys(), ...own.files.keys()])].sort(compareTexts)
  return paths.flatMap((path) => {
    const [theirs, ours] = [files.get(path), own.files.get(path)]
    if (theirs === ours) {
      return []
    }
    const kind =
      theirs === undefined ? 'own-missing' : ours === undefined ? 'own-added' : 'own-other'
    return [{ path, kind }] as const
  })
}

function isSignedBy({ signedText }: WebRelease, { key, signature }: WebReleaseSignature): boolean {
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key }
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
    return verify(
      undefined,
      Buffer.from(signedText),
      publicKey,
      Buffer.from(signature, 'base64url')
    )
  } catch {
    // No key, or no signature.
    return false
  }
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
