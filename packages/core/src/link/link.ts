/**
 * Links: what one person sends another so that they can talk (the protocol's README, "Links").
 *
 * `https://<web client>/#/i/<payload>` or `sealpost:i/<payload>`, payload = base64url(version 1 || kind 1 || link secret 32 ||
 * inviter hash 32 || BE32 expiry in seconds or 0 || hints || first 4 bytes of SHA-256 of all before), hint = relay node key 32
 * || length 1 || multiaddr text. What follows `#` reaches no relay and no web host.
 */
import {
  base64urlToBytes,
  bigEndian,
  bytesToBase64url,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  type ErrorDetail,
  fromBigEndian,
  type IdentityKey,
  identityKeys,
  isAddressText,
  LABEL_PREFIX,
  LINK_BYTES_MAX,
  type NodeKey,
  nodeKeys,
  RELAY_ADDRESSES_MAX,
  type RelayAddress,
  RELAYS_MAX,
  UsageError,
  utf8ToBytes
} from '@sealpost/protocol'
import { sha256 } from '../derive.ts'

const VERSION = 1
const KINDS = ['one-time', 'public'] as const
const HEAD_BYTES = 1 + 1 + 32 + 32 + 4
const CHECKSUM_BYTES = 4
const SCHEME = 'sealpost:i/'
const FRAGMENT = '#/i/'
/** How codes begin by which devices join an account (`linking-code.ts`). */
const CODE_SCHEME = 'sealpost:d/'

export type LinkKind = (typeof KINDS)[number]

export interface Link {
  readonly kind: LinkKind
  /** 32 bytes. Whoever has it may knock. */
  readonly linkSecret: Uint8Array
  /** Binds the link to the identity that made it, without showing it. */
  readonly inviterHash: Uint8Array
  /** Undefined for never. */
  readonly expiresAtMs: number | undefined
  /** Where the claimables are: at least one relay. */
  readonly relays: readonly RelayAddress[]
}

/** `SHA-256("sealpost/1/inviter" || link secret || identity key)`. */
export function inviterHash(linkSecret: Uint8Array, identityKey: IdentityKey): Uint8Array {
  return sha256(
    concatBytes(
      utf8ToBytes(`${LABEL_PREFIX}inviter`),
      linkSecret,
      identityKeys.toBytes(identityKey)
    )
  )
}

/** The link's bytes, checksum included. */
export function encodeLink(link: Link): Uint8Array {
  const body = concatBytes(
    Uint8Array.of(VERSION, KINDS.indexOf(link.kind)),
    link.linkSecret,
    link.inviterHash,
    bigEndian(Math.floor((link.expiresAtMs ?? 0) / 1_000), 4),
    encodeHints(link.relays)
  )
  return concatBytes(body, sha256(body).subarray(0, CHECKSUM_BYTES))
}

/** Relays as links name them. */
export function encodeHints(relays: readonly RelayAddress[]): Uint8Array {
  const hints = relays.flatMap(({ nodeKey, addresses }) =>
    addresses.map((address) => {
      const text = utf8ToBytes(address)
      return concatBytes(nodeKeys.toBytes(nodeKey), Uint8Array.of(text.length), text)
    })
  )
  return concatBytes(...hints)
}

/** The text to give away. */
export function formatLink(bytes: Uint8Array): string {
  return SCHEME + bytesToBase64url(bytes)
}

/**
 * Reads a link from whatever a person pasted: either form, white space around it.
 *
 * @throws UsageError `SEALPOST_LINK_INVALID`, with a sentence that says what is wrong.
 */
export function parseLink(text: string): { readonly link: Link; readonly bytes: Uint8Array } {
  const bytes = base64urlToBytes(payloadOf(text.trim()))
  if (bytes === undefined) {
    throw invalid('it has characters that no link has')
  }
  return { link: decodeLink(bytes), bytes }
}

/** @throws UsageError `SEALPOST_LINK_INVALID` */
export function decodeLink(bytes: Uint8Array): Link {
  if (bytes.length > LINK_BYTES_MAX || bytes.length < HEAD_BYTES + CHECKSUM_BYTES) {
    throw invalid('it is too short or too long')
  }
  const body = bytes.subarray(0, bytes.length - CHECKSUM_BYTES)
  if (!equalBytes(sha256(body).subarray(0, CHECKSUM_BYTES), bytes.subarray(body.length))) {
    throw invalid('a part of it is missing or changed')
  }
  const kind = KINDS[body[1] ?? KINDS.length]
  if (body[0] !== VERSION || kind === undefined) {
    throw invalid('it is of a version that is not known here', 'link-newer')
  }
  const expirySeconds = fromBigEndian(body.subarray(66, 70))
  return {
    kind,
    linkSecret: body.slice(2, 34),
    inviterHash: body.slice(34, 66),
    expiresAtMs: expirySeconds === 0 ? undefined : expirySeconds * 1_000,
    relays: readHints(body.subarray(HEAD_BYTES))
  }
}

function payloadOf(text: string): string {
  if (text.toLowerCase().startsWith(SCHEME)) {
    return text.slice(SCHEME.length)
  }
  const fragment = text.indexOf(FRAGMENT)
  if (/^https?:\/\//i.test(text) && fragment >= 0) {
    return text.slice(fragment + FRAGMENT.length)
  }
  if (text.toLowerCase().startsWith(CODE_SCHEME)) {
    throw invalid('it lets a device into an account, and is no link of a person', 'code-no-link')
  }
  throw invalid(`it does not begin with ${SCHEME} and is no web link of Sealpost`)
}

/** Reads what `encodeHints` made: 1 to `RELAYS_MAX` relays. @throws UsageError `SEALPOST_LINK_INVALID` */
export function readHints(bytes: Uint8Array): readonly RelayAddress[] {
  const relays = new Map<NodeKey, string[]>()
  let offset = 0
  while (offset < bytes.length) {
    const end = offset + 33 + (bytes[offset + 32] ?? 256)
    if (end > bytes.length) {
      throw invalid('its list of relays is cut off')
    }
    const nodeKey = nodeKeys.fromBytes(bytes.subarray(offset, offset + 32))
    const address = bytesToUtf8(bytes.subarray(offset + 33, end))
    const addresses = relays.get(nodeKey) ?? []
    if (!isAddressText(address) || addresses.length >= RELAY_ADDRESSES_MAX) {
      throw invalid('it names a relay in a way that cannot be dialled')
    }
    relays.set(nodeKey, [...addresses, address])
    offset = end
  }
  if (relays.size === 0 || relays.size > RELAYS_MAX) {
    throw invalid('it names no relay, or too many')
  }
  return [...relays].map(([nodeKey, addresses]) => ({ nodeKey, addresses }))
}

function invalid(what: string, detail?: ErrorDetail): UsageError {
  return new UsageError('SEALPOST_LINK_INVALID', `the link cannot be used: ${what}`, { detail })
}
