/**
 * The code by which a device joins an account (the protocol's README, "Linking a device"): shown by one of the two devices, as text or
 * as a picture of the text, and read by the other.
 *
 * `sealpost:d/<payload>`, payload = base64url(version 1 || kind || link secret 32 || BE32 expiry in seconds || hints || first 4 bytes
 * of SHA-256 of all before), hints as in links. Kind 2 is shown by a device of the account, kind 3 by the new one.
 */
import {
  base64urlToBytes,
  bigEndian,
  bytesToBase64url,
  concatBytes,
  equalBytes,
  type ErrorDetail,
  fromBigEndian,
  LINK_BYTES_MAX,
  type NodeKey,
  type RelayAddress,
  UsageError
} from '@sealpost/protocol'
import { fetchToken, type MailboxSecrets, mailboxSecrets } from '../address/seeds.ts'
import { derive, sha256 } from '../derive.ts'
import { encodeHints, readHints } from '../link/link.ts'

const VERSION = 1
const KINDS = { old: 2, new: 3 } as const
const HEAD_BYTES = 1 + 1 + 32 + 4
const CHECKSUM_BYTES = 4
const SCHEME = 'sealpost:d/'
const NO_SALT = new Uint8Array(0)
/**
 * Rounds of hashing behind the digits, a tenth of a second: whoever saw the code has minutes to find a key with the same digits,
 * among a million.
 */
const DIGIT_ROUNDS = 65_536
const DIGITS = 1_000_000

export interface LinkingCode {
  /** The device of the account, which lets in whoever reads it; or the new one, which asks whoever reads it. */
  readonly shownBy: 'old' | 'new'
  /** 32 bytes, of one use; where the new device shows it, `committedSecret` of its hello. */
  readonly linkSecret: Uint8Array
  readonly expiresAtMs: number
  /** Where the two devices meet: at least one. */
  readonly relays: readonly RelayAddress[]
}

/** A mailbox in which one of the two devices is written to, with the token of its owner: both derive everything. */
export interface LinkingMailbox extends MailboxSecrets {
  readonly fetchToken: Uint8Array
}

/** The text to show. */
export function formatLinkingCode(code: LinkingCode): string {
  const { shownBy, linkSecret, expiresAtMs, relays } = code
  const expiry = bigEndian(Math.floor(expiresAtMs / 1_000), 4)
  const head = Uint8Array.of(VERSION, KINDS[shownBy])
  const body = concatBytes(head, linkSecret, expiry, encodeHints(relays))
  return SCHEME + bytesToBase64url(concatBytes(body, sha256(body).subarray(0, CHECKSUM_BYTES)))
}

/**
 * Reads a code from whatever a person typed or scanned, white space around it.
 *
 * @param shownBy the device that must have shown it: a code of the other kind is refused, with the detail `code-to-join` for one that
 * a device of the account shows, and `code-to-let-in` for one of a new device.
 * @throws UsageError `SEALPOST_LINK_INVALID`, with a sentence that says what is wrong.
 */
export function parseLinkingCode(text: string, shownBy: LinkingCode['shownBy']): LinkingCode {
  const trimmed = text.trim()
  const payload = trimmed.slice(SCHEME.length)
  const isCode = trimmed.toLowerCase().startsWith(SCHEME)
  const bytes = isCode ? base64urlToBytes(payload) : undefined
  if (!isCode || bytes === undefined) {
    throw invalid(`a code begins with ${SCHEME}, and has no white space in it`)
  }
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES))
  const isWhole =
    bytes.length <= LINK_BYTES_MAX &&
    body.length >= HEAD_BYTES &&
    equalBytes(sha256(body).subarray(0, CHECKSUM_BYTES), bytes.subarray(body.length))
  if (!isWhole) {
    throw invalid('a part of it is missing or changed')
  }
  checkKind(body, shownBy)
  return {
    shownBy,
    linkSecret: body.slice(2, 34),
    expiresAtMs: fromBigEndian(body.subarray(34, 38)) * 1_000,
    relays: relaysOf(body.subarray(HEAD_BYTES))
  }
}

function checkKind(body: Uint8Array, shownBy: LinkingCode['shownBy']): void {
  const [version, kind] = body
  if (version === VERSION && kind === KINDS.old && shownBy === 'new') {
    throw invalid('it is for the new device to read', undefined, 'code-to-join')
  }
  if (version === VERSION && kind === KINDS.new && shownBy === 'old') {
    throw invalid('it is for a device of the account to read', undefined, 'code-to-let-in')
  }
  if (version !== VERSION || kind !== KINDS[shownBy]) {
    throw invalid('it is of a version that is not known here', undefined, 'link-newer')
  }
}

/**
 * The link secret of a code that a new device shows: it follows from the device's hello, all of it, so that nobody who saw the code
 * can say another hello in its place. Nobody finds it without the code either: the hello has a key and 16 bytes that were drawn.
 */
export function committedSecret(hello: Uint8Array): Uint8Array {
  return derive(hello, NO_SALT, 'device link by its hello')
}

function relaysOf(bytes: Uint8Array): readonly RelayAddress[] {
  try {
    return readHints(bytes)
  } catch (cause) {
    throw invalid('it names no relay that can be dialled', cause)
  }
}

/** The mailbox of the device of the account, or of the new one, at a relay. */
export function linkingMailbox(
  linkSecret: Uint8Array,
  relay: NodeKey,
  whose: 'old' | 'new'
): LinkingMailbox {
  const seed = derive(linkSecret, NO_SALT, `device link to ${whose}`)
  const secrets = mailboxSecrets(seed, relay)
  return { ...secrets, fetchToken: fetchToken(seed, relay, secrets.mailboxId) }
}

/** Six digits that both devices show, so that a person sees that no third one stands between them. */
export function comparisonDigits(linkSecret: Uint8Array, requestKey: Uint8Array): string {
  let hash = sha256(concatBytes(linkSecret, requestKey))
  for (let round = 0; round < DIGIT_ROUNDS; round++) {
    hash = sha256(hash)
  }
  return String(fromBigEndian(hash.subarray(0, 6)) % DIGITS).padStart(6, '0')
}

function invalid(
  what: string,
  cause?: unknown,
  detail: ErrorDetail = 'linking-code-damaged'
): UsageError {
  return new UsageError('SEALPOST_LINK_INVALID', `the code cannot be used: ${what}`, {
    cause,
    detail
  })
}
