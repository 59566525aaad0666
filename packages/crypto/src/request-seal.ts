/**
 * The seal of a request, by someone who shares no secret with the inviter yet: `enc 1,120 || HPKE ciphertext`, always 8,192
 * bytes. The protocol's README, "Envelopes" and "First contact".
 */
import {
  CryptoError,
  LABEL_PREFIX,
  REQUEST_SEALED_BYTES,
  UsageError,
  concatBytes,
  mailboxIds,
  utf8ToBytes
} from '@sealpost/protocol'
import type { Envelope, MailboxId } from '@sealpost/protocol'
import {
  decodeInner,
  encodeInner,
  envelopeAad,
  innerRoom,
  ownEnvelopeAad
} from './envelope-inner.ts'
import type { EnvelopeBinding, EnvelopeInner } from './envelope-inner.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import type { Random } from './random.ts'
import { X_WING, X_WING_ENC_BYTES, X_WING_SECRET_KEY_BYTES, xWingPublicKey } from './x-wing.ts'

/** An X-Wing key pair: 1,216 bytes for the claimables, and the 32 bytes that stay here. */
export interface RequestKey {
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array
}

const LABEL = utf8ToBytes(`${LABEL_PREFIX}request`)
const AEAD_TAG_BYTES = 16
const INNER_BYTES = REQUEST_SEALED_BYTES - X_WING_ENC_BYTES - AEAD_TAG_BYTES
const RELAY_BYTES = 38

/** Bytes of ciphertext that a request has room for. */
export const REQUEST_CIPHERTEXT_BYTES_MAX: number = innerRoom(INNER_BYTES)

/** A fresh key pair for the claimables of one account. */
export function makeRequestKey(random: Random): RequestKey {
  const secretKey = random.bytes(X_WING_SECRET_KEY_BYTES)
  return { publicKey: xWingPublicKey(secretKey), secretKey }
}

/** The key pair of a secret half that was kept: 32 bytes. @throws UsageError `SEALPOST_USAGE` for another length */
export function requestKeyOf(secretKey: Uint8Array): RequestKey {
  if (secretKey.length !== X_WING_SECRET_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a request key of another length')
  }
  return { publicKey: xWingPublicKey(secretKey), secretKey }
}

/**
 * Seals a request for the box `mailboxId` at one relay.
 *
 * @param options.publicKey the inviter's, from a claimable whose signature was verified.
 * @param options.relay the relay's PeerId as a multihash, 38 bytes.
 * @returns exactly 8,192 bytes.
 * @throws UsageError `SEALPOST_TEXT_TOO_LONG`, `SEALPOST_USAGE`; CryptoError `SEALPOST_BUNDLE_INVALID` for a key that is none.
 */
export function sealRequest(
  options: EnvelopeBinding &
    EnvelopeInner & { readonly publicKey: Uint8Array; readonly relay: Uint8Array },
  random: Random
): Uint8Array {
  if (options.ciphertext.length > REQUEST_CIPHERTEXT_BYTES_MAX) {
    throw new UsageError('SEALPOST_TEXT_TOO_LONG')
  }
  const message = {
    publicKey: options.publicKey,
    info: requestInfo(options.relay, options.mailboxId),
    aad: ownEnvelopeAad(options),
    plaintext: encodeInner(options, INNER_BYTES)
  }
  try {
    const { enc, ciphertext } = hpkeSeal(X_WING, message, random)
    return concatBytes(enc, ciphertext)
  } catch (cause) {
    throw new CryptoError('SEALPOST_BUNDLE_INVALID', 'the request key is no X-Wing key', { cause })
  }
}

/**
 * Opens an envelope of a request box.
 *
 * @param options.secretKey 32 bytes.
 * @param options.relay the relay's PeerId as a multihash, 38 bytes.
 * @returns undefined for anything that does not fit; nothing a relay or guest can send makes it throw.
 */
export function openRequest(options: {
  readonly secretKey: Uint8Array
  readonly relay: Uint8Array
  readonly mailboxId: MailboxId
  readonly envelope: Envelope
}): EnvelopeInner | undefined {
  const { envelope, mailboxId, relay, secretKey } = options
  const aad = envelopeAad({ ...envelope, mailboxId })
  if (envelope.sealed.length !== REQUEST_SEALED_BYTES || aad === undefined) {
    return undefined
  }
  const inner = hpkeOpen(X_WING, {
    secretKey,
    info: requestInfo(relay, mailboxId),
    aad,
    enc: envelope.sealed.subarray(0, X_WING_ENC_BYTES),
    ciphertext: envelope.sealed.subarray(X_WING_ENC_BYTES)
  })
  return inner === undefined ? undefined : decodeInner(inner)
}

function requestInfo(relay: Uint8Array, boxId: MailboxId): Uint8Array {
  if (relay.length !== RELAY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a relay is named by the 38 bytes of its multihash')
  }
  return concatBytes(LABEL, relay, mailboxIds.toBytes(boxId))
}
