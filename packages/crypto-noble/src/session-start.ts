/** Starting a session from a prekey bundle (PQXDH 3.3). */
import type { EngineStores, SessionBundle } from '@sealpost/crypto'
import { agreeAll } from './agreement.ts'
import type { NativeCurve } from './agreement.ts'
import { clamped, freshPrivateKey, isCurveKey } from './curve-key.ts'
import { encapsulateKyber, isKyberBytes } from './kyber-1024.ts'
import { initiateSession, initiatorAgreements } from './pqxdh.ts'
import type { InitiatorKeys } from './pqxdh.ts'
import { invalidBundle } from './refusal.ts'
import type { EngineHelp } from './session-decryption.ts'
import type { Session } from './session.ts'
import { wipe } from './wipe.ts'
import { verifyXeddsa, verifyXeddsaNatively } from './xeddsa.ts'

/**
 * A session with the holder of `remoteIdentity`, from a bundle that it signed. Takes 96 random bytes: base key, ratchet key,
 * encapsulation; fewer where the pool gives keys.
 *
 * @throws CryptoError `SEALPOST_BUNDLE_INVALID`
 */
export async function sessionFromBundle(
  { curve, pool, random }: EngineHelp,
  stores: EngineStores,
  remoteIdentity: Uint8Array,
  bundle: SessionBundle,
  nowMs: number
): Promise<Session> {
  const identity = await stores.identity()
  const localRegistrationId = await stores.registrationId()
  await verifyBundle(remoteIdentity, bundle, curve)
  const identityPrivateKey = clamped(identity.privateKey)
  const [base, ratchet] = [pool?.takeCurveKey(), pool?.takeCurveKey()]
  const keys: InitiatorKeys = {
    identity: { publicKey: identity.publicKey, privateKey: identityPrivateKey },
    basePrivateKey: base?.privateKey ?? freshPrivateKey(random),
    ratchetPrivateKey: ratchet?.privateKey ?? freshPrivateKey(random),
    remoteIdentity,
    signedPrekey: bundle.signedPrekey.publicKey,
    oneTimePrekey: bundle.oneTimePrekey?.publicKey
  }
  const kemRandom = random.bytes(32)
  const kem = encapsulateKyber(bundle.kyberPrekey.publicKey, kemRandom)
  wipe(kemRandom)
  if (kem === undefined) {
    throw invalidBundle()
  }
  const agreed = agreeAll(initiatorAgreements(keys, base, ratchet), curve)
  const session = initiateSession(keys, agreed instanceof Promise ? await agreed : agreed, {
    sharedSecret: kem.sharedSecret,
    pending: {
      createdAtSeconds: Math.floor(nowMs / 1_000),
      oneTimePrekeyId: bundle.oneTimePrekey?.id,
      signedPrekeyId: bundle.signedPrekey.id,
      kyberPrekeyId: bundle.kyberPrekey.id,
      kyberCiphertext: kem.ciphertext
    },
    localRegistrationId
  })
  wipe(identityPrivateKey)
  if (session === undefined) {
    throw invalidBundle()
  }
  return session
}

async function verifyBundle(
  remoteIdentity: Uint8Array,
  bundle: SessionBundle,
  curve: NativeCurve | undefined
): Promise<void> {
  const { kyberPrekey, oneTimePrekey, signedPrekey } = bundle
  const isWhole =
    isCurveKey(remoteIdentity) &&
    isCurveKey(signedPrekey.publicKey) &&
    isKyberBytes(kyberPrekey.publicKey) &&
    (oneTimePrekey === undefined || isCurveKey(oneTimePrekey.publicKey))
  if (!isWhole) {
    throw invalidBundle()
  }
  const verify = curve?.verify
  const verdicts = [signedPrekey, kyberPrekey].map(({ publicKey, signature }) =>
    verify === undefined
      ? verifyXeddsa(remoteIdentity, publicKey, signature)
      : verifyXeddsaNatively(remoteIdentity, publicKey, signature, verify)
  )
  for (const verdict of verdicts) {
    if (!(await verdict)) {
      throw invalidBundle()
    }
  }
}
