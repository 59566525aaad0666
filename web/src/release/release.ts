/**
 * A release of this client: its version, and the SHA-256 of every file. What stands in it is signed as it is written, by a key that lies
 * offline and whose public half is built into the service worker. A build that no key is pinned in is a development build: anyone may
 * have made it, and it says so.
 */
import { compareWebVersions, parseWebRelease, type WebReleaseSignature } from '@sealpost/protocol'
import type { ReleaseRefusal } from '../wire/release-report.ts'

/** A release that may be trusted as far as it says. */
export interface Release {
  /** Three numbers: `1.2.3`. */
  readonly version: string
  /** Base64url of the SHA-256 of each file, by path: `/index.html`. */
  readonly files: ReadonlyMap<string, string>
  /** Base64url of the pinned key that signed it; undefined for a development build. */
  readonly signedBy: string | undefined
  /** Base64url of the SHA-256 of what is signed: two releases that have the same are one. */
  readonly hash: string
  /** As it was served. */
  readonly text: string
}

/** Thrown for a release, or a file of one, that is not taken. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError'
  readonly refusal: ReleaseRefusal
  /** Which one says it is; nothing proves it. */
  readonly version: string | undefined
  /** Of the file that is another. */
  readonly path: string | undefined

  constructor(
    refusal: ReleaseRefusal,
    about: { readonly version?: string | undefined; readonly path?: string | undefined } = {}
  ) {
    super(refusal)
    this.refusal = refusal
    this.version = about.version
    this.path = about.path
  }
}

/** Base64url of the SHA-256. */
export async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', content)))
}

/**
 * Reads `release.json`.
 *
 * @param keys Base64url of the public keys (Ed25519) one of which must have signed it; none for a development build.
 * @throws ReleaseError `malformed`, `unsigned`
 */
export async function readRelease(text: string, keys: readonly string[]): Promise<Release> {
  const release = parseWebRelease(text)
  if (release === undefined) {
    throw new ReleaseError('malformed')
  }
  const { version, files, signatures } = release
  const signed = new TextEncoder().encode(release.signedText)
  const signedBy = await signerOf(signed, signatures, keys)
  if (keys.length > 0 && signedBy === undefined) {
    throw new ReleaseError('unsigned', { version })
  }
  return { version, files, signedBy, hash: await hashOf(signed), text }
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
  const { version } = offered
  if (installed.signedBy !== undefined && compareWebVersions(version, installed.version) <= 0) {
    throw new ReleaseError('rollback', { version })
  }
  return true
}

/** The first of the keys that did. */
async function signerOf(
  bytes: Uint8Array<ArrayBuffer>,
  signatures: readonly WebReleaseSignature[],
  keys: readonly string[]
): Promise<string | undefined> {
  for (const { key, signature } of signatures) {
    if (keys.includes(key) && (await isSignedBy(bytes, key, signature))) {
      return key
    }
  }
  return undefined
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
