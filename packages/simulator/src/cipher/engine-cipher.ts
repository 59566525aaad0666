/** The browser's engine and the envelopes' own seal, on randomness of the seed and without native helpers. */
import { prekeyKey } from '@sealpost/core'
import { type KeyPair, openEnvelope, sealEnvelope } from '@sealpost/crypto'
import { createSynchronousEngine, type SynchronousEngine } from '@sealpost/crypto-noble/synchronous'
import type { PrekeyBundle } from '@sealpost/protocol'
import type { CipherSuite, OwnBundle } from './client-cipher.ts'
import { EngineSession } from './engine-session.ts'

export const ENGINE_CIPHERS: CipherSuite = {
  makeKeys: (seed, random) => {
    const identity = createSynchronousEngine({ bytes: () => seed.slice() }).makeIdentity()
    const bundle = makeBundle(createSynchronousEngine(random), identity, 1, 1)
    return { identity, ...bundle }
  },
  makeCipher: (init) => {
    const engine = createSynchronousEngine(init.random)
    return {
      session: (identityKey, device) => new EngineSession(engine, init, { identityKey, device }),
      makeBundle: ({ signedPrekeyId, kyberPrekeyId }) =>
        makeBundle(engine, init.identity, signedPrekeyId, kyberPrekeyId),
      seal: ({ ciphertext, ...binding }, senderDevice) => {
        const { type, bytes } = ciphertext
        const inner = { type, member: 0, senderDevice, ciphertext: bytes }
        const sealed = sealEnvelope({ ...binding, ...inner }, init.random)
        const { envelopeId, recallHash, lifetime } = binding
        return { envelopeId, recallHash, lifetime, sealed }
      },
      open: (sealKey, mailboxId, envelope) => {
        const inner = openEnvelope({ sealKey, mailboxId, envelope })
        return (
          inner && {
            type: inner.type,
            device: inner.senderDevice,
            ciphertext: inner.ciphertext
          }
        )
      }
    }
  }
}

function makeBundle(
  engine: SynchronousEngine,
  identity: KeyPair,
  signedPrekeyId: number,
  kyberPrekeyId: number
): OwnBundle {
  const signed = engine.makeSignedPrekey(signedPrekeyId, identity)
  const kyber = engine.makeKyberPrekey(kyberPrekeyId, identity)
  const bundle: PrekeyBundle = {
    signedPrekeyId,
    signedPrekey: signed.publicKey,
    signedPrekeySignature: signed.signature,
    kyberPrekeyId,
    kyberPrekey: kyber.publicKey,
    kyberPrekeySignature: kyber.signature,
    oneTimePrekey: undefined
  }
  return {
    bundle,
    rows: [
      { type: 'write', table: 'signed-prekey', key: prekeyKey(signed.id), value: signed.record },
      { type: 'write', table: 'kyber-prekey', key: prekeyKey(kyber.id), value: kyber.record }
    ]
  }
}
