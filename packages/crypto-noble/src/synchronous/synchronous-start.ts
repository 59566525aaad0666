/** `../session-start.ts`, with agreements made and signatures checked at once. */
import type { Random, SessionBundle } from '@sealpost/crypto'
import { clamped, freshPrivateKey, isCurveKey } from '../curve-key.ts'
import { encapsulateKyber, isKyberBytes } from '../kyber-1024.ts'
import { initiateSession, initiatorAgreements } from '../pqxdh.ts'
import { invalidBundle } from '../refusal.ts'
import type { Session } from '../session.ts'
import { verifyXeddsa } from '../xeddsa.ts'
import { agreeNow } from './synchronous-decryption.ts'
import type { SynchronousStores } from './synchronous-stores.ts'

/** As `sessionFromBundle`. */
export function sessionFromBundleNow(
  random: Random,
  stores: SynchronousStores,
  remoteIdentity: Uint8Array,
  bundle: SessionBundle,
  nowMs: number
): Session {
  const { kyberPrekey, oneTimePrekey, signedPrekey } = bundle
  const isSound =
    isCurveKey(remoteIdentity) &&
    isCurveKey(signedPrekey.publicKey) &&
    isKyberBytes(kyberPrekey.publicKey) &&
    (oneTimePrekey === undefined || isCurveKey(oneTimePrekey.publicKey)) &&
    [signedPrekey, kyberPrekey].every(({ publicKey, signature }) =>
      verifyXeddsa(remoteIdentity, publicKey, signature)
    )
  if (!isSound) {
    throw invalidBundle()
  }
  const { publicKey, privateKey } = stores.identity()
  const keys = {
    identity: { publicKey, privateKey: clamped(privateKey) },
    basePrivateKey: freshPrivateKey(random),
    ratchetPrivateKey: freshPrivateKey(random),
    remoteIdentity,
    signedPrekey: signedPrekey.publicKey,
    oneTimePrekey: oneTimePrekey?.publicKey
  }
  const kem = encapsulateKyber(kyberPrekey.publicKey, random.bytes(32))
  if (kem === undefined) {
    throw invalidBundle()
  }
  const session = initiateSession(keys, agreeNow(initiatorAgreements(keys)), {
    sharedSecret: kem.sharedSecret,
    pending: {
      createdAtSeconds: Math.floor(nowMs / 1_000),
      oneTimePrekeyId: oneTimePrekey?.id,
      signedPrekeyId: signedPrekey.id,
      kyberPrekeyId: kyberPrekey.id,
      kyberCiphertext: kem.ciphertext
    },
    localRegistrationId: stores.registrationId()
  })
  if (session === undefined) {
    throw invalidBundle()
  }
  return session
}
