/** What a relay knows of its operator's invites: hashes, which name nobody. */
import { utf8ToBytes } from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import { hexAt } from './hex.ts'

const HASH_BYTES = 32
const CLAIMANT_HASH_BYTES = 16
/** For these purposes alone, so that the hashes are of no use elsewhere. */
const INVITE_LABEL = utf8ToBytes('sealpost-relay/1/invite')
const CLAIMANT_LABEL = utf8ToBytes('sealpost-relay/1/claimant')

/** What a relay knows of an invite. */
export interface KnownInvite {
  readonly usesMax: number
  /** In milliseconds since 1970; from then on it is worth nothing. */
  readonly expiresAtMs: number
  /** Hashes of those who used it. */
  readonly claimants: ReadonlySet<string>
}

/** By `inviteHash`. */
export type KnownInvites = ReadonlyMap<string, KnownInvite>

/** Labelled SHA-256 of an invite's token, in hex. */
export function inviteHash(token: Uint8Array): string {
  return labelledHash(INVITE_LABEL, token, HASH_BYTES)
}

/** Labelled hash of whoever uses an invite, in hex. */
export function claimantHash(claimant: Uint8Array): string {
  return labelledHash(CLAIMANT_LABEL, claimant, CLAIMANT_HASH_BYTES)
}

function labelledHash(label: Uint8Array, id: Uint8Array, length: number): string {
  const bytes = new Uint8Array(label.length + id.length)
  bytes.set(label)
  bytes.set(id, label.length)
  return hexAt(sha256(bytes), 0, length)
}
