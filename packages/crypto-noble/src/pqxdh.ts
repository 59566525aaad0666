/**
 * PQXDH (The PQXDH Key Agreement Protocol, revision 3) for both roles. IK is an identity key, EK the initiator's base key,
 * SPK, OPK and PQPK the responder's signed, one-time and Kyber prekeys.
 *
 *     DH1 = DH(IK_A, SPK_B)   DH2 = DH(EK_A, IK_B)   DH3 = DH(EK_A, SPK_B)   DH4 = DH(EK_A, OPK_B), where there is one
 *     (CT, SS) = PQKEM-ENC(PQPK_B)
 *     SK = KDF(F || DH1 || DH2 || DH3 || DH4 || SS), with F = 32 bytes of 0xFF
 */
import { concatBytes } from '@noble/hashes/utils.js'
import type { KeyPair } from '@sealpost/crypto'
import { BASE_POINT } from './agreement.ts'
import type { Agreement, AgreedAll, PreparedKey } from './agreement.ts'
import { canonicalAgreement, isCanonicalKey } from './canonical-key.ts'
import { encodeCurveKey } from './curve-key.ts'
import { deriveRoot, deriveSession } from './key-schedule.ts'
import type { SessionSecrets } from './key-schedule.ts'
import { encodeSpqr, initialSpqr } from './spqr/index.ts'
import type { PendingPrekeys, Session } from './session.ts'
import { wipe } from './wipe.ts'

const F = new Uint8Array(32).fill(0xff)

/** What the initiator has once the bundle's signatures are verified. Public keys are of 33 bytes. */
export interface InitiatorKeys {
  readonly identity: KeyPair
  /** The private half of EK_A. */
  readonly basePrivateKey: Uint8Array
  /** The private half of the first ratchet key. */
  readonly ratchetPrivateKey: Uint8Array
  readonly remoteIdentity: Uint8Array
  readonly signedPrekey: Uint8Array
  readonly oneTimePrekey: Uint8Array | undefined
}

/**
 * What the initiator must agree on; `initiateSession` takes the outcome in this order.
 *
 * @param base what is known of the base key beforehand.
 * @param ratchet what is known of the ratchet key beforehand.
 */
export function initiatorAgreements(
  keys: InitiatorKeys,
  base?: PreparedKey,
  ratchet?: PreparedKey
): readonly Agreement[] {
  const { basePrivateKey, oneTimePrekey, ratchetPrivateKey, signedPrekey } = keys
  return [
    { privateKey: basePrivateKey, publicKey: BASE_POINT, prepared: base },
    { privateKey: ratchetPrivateKey, publicKey: BASE_POINT, prepared: ratchet },
    { privateKey: ratchetPrivateKey, publicKey: signedPrekey, prepared: ratchet },
    { privateKey: keys.identity.privateKey, publicKey: signedPrekey },
    { privateKey: basePrivateKey, publicKey: keys.remoteIdentity, prepared: base },
    { privateKey: basePrivateKey, publicKey: signedPrekey, prepared: base },
    ...(oneTimePrekey === undefined
      ? []
      : [{ privateKey: basePrivateKey, publicKey: oneTimePrekey, prepared: base }])
  ]
}

/**
 * The initiator's session (PQXDH 3.3, RatchetInitAlice of Double Ratchet 3.3). Wipes the base private key, what was agreed on
 * and `sharedSecret`.
 *
 * @returns undefined where a key is of small order.
 */
