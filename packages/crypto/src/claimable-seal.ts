/**
 * The seal of a claimable, always 4,096 bytes:
 * `nonce 24 || XChaCha20-Poly1305(claimableKey, nonce, BE16 length || fields || zeros, "sealpost/1/claimable" || linkId)`.
 * Only who holds the link can open it. The protocol's README, "First contact".
 */
import {
  CLAIMABLE_BYTES,
  LABEL_PREFIX,
  PADDING_LENGTH_BYTES,
  UsageError,
  concatBytes,
  linkIds,
  padTo,
  utf8ToBytes
} from '@sealpost/protocol'
import type { LinkId } from '@sealpost/protocol'
import { SEAL_OVERHEAD_BYTES, openBytes, sealBytes } from './aead.ts'
import type { Random } from './random.ts'
import { unpadded } from './unpadded.ts'

const LABEL = utf8ToBytes(`${LABEL_PREFIX}claimable`)
const PADDED_BYTES = CLAIMABLE_BYTES - SEAL_OVERHEAD_BYTES

/** Bytes of fields that a claimable has room for. */
export const CLAIMABLE_FIELDS_BYTES_MAX: number = PADDED_BYTES - PADDING_LENGTH_BYTES

/**
 * Seals the fields of a claimable, body and signature, for one link at one relay.
 *
 * @param options.claimableKey 32 bytes, derived from the link's secret for that relay.
 * @returns exactly 4,096 bytes.
 * @throws UsageError `SEALPOST_USAGE` for fields that have no room.
 */
export function sealClaimable(
  options: {
    readonly claimableKey: Uint8Array
    readonly linkId: LinkId
    readonly fields: Uint8Array
  },
  random: Random
): Uint8Array {
  if (options.fields.length > CLAIMABLE_FIELDS_BYTES_MAX) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `a claimable has room for ${String(CLAIMABLE_FIELDS_BYTES_MAX)} bytes, not ${String(options.fields.length)}`
    )
  }
  const padded = padTo(options.fields, PADDED_BYTES)
  return sealBytes(options.claimableKey, padded, claimableAad(options.linkId), random)
}

/** @returns the fields; undefined for anything that does not fit. Nothing a relay can send makes it throw. */
export function openClaimable(options: {
  readonly claimableKey: Uint8Array
  readonly linkId: LinkId
  readonly sealed: Uint8Array
}): Uint8Array | undefined {
  if (options.sealed.length !== CLAIMABLE_BYTES) {
    return undefined
  }
  const padded = openBytes(options.claimableKey, options.sealed, claimableAad(options.linkId))
  return padded === undefined ? undefined : unpadded(padded)
}

function claimableAad(linkId: LinkId): Uint8Array {
  return concatBytes(LABEL, linkIds.toBytes(linkId))
}
