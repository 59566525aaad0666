/**
 * Resend requests, type 8 under a seal: they ask a device to encrypt anew what could not be read. Only the seal protects them, so
 * that they work where no session does. The protocol's README, "Under the seal alone".
 */
import type { MessageInitShape } from '@bufbuild/protobuf'
import type { SignedDeviceList } from './address-record.ts'
import { content, copyOf, readPart, safeInteger, writePart } from './content-bounds.ts'
import {
  checkSignedDeviceList,
  signedDeviceListFrom,
  signedDeviceListTo
} from './device-list-codec.ts'
import type { Progress } from './progress.ts'
import { ResendRequestSchema } from './gen/sealpost/content/v1/content_pb.ts'
import { RESEND_HASHES_MAX, RESEND_REQUEST_BYTES_MAX } from './limits.ts'
import { checkProgress, progressFrom, progressTo } from './progress-codec.ts'

/** What a device says that could not read a message. */
export interface ResendRequest {
  /** The sender's network time. */
  readonly sentAtMs: number
  /** The first 16 bytes of SHA-256 of the ciphertext that could not be read; empty where the request is not about one. */
  readonly ciphertextHash: Uint8Array
  /** What the asker holds of each of the asked account's devices. No device twice. May say less than is held, never more. */
  readonly progress: readonly Progress[]
  /** Whether the asker has no session that works: the next message is to begin one. */
  readonly isSessionBroken: boolean
  /** As `ciphertextHash`, of what else could not be read and is not here yet: at most `RESEND_HASHES_MAX`. */
  readonly furtherHashes: readonly Uint8Array[]
  /**
   * The account's own list, for another of its devices that speaks under a number which the list gives to one that was added before:
   * that asks for nothing. Its signature is the reader's to check.
   */
  readonly deviceList?: SignedDeviceList | undefined
}

const CIPHERTEXT_HASH_BYTES = 16
/** More than 127 devices with 64 ranges each: what is longer than a request may be is shortened, not refused. */
const UNSHORTENED_BYTES_MAX = 262_144

/**
 * Writes a resend request so that it fits the smallest envelope. Where not all of the progress does, what comes last is left out:
 * first ranges, from the last device's last one on, then devices. The asked device then sends again what is held already, which
 * does no harm. So is a list of devices that does not fit.
 *
 * @returns at most `RESEND_REQUEST_BYTES_MAX` bytes.
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` for a request that breaks its bounds.
 */
export function encodeResendRequest(request: ResendRequest): Uint8Array {
  checkResendRequest(request)
  const { deviceList, progress } = request
  const ranges = progress.reduce((count, { deliveredBeyond }) => count + deliveredBeyond.length, 0)
  // Bytes grow with what is kept: the most that fits lies between what does and what does not.
  let fits = 0
  let exceeds = progress.length + ranges + 1
  let bytes = write(request, [])
  if (deviceList !== undefined && bytes.length > RESEND_REQUEST_BYTES_MAX) {
    return encodeResendRequest({ ...request, deviceList: undefined })
  }
  while (exceeds - fits > 1) {
    // All of it first, which mostly fits.
    const kept =
      fits === 0 && exceeds > progress.length + ranges ? exceeds - 1 : (fits + exceeds) >> 1
    const candidate = write(request, firstOf(progress, kept))
    if (candidate.length <= RESEND_REQUEST_BYTES_MAX) {
      fits = kept
      bytes = candidate
    } else {
      exceeds = kept
    }
  }
  return bytes
}

/** The first `count` of all devices and then of all their ranges. */
function firstOf(progress: readonly Progress[], count: number): readonly Progress[] {
  let rangesLeft = Math.max(0, count - progress.length)
  return progress.slice(0, count).map((one) => {
    const deliveredBeyond = one.deliveredBeyond.slice(0, rangesLeft)
    rangesLeft -= deliveredBeyond.length
    return { ...one, deliveredBeyond }
  })
}

function write(request: ResendRequest, progress: readonly Progress[]): Uint8Array {
  const message: MessageInitShape<typeof ResendRequestSchema> = {
    sentAtMs: BigInt(request.sentAtMs),
    ciphertextHash: request.ciphertextHash,
    progress: progress.map(progressTo),
    isSessionBroken: request.isSessionBroken,
    furtherHashes: [...request.furtherHashes],
    ...(request.deviceList ? { deviceList: signedDeviceListTo(request.deviceList) } : {})
  }
  return writePart(ResendRequestSchema, message, UNSHORTENED_BYTES_MAX)
}

/**
 * Reads a resend request. It owns its bytes.
 *
 * @throws ProtocolError `SEALPOST_CONTENT_MALFORMED`, and nothing else, whatever the bytes.
 */
export function decodeResendRequest(bytes: Uint8Array): ResendRequest {
  const wire = readPart(ResendRequestSchema, bytes, RESEND_REQUEST_BYTES_MAX)
  const request = {
    sentAtMs: content.fromUint64(wire.sentAtMs, 'a time'),
    ciphertextHash: copyOf(wire.ciphertextHash),
    progress: wire.progress.map(progressFrom),
    isSessionBroken: wire.isSessionBroken,
    furtherHashes: wire.furtherHashes.map(copyOf),
    ...(wire.deviceList ? { deviceList: signedDeviceListFrom(wire.deviceList) } : {})
  }
  checkResendRequest(request)
  return request
}

function checkResendRequest(request: ResendRequest): void {
  const { sentAtMs, ciphertextHash, furtherHashes, progress } = request
  safeInteger(sentAtMs, 'a time')
  if (ciphertextHash.length !== 0) {
    content.exactly(CIPHERTEXT_HASH_BYTES, ciphertextHash, 'a ciphertext’s hash')
  }
  for (const hash of content.count(0, RESEND_HASHES_MAX, furtherHashes, 'further hashes')) {
    content.exactly(CIPHERTEXT_HASH_BYTES, hash, 'a ciphertext’s hash')
  }
  checkProgress(progress)
  if (request.deviceList !== undefined) {
    checkSignedDeviceList(request.deviceList)
  }
}