export function initiateSession(
  keys: InitiatorKeys,
  agreed: AgreedAll,
  kem: {
    readonly sharedSecret: Uint8Array
    readonly pending: PendingPrekeys
    readonly localRegistrationId: number
  }
): Session | undefined {
  const [baseU, ratchetU, first, ...dhs] = agreed
  const secrets = agreeOnSession(dhs, kem.sharedSecret)
  wipe(keys.basePrivateKey)
  if (
    secrets === undefined ||
    baseU === undefined ||
    ratchetU === undefined ||
    first === undefined
  ) {
    return undefined
  }
  const ratchet = deriveRoot(secrets.rootKey, first)
  const spqr = encodeSpqr(initialSpqr(secrets.spqrKey, 'a2b'))
  wipe(first, secrets.rootKey, secrets.spqrKey)
  return {
    localIdentity: keys.identity.publicKey,
    remoteIdentity: keys.remoteIdentity,
    localRegistrationId: kem.localRegistrationId,
    baseKey: encodeCurveKey(baseU),
    rootKey: ratchet.rootKey,
    previousCounter: 0,
    sender: {
      pair: { publicKey: encodeCurveKey(ratchetU), privateKey: keys.ratchetPrivateKey },
      index: 0,
      chainKey: ratchet.chainKey
    },
    // The responder's first chain: nothing is ever sent in it, but libsignal keeps it, and it counts among the five.
    receivers: [
      { ratchetKey: keys.signedPrekey, index: 0, chainKey: secrets.chainKey, skipped: [] }
    ],
    pending: kem.pending,
    spqr
  }
}

/** What the responder has once it has found the prekeys that a first message names. */
export interface ResponderKeys {
  readonly identity: KeyPair
  readonly signedPrekey: KeyPair
  readonly oneTimePrivateKey: Uint8Array | undefined
  readonly remoteIdentity: Uint8Array
  readonly baseKey: Uint8Array
}

/** What the responder must agree on; `respondSession` takes the outcome in this order. The first says what the base key is. */
export function responderAgreements(keys: ResponderKeys): readonly Agreement[] {
  const { baseKey, oneTimePrivateKey, signedPrekey } = keys
  return [
    canonicalAgreement(baseKey),
    { privateKey: signedPrekey.privateKey, publicKey: keys.remoteIdentity },
    { privateKey: keys.identity.privateKey, publicKey: baseKey },
    { privateKey: signedPrekey.privateKey, publicKey: baseKey },
    ...(oneTimePrivateKey === undefined
      ? []
      : [{ privateKey: oneTimePrivateKey, publicKey: baseKey }])
  ]
}

/**
 * The responder's session (PQXDH 3.4, RatchetInitBob of Double Ratchet 3.3). Wipes what was agreed on and `sharedSecret`.
 *
 * @returns undefined where a key is of small order, or the base key is not written in the one way it has.
 */
export function respondSession(
  keys: ResponderKeys,
  agreed: AgreedAll,
  kem: { readonly sharedSecret: Uint8Array; readonly localRegistrationId: number }
): Session | undefined {
  const [returned, ...dhs] = agreed
  const secrets = agreeOnSession(dhs, kem.sharedSecret)
  if (secrets === undefined || !isCanonicalKey(keys.baseKey, returned)) {
    return undefined
  }
  const spqr = encodeSpqr(initialSpqr(secrets.spqrKey, 'b2a'))
  wipe(secrets.spqrKey)
  return {
    localIdentity: keys.identity.publicKey,
    remoteIdentity: keys.remoteIdentity,
    localRegistrationId: kem.localRegistrationId,
    baseKey: keys.baseKey,
    rootKey: secrets.rootKey,
    previousCounter: 0,
    sender: { pair: keys.signedPrekey, index: 0, chainKey: secrets.chainKey },
    receivers: [],
    pending: undefined,
    spqr
  }
}

/** SK of 3.3, from DH1 to DH3 or DH4 and SS. */
function agreeOnSession(dhs: AgreedAll, sharedSecret: Uint8Array): SessionSecrets | undefined {
  const present = dhs.filter((dh) => dh !== undefined)
  if (present.length < dhs.length) {
    return undefined
  }
  const keyMaterial = concatBytes(F, ...present, sharedSecret)
  const secrets = deriveSession(keyMaterial)
  wipe(keyMaterial, sharedSecret, ...present)
  return secrets
}
