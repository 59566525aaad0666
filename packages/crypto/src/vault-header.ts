/**
 * How a vault's header is written: the vault key in clear, or sealed in slots, one for each way in.
 *
 *     clear   version 1 || 0 || vault key 32
 *     slots   version 2 || count 1 || slot ...
 *     slot    kind 1 || added BE48 ms || salt 16 || cost 9, with a passphrase
 *             || PRF salt 32 || BE16 length || credential id, with a passkey || nonce 24 || sealed key 48
 *     before  version 1 || 1 || cost 9 || salt 16 || nonce 24 || sealed key 48: one passphrase; read, and not written any more
 *
 * A kind is the sum of what it takes: 1 a passphrase, 2 a passkey. A slot that takes both stands beside none that takes one: else
 * one would be enough. The whole header is one row, so that it is replaced at once or not at all.
 */
import {
  StorageError,
  UsageError,
  bigEndian,
  bytesToHex,
  concatBytes,
  fromBigEndian
} from '@sealpost/protocol'
import { SEAL_KEY_BYTES, SEAL_OVERHEAD_BYTES } from './aead.ts'
import {
  COST_BYTES,
  SALT_BYTES,
  decodeCost,
  encodeCost,
  type PassphraseCost
} from './passphrase-key.ts'

/** What an authenticator is asked with, and what it answers. */
export const PASSKEY_BYTES = 32
/** Of an authenticator's name for a passkey (Web Authentication 4, "Credential ID"). */
const CREDENTIAL_ID_BYTES_MAX = 1_023
/** Ways into one home. */
export const SLOTS_MAX = 8

const VERSION_BEFORE = 1
const VERSION = 2
const CLEAR = 0
const ONE_PASSPHRASE = 1
const CLEAR_BYTES: number = 2 + SEAL_KEY_BYTES
const SEALED_BYTES: number = SEAL_OVERHEAD_BYTES + SEAL_KEY_BYTES
const BEFORE_BYTES: number = 2 + COST_BYTES + SALT_BYTES + SEALED_BYTES
const TIME_BYTES = 6

/** What a slot takes. */
export type SlotKind = 'passphrase' | 'passkey' | 'both'

/** How an authenticator is asked. */
export interface PasskeyHandle {
  /** The authenticator's name for it, 1 to 1,023 bytes. */
  readonly credentialId: Uint8Array
  /** What its PRF is asked with (`eval.first`): 32 bytes, no secret. */
  readonly salt: Uint8Array
}

/** One way in: what is known of it without opening it. */
export interface WayIn {
  /** 32 hex digits. */
  readonly wayId: string
  readonly kind: SlotKind
  /** Undefined where it was not noted. */
  readonly addedAtMs: number | undefined
  /** For one that takes a passkey. */
  readonly passkey: PasskeyHandle | undefined
}

/** A slot as it stands in a header. */
export interface Slot extends WayIn {
  /** All that the seal binds beside the version. */
  readonly head: Uint8Array
  /** The vault key under the slot's own key. */
  readonly sealed: Uint8Array
  /** 16 bytes. */
  readonly kdfSalt: Uint8Array
  /** For one that takes a passphrase. */
  readonly cost: PassphraseCost | undefined
  /** Of the header that it stands in. */
  readonly version: number
}

/** What a header says. */
export type VaultHeader =
  | { readonly type: 'clear'; readonly vaultKey: Uint8Array }
  | { readonly type: 'slots'; readonly slots: readonly Slot[] }

const KINDS: readonly (SlotKind | undefined)[] = [undefined, 'passphrase', 'passkey', 'both']

/** @param vaultKey 32 bytes */
export function clearHeader(vaultKey: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(VERSION_BEFORE, CLEAR), vaultKey)
}

/** @param slots 1 to 8, of this version, that may stand beside each other */
export function encodeSlots(slots: readonly Slot[]): Uint8Array {
  const parts = slots.flatMap(({ head, sealed }) => [head, sealed])
  return concatBytes(Uint8Array.of(VERSION, slots.length), ...parts)
}

/** A slot that nothing is sealed in yet. @throws UsageError `SEALPOST_USAGE` for what has another size, or a cost out of bounds */
export function slotHead(made: {
  readonly kdfSalt: Uint8Array
  readonly addedAtMs: number
  readonly cost: PassphraseCost | undefined
  readonly passkey: PasskeyHandle | undefined
}): Omit<Slot, 'sealed'> {
  const { kdfSalt, addedAtMs, cost, passkey } = made
  const kind = (cost === undefined ? 0 : 1) + (passkey === undefined ? 0 : 2)
  const parts = [Uint8Array.of(kind), bigEndian(addedAtMs, TIME_BYTES), kdfSalt]
  if (cost !== undefined) {
    parts.push(encodeCost(cost))
  }
  if (passkey !== undefined) {
    const { credentialId, salt } = passkey
    if (salt.length !== PASSKEY_BYTES || !isCredentialLength(credentialId.length)) {
      throw new UsageError('SEALPOST_USAGE', 'a passkey that cannot be one')
    }
    parts.push(salt, bigEndian(credentialId.length, 2), credentialId)
  }
  const head = concatBytes(...parts)
  const view = { wayId: bytesToHex(kdfSalt), kind: kindOf(kind), addedAtMs, passkey }
  return { ...view, head, kdfSalt, cost, version: VERSION }
}

