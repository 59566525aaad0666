/**
 * The vault: one random key for everything that an account keeps on a disk, and the header that gives it back to who has a way in:
 * a passphrase, a passkey, or both together. `vault-header.ts` says how it is written, `vault-change.ts` how ways in come and go.
 *
 * In each slot the vault key is sealed by XChaCha20-Poly1305, bound to `"sealpost/1/vault slot" || version || slot head`, under
 * `HKDF-SHA256(Argon2id(NFKC of the passphrase, salt) || what the passkey answered, salt, "sealpost/1/vault slot" || kind)`, of which
 * a slot that takes one has one. What a cost may be is bounded in `passphrase-key.ts`.
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { CryptoError, LABEL_PREFIX, UsageError, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import { SEAL_KEY_BYTES, openBytes, sealBytes } from './aead.ts'
import { PASSPHRASE_COST, SALT_BYTES, passphraseKey } from './passphrase-key.ts'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'
import {
  PASSKEY_BYTES,
  clearHeader,
  decodeHeader,
  encodeSlots,
  slotHead,
  type PasskeyHandle,
  type Slot,
  type WayIn
} from './vault-header.ts'

const LABEL_BEFORE = utf8ToBytes(`${LABEL_PREFIX}vault`)
const LABEL = utf8ToBytes(`${LABEL_PREFIX}vault slot`)

/** What a passkey answered. */
export interface PasskeySecret extends PasskeyHandle {
  /** 32 bytes, secret; the caller's, who wipes them. */
  readonly output: Uint8Array
}

/** What a person opens a vault with. */
export interface VaultSecret {
  readonly passphrase?: string | undefined
  readonly passkey?: PasskeySecret | undefined
}

/** A fresh vault key, 32 bytes. */
export function makeVaultKey(random: Random): Uint8Array {
  return random.bytes(SEAL_KEY_BYTES)
}

/**
 * Makes the header of a new vault, with one way in: what `secret` has, all of it together.
 *
 * @param options.secret nothing in it leaves the key in clear: whoever reads the disk reads everything.
 * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` for an empty passphrase, `SEALPOST_USAGE` for a cost out of bounds, or a passkey
 * that cannot be one.
 */
export async function wrapVaultKey(
  options: {
    readonly vaultKey: Uint8Array
    readonly secret: VaultSecret
    readonly nowMs: number
    readonly cost?: PassphraseCost | undefined
  },
  random: Random
): Promise<Uint8Array> {
  const { vaultKey, secret } = options
  if (vaultKey.length !== SEAL_KEY_BYTES) {
    throw new UsageError('SEALPOST_USAGE', 'a vault key has 32 bytes')
  }
  if (secret.passphrase === undefined && secret.passkey === undefined) {
    return clearHeader(vaultKey)
  }
  return encodeSlots([await makeSlot(options, random)])
}

/** A slot that takes all that `secret` has. @throws as `wrapVaultKey` */
export async function makeSlot(
  options: {
    readonly vaultKey: Uint8Array
    readonly secret: VaultSecret
    readonly nowMs: number
    readonly cost?: PassphraseCost | undefined
  },
  random: Random
): Promise<Slot> {
  const { vaultKey, secret, nowMs, cost = PASSPHRASE_COST } = options
  if (secret.passphrase === '') {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED', 'an empty passphrase protects nothing')
  }
  const { passkey } = secret
  const made = slotHead({
    kdfSalt: random.bytes(SALT_BYTES),
    addedAtMs: nowMs,
    cost: secret.passphrase === undefined ? undefined : cost,
    passkey: passkey && { credentialId: passkey.credentialId, salt: passkey.salt }
  })
  const key = await slotKey(made, secret)
  const sealed = sealBytes(key, vaultKey, bound(made), random)
  key.fill(0)
  return { ...made, sealed }
}

