/**
 * A cipher without any cryptography: ciphertexts and envelopes have the engine's lengths, and are refused where the engine refuses.
 * Nothing that people run can reach it: the arrows let no package import the simulator.
 */
import { prekeyKey } from '@sealpost/core'
import type { PrekeyBundle } from '@sealpost/protocol'
import type { CipherSuite, OwnBundle } from './client-cipher.ts'
import { nullOpen, nullSeal } from './null-seal.ts'
import { NullSession } from './null-session.ts'

const SIGNATURE_BYTES = 64
const CURVE_KEY_BYTES = 33
const KYBER_KEY_BYTES = 1_569
/** The type of every curve key. */
const DJB_TYPE = 5

/** Of a bundle the ids alone are looked at; the bytes are there to be as many, and are everybody's. */
const SHARED = {
  signedPrekey: new Uint8Array(CURVE_KEY_BYTES).fill(DJB_TYPE),
  signedPrekeySignature: new Uint8Array(SIGNATURE_BYTES),
  kyberPrekey: new Uint8Array(KYBER_KEY_BYTES).fill(8),
  kyberPrekeySignature: new Uint8Array(SIGNATURE_BYTES),
  oneTimePrekey: undefined
}
const THERE: Uint8Array = Uint8Array.of(1)

export const NULL_CIPHERS: CipherSuite = {
  makeKeys: (seed) => ({
    identity: { publicKey: Uint8Array.of(DJB_TYPE, ...seed), privateKey: seed },
    ...ownBundle({ ...SHARED, signedPrekeyId: 1, kyberPrekeyId: 1 })
  }),
  makeCipher: (init) => ({
    session: (identityKey, device) =>
      new NullSession({ ...init, identityKey, key: `${identityKey}.${String(device)}` }),
    makeBundle: ({ signedPrekeyId, kyberPrekeyId }) =>
      ownBundle({ ...SHARED, signedPrekeyId, kyberPrekeyId }),
    seal: nullSeal,
    open: (sealKey, _, envelope) => nullOpen(sealKey, envelope)
  })
}

/** The private halves are rows that are there, or are not. */
function ownBundle(bundle: PrekeyBundle): OwnBundle {
  const { kyberPrekeyId, signedPrekeyId } = bundle
  return {
    bundle,
    rows: [
      { type: 'write', table: 'kyber-prekey', key: prekeyKey(kyberPrekeyId), value: THERE },
      { type: 'write', table: 'signed-prekey', key: prekeyKey(signedPrekeyId), value: THERE }
    ]
  }
}
