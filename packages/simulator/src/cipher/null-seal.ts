/** The seal of an envelope without any cryptography: as long as a real one, and it opens with no other key. */
import {
  type DeviceNumber,
  type Envelope,
  parseDeviceNumber,
  sizeClassFor
} from '@sealpost/protocol'
import { UsageError } from '@sealpost/protocol'
import type { Opened, Unsealed } from './client-cipher.ts'

const KEY_BYTES = 16
const HEAD_BYTES: number = 4 + KEY_BYTES

/** @throws UsageError `SEALPOST_TEXT_TOO_LONG` */
export function nullSeal(unsealed: Unsealed, device: DeviceNumber): Envelope {
  const { sealKey, envelopeId, recallHash, lifetime, ciphertext } = unsealed
  const { type, bytes } = ciphertext
  const sizeClass = sizeClassFor(bytes.length)
  if (sizeClass === undefined) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
  const sealed = new Uint8Array(sizeClass)
  sealed[0] = type
  sealed[1] = device
  sealed[2] = bytes.length >>> 8
  sealed[3] = bytes.length
  sealed.set(sealKey.subarray(0, KEY_BYTES), 4)
  sealed.set(bytes, HEAD_BYTES)
  return { envelopeId, recallHash, lifetime, sealed }
}

export function nullOpen(sealKey: Uint8Array, { sealed }: Envelope): Opened | undefined {
  for (let at = 0; at < KEY_BYTES; at++) {
    if (sealKey[at] !== sealed[4 + at]) {
      return undefined
    }
  }
  const device = parseDeviceNumber(sealed[1] ?? 0)
  const length = (sealed[2] ?? 0) * 256 + (sealed[3] ?? 0)
  return device === undefined
    ? undefined
    : { type: sealed[0] ?? 0, device, ciphertext: sealed.subarray(HEAD_BYTES, HEAD_BYTES + length) }
}