/** @throws StorageError `SEALPOST_STORE_CORRUPT` for what is no header, `SEALPOST_STORE_NEWER` for one of a later version */
export function decodeHeader(header: Uint8Array): VaultHeader {
  const [version, second] = header
  if (version !== undefined && version > VERSION) {
    throw new StorageError('SEALPOST_STORE_NEWER')
  }
  if (version === VERSION_BEFORE && second === CLEAR && header.length === CLEAR_BYTES) {
    return { type: 'clear', vaultKey: header.slice(2) }
  }
  if (version === VERSION_BEFORE && second === ONE_PASSPHRASE && header.length === BEFORE_BYTES) {
    return { type: 'slots', slots: [slotBefore(header)] }
  }
  if (version === VERSION && second !== undefined && second >= 1 && second <= SLOTS_MAX) {
    return { type: 'slots', slots: readSlots(header, second) }
  }
  throw corrupt()
}

/** Whether these may stand beside each other: what takes both beside nothing that takes one, one passphrase, each passkey once. */
export function areCompatible(slots: readonly WayIn[]): boolean {
  const both = slots.filter(({ kind }) => kind === 'both').length
  const passphrases = slots.filter(({ kind }) => kind === 'passphrase').length
  const passkeys = slots.flatMap(({ passkey }) =>
    passkey === undefined ? [] : [bytesToHex(passkey.credentialId)]
  )
  return (
    (both === 0 || both === slots.length) &&
    passphrases <= 1 &&
    new Set(passkeys).size === passkeys.length &&
    slots.length <= SLOTS_MAX
  )
}

function readSlots(header: Uint8Array, count: number): readonly Slot[] {
  const slots: Slot[] = []
  let at = 2
  for (let index = 0; index < count; index++) {
    const slot = readSlot(header.subarray(at))
    slots.push(slot)
    at += slot.head.length + slot.sealed.length
  }
  if (at !== header.length || !areCompatible(slots)) {
    throw corrupt()
  }
  return slots
}

function readSlot(bytes: Uint8Array): Slot {
  const reader = new Reader(bytes)
  const kind = reader.number(1)
  const addedAtMs = reader.number(TIME_BYTES)
  const kdfSalt = reader.take(SALT_BYTES)
  const cost = (kind & 1) === 0 ? undefined : readCost(reader.take(COST_BYTES))
  const passkey = (kind & 2) === 0 ? undefined : readPasskey(reader)
  const head = bytes.slice(0, reader.at)
  const sealed = reader.take(SEALED_BYTES)
  const view = { wayId: bytesToHex(kdfSalt), kind: kindOf(kind), addedAtMs, passkey }
  return { ...view, head, sealed, kdfSalt, cost, version: VERSION }
}

function readPasskey(reader: Reader): PasskeyHandle {
  const salt = reader.take(PASSKEY_BYTES)
  const length = reader.number(2)
  if (!isCredentialLength(length)) {
    throw corrupt()
  }
  return { salt, credentialId: reader.take(length) }
}

function slotBefore(header: Uint8Array): Slot {
  const kdfSalt = header.slice(2 + COST_BYTES, 2 + COST_BYTES + SALT_BYTES)
  const at = 2 + COST_BYTES + SALT_BYTES
  return {
    wayId: bytesToHex(kdfSalt),
    kind: 'passphrase',
    addedAtMs: undefined,
    passkey: undefined,
    // Its seal binds the version's byte by standing in the head.
    head: header.slice(0, at),
    sealed: header.slice(at),
    kdfSalt,
    cost: readCost(header.subarray(2, 2 + COST_BYTES)),
    version: VERSION_BEFORE
  }
}

function readCost(bytes: Uint8Array): PassphraseCost {
  const cost = decodeCost(bytes)
  if (cost === undefined) {
    throw new StorageError('SEALPOST_STORE_CORRUPT', 'the vault header asks for too much')
  }
  return cost
}

function kindOf(kind: number): SlotKind {
  const name = KINDS[kind]
  if (name === undefined) {
    throw corrupt()
  }
  return name
}

function isCredentialLength(length: number): boolean {
  return length >= 1 && length <= CREDENTIAL_ID_BYTES_MAX
}

function corrupt(): StorageError {
  return new StorageError('SEALPOST_STORE_CORRUPT', 'the vault header cannot be read')
}

/** Takes what comes next, and no more than there is. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get at(): number {
    return this.#at
  }

  take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) {
      throw corrupt()
    }
    this.#at += count
    return this.#bytes.slice(this.#at - count, this.#at)
  }

  number(count: number): number {
    return fromBigEndian(this.take(count))
  }
}
