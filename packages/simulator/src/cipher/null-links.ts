/**
 * What passes between strangers without any cryptography, and as large: claimables that a relay hands out for a link, and requests
 * in the box beside. Each opens with its own key alone. Worlds whose sessions have an engine use these all the same.
 */
import type { Random } from '@sealpost/core'
import {
  CLAIMABLE_BYTES,
  type DeviceNumber,
  type IdentityKey,
  identityKeys,
  parseDeviceNumber,
  REQUEST_SEALED_BYTES,
  UsageError
} from '@sealpost/protocol'

/** As long as an X-Wing key. */
const REQUEST_KEY_BYTES = 1_216
const KEY_BYTES = 32
const IDENTITY_BYTES = 33
const HEAD_BYTES = 2 + KEY_BYTES

/** The first word of somebody unknown, as it was encrypted, with what an engine would read of it. */
export interface NullRequest {
  readonly identityKey: IdentityKey
  /** 0 for none. */
  readonly oneTimePrekeyId: number
  readonly ciphertext: Uint8Array
}

export function makeRequestKeys(random: Random): {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
} {
  const secretKey = random.bytes(KEY_BYTES)
  const publicKey = new Uint8Array(REQUEST_KEY_BYTES)
  publicKey.set(secretKey)
  return { publicKey, secretKey }
}

/** @param invitation encoded */
export function sealNullClaimable(claimableKey: Uint8Array, invitation: Uint8Array): Uint8Array {
  return sealed(claimableKey, invitation, CLAIMABLE_BYTES)
}

/** @returns the invitation; undefined where it was sealed with another key */
export function openNullClaimable(
  claimableKey: Uint8Array,
  blob: Uint8Array
): Uint8Array | undefined {
  return opened(claimableKey, blob)
}

/** What an engine's first message says of who sent it and of which prekey it used, in front of it. */
export function writeNullRequest(request: NullRequest): Uint8Array {
  const { ciphertext, identityKey, oneTimePrekeyId } = request
  const bytes = new Uint8Array(IDENTITY_BYTES + 4 + ciphertext.length)
  bytes.set(identityKeys.toBytes(identityKey))
  new DataView(bytes.buffer).setUint32(IDENTITY_BYTES, oneTimePrekeyId)
  bytes.set(ciphertext, IDENTITY_BYTES + 4)
  return bytes
}

export function readNullRequest(bytes: Uint8Array): NullRequest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    identityKey: identityKeys.fromBytes(bytes.slice(0, IDENTITY_BYTES)),
    oneTimePrekeyId: view.getUint32(IDENTITY_BYTES),
    ciphertext: bytes.subarray(IDENTITY_BYTES + 4)
  }
}

/** @param requestKey public @throws UsageError `SEALPOST_TEXT_TOO_LONG` */
export function sealNullRequest(
  requestKey: Uint8Array,
  device: DeviceNumber,
  request: Uint8Array
): Uint8Array {
  const inner = new Uint8Array(1 + request.length)
  inner[0] = device
  inner.set(request, 1)
  return sealed(requestKey.subarray(0, KEY_BYTES), inner, REQUEST_SEALED_BYTES)
}

export function openNullRequest(
  secretKey: Uint8Array,
  bytes: Uint8Array
): { readonly device: DeviceNumber; readonly request: Uint8Array } | undefined {
  const inner = opened(secretKey, bytes)
  const device = inner && parseDeviceNumber(inner[0] ?? 0)
  return inner === undefined || device === undefined || inner.length <= 1 + IDENTITY_BYTES + 4
    ? undefined
    : { device, request: inner.subarray(1) }
}

function sealed(key: Uint8Array, plaintext: Uint8Array, size: number): Uint8Array {
  if (HEAD_BYTES + plaintext.length > size) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
  const bytes = new Uint8Array(size)
  bytes[0] = plaintext.length >>> 8
  bytes[1] = plaintext.length
  bytes.set(key, 2)
  bytes.set(plaintext, HEAD_BYTES)
  return bytes
}

function opened(key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < KEY_BYTES; at++) {
    if (key[at] !== bytes[2 + at]) {
      return undefined
    }
  }
  const length = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)
  return bytes.subarray(HEAD_BYTES, HEAD_BYTES + length)
}