/** The ways in that a header has; none where the key is in clear. @throws StorageError as `openVault` */
export function waysInto(header: Uint8Array): readonly WayIn[] {
  const read = decodeHeader(header)
  const slots = read.type === 'clear' ? [] : read.slots
  return slots.map(({ wayId, kind, addedAtMs, passkey }) => ({ wayId, kind, addedAtMs, passkey }))
}

/**
 * The vault key, 32 bytes. For a header in clear nothing of `secret` is looked at; where one of two is enough and both are given, the
 * passphrase is tried.
 *
 * @throws CryptoError `SEALPOST_PASSPHRASE_WRONG`, also for a header changed on the disk, `SEALPOST_PASSKEY_WRONG`; UsageError
 * `SEALPOST_PASSPHRASE_REQUIRED`, `SEALPOST_PASSKEY_REQUIRED`; StorageError `SEALPOST_STORE_CORRUPT` or `SEALPOST_STORE_NEWER` for
 * what is no header.
 */
export async function openVault(header: Uint8Array, secret: VaultSecret): Promise<Uint8Array> {
  const read = decodeHeader(header)
  return read.type === 'clear' ? read.vaultKey : openSlots(read.slots, secret)
}

/** @throws as `openVault` */
export async function openSlots(slots: readonly Slot[], secret: VaultSecret): Promise<Uint8Array> {
  const slot = chooseSlot(slots, secret)
  const key = await slotKey(slot, secret)
  const vaultKey = openBytes(key, slot.sealed, bound(slot))
  key.fill(0)
  if (vaultKey === undefined) {
    throw slot.kind === 'passkey'
      ? new CryptoError('SEALPOST_PASSKEY_WRONG')
      : new CryptoError('SEALPOST_PASSPHRASE_WRONG')
  }
  return vaultKey
}

/** One, so that a header with many costs no more time than one with one. */
function chooseSlot(slots: readonly Slot[], { passphrase, passkey }: VaultSecret): Slot {
  const ofPassphrase = slots.find(({ kind }) => kind === 'passphrase')
  const isBoth = slots.some(({ kind }) => kind === 'both')
  const isGiven = passphrase !== undefined && passphrase !== ''
  if (ofPassphrase !== undefined && isGiven) {
    return ofPassphrase
  }
  if ((isBoth || passkey === undefined) && !isGiven && (isBoth || ofPassphrase !== undefined)) {
    throw new UsageError('SEALPOST_PASSPHRASE_REQUIRED')
  }
  if (passkey?.output.length !== PASSKEY_BYTES) {
    throw new UsageError('SEALPOST_PASSKEY_REQUIRED')
  }
  const named = slots.find((slot) => isSame(slot.passkey?.credentialId, passkey.credentialId))
  if (named === undefined) {
    throw new CryptoError('SEALPOST_PASSKEY_WRONG')
  }
  return named
}

function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.length === other.length && one.every((byte, index) => byte === other[index])
}

/** The key that seals a slot; the caller wipes it. `secret` has what the slot takes. */
async function slotKey(slot: Omit<Slot, 'sealed'>, secret: VaultSecret): Promise<Uint8Array> {
  const { cost, kdfSalt, passkey, version } = slot
  const stretched =
    cost === undefined
      ? new Uint8Array()
      : await passphraseKey(secret.passphrase ?? '', kdfSalt, cost)
  if (version === 1) {
    return stretched
  }
  const answered = passkey === undefined ? new Uint8Array() : secret.passkey?.output
  if (answered === undefined || (passkey !== undefined && answered.length !== PASSKEY_BYTES)) {
    throw new UsageError('SEALPOST_PASSKEY_REQUIRED')
  }
  const together = concatBytes(stretched, answered)
  const info = concatBytes(LABEL, slot.head.subarray(0, 1))
  const key = hkdf(sha256, together, kdfSalt, info, SEAL_KEY_BYTES)
  stretched.fill(0)
  together.fill(0)
  return key
}

function bound({ head, version }: Omit<Slot, 'sealed'>): Uint8Array {
  return version === 1
    ? concatBytes(LABEL_BEFORE, head)
    : concatBytes(LABEL, Uint8Array.of(version), head)
}
