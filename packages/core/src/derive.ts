/**
 * How secrets follow from secrets (the protocol's README, "Secrets"). Everything a relay is shown is derived for that relay
 * alone, so that one that replays it hurts only what it holds anyway.
 */
import { extract } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { LABEL_PREFIX, utf8ToBytes } from '@sealpost/protocol'

type Mac = ReturnType<typeof hmac.create>
type Hash = ReturnType<typeof nobleSha256.create>

const NO_SUFFIX = new Uint8Array(0)
const SECRET_BYTES = 32
/** The number of the one block that HKDF expands to. */
const BLOCK = Uint8Array.of(1)

/** SHA-256. */
export function sha256(bytes: Uint8Array): Uint8Array {
  FRESH._cloneInto(HASHING)
  return HASHING.update(bytes).digest()
}

/** `HKDF-SHA-256(secret, salt, "sealpost/1/" || label || suffix, 32 bytes)`. */
export function derive(
  secret: Uint8Array,
  salt: Uint8Array,
  label: string,
  suffix: Uint8Array = NO_SUFFIX
): Uint8Array {
  return new Derivation(secret, salt).get(label, suffix)
}

/** What `derive` gives of one secret and salt: the more of it is asked for, the less each takes, down to a fifth. */
export class Derivation {
  readonly #keyed: Mac

  constructor(secret: Uint8Array, salt: Uint8Array) {
    const key = extract(nobleSha256, secret, salt)
    this.#keyed = hmac.create(nobleSha256, key)
    key.fill(0)
  }

  get(label: string, suffix: Uint8Array = NO_SUFFIX): Uint8Array {
    const secret = new Uint8Array(SECRET_BYTES)
    this.#keyed._cloneInto(SCRATCH)
    SCRATCH.update(labelBytes(label)).update(suffix).update(BLOCK).digestInto(secret)
    return secret
  }
}

/** Never fed, and what it is copied to: to make one takes as long as to hash some bytes. */
const FRESH: Hash = /* @__PURE__ */ nobleSha256.create()
const HASHING: Hash = /* @__PURE__ */ nobleSha256.create()

/** One for all: to make one takes as long as to use it, and it forgets what it was used for. */
const SCRATCH: Mac = /* @__PURE__ */ hmac.create(nobleSha256, NO_SUFFIX)

const labels = new Map<string, Uint8Array>()

function labelBytes(label: string): Uint8Array {
  let bytes = labels.get(label)
  if (bytes === undefined) {
    bytes = utf8ToBytes(LABEL_PREFIX + label)
    labels.set(label, bytes)
  }
  return bytes
}
