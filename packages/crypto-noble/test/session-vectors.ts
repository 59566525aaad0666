import type { SessionBundle } from '@sealpost/crypto'
import { concatBytes, hexToBytes } from '@sealpost/protocol'
import { agreeAll, publicU } from '../src/agreement.ts'
import type { AgreedAll } from '../src/agreement.ts'
import { encodeCurveKey } from '../src/curve-key.ts'
import { deriveSession } from '../src/key-schedule.ts'
import { decapsulateKyber, encapsulateKyber } from '../src/kyber-1024.ts'
import { initiateSession, initiatorAgreements } from '../src/pqxdh.ts'
import { respondSession, responderAgreements } from '../src/pqxdh.ts'
import { decodePrekeyMessage } from '../src/prekey-message.ts'
import type { Session } from '../src/session.ts'
import { decryptMessage, encryptMessage } from '../src/triple-ratchet.ts'
import { ratchetStep, stepAgreements, takeReceiveSeed } from '../src/double-ratchet.ts'
import { verifyXeddsa } from '../src/xeddsa.ts'
import { checkSame } from './check.ts'
import { givenRandom } from './given-random.ts'
import type { VectorCase } from './vector-case.ts'

/** A bundle as the files write it. */
export interface BundleVector {
  readonly reg: number
  readonly ik: string
  readonly spkId: number
  readonly spk: string
  readonly spkSig: string
  readonly kpkId: number
  readonly kpk: string
  readonly kpkSig: string
  readonly opkId?: number
  readonly opk?: string
}

/** The bundle as an engine takes it. */
export function bundleOf(vector: BundleVector): SessionBundle {
  const { opk, opkId } = vector
  return {
    registrationId: vector.reg,
    signedPrekey: {
      id: vector.spkId,
      publicKey: hexToBytes(vector.spk),
      signature: hexToBytes(vector.spkSig)
    },
    kyberPrekey: {
      id: vector.kpkId,
      publicKey: hexToBytes(vector.kpk),
      signature: hexToBytes(vector.kpkSig)
    },
    oneTimePrekey:
      opk === undefined || opkId === undefined
        ? undefined
        : { id: opkId, publicKey: hexToBytes(opk) }
  }
}

interface HandshakeVector {
  readonly initiator: Readonly<
    Record<'identityPriv' | 'identityPub' | 'basePriv' | 'basePub', string>
  > &
    Readonly<Record<'ratchetPriv' | 'ratchetPub' | 'kemRandom', string>> & {
      readonly registrationId: number
    }
  readonly bundle: BundleVector
  readonly responderPrivate: {
    readonly identity: string
    readonly signedPreKey: string
    readonly oneTimePreKey?: string
    readonly kyberPreKeySecret: string
  }
  readonly kemCiphertext: string
  readonly kemSharedSecret: string
  readonly secretInput: string
  readonly derived: Readonly<Record<'rootKey' | 'chainKey' | 'pqrKey', string>>
  readonly initiatorAfterInit: Readonly<Record<'rootKey' | 'sendChainKey', string>>
  readonly spqrRandom: { readonly mlkemSeed: string }
  readonly firstMessage: { readonly body: string; readonly plaintext: string }
  readonly officialResponderAfter: {
    readonly receiverRatchet: string
    readonly receiverChainKeyNext: string
  }
}

/** PQXDH, both roles, up to the first message. */
export const SESSION_VECTORS: readonly VectorCase[] = [
  {
    file: 'pqxdh',
    title: 'derives what both sides share',
    run(vectors: readonly HandshakeVector[]) {
      for (const vector of vectors) {
        const secrets = deriveSession(hexToBytes(vector.secretInput))
        checkSame(secrets.rootKey, vector.derived.rootKey, 'the root key')
        checkSame(secrets.chainKey, vector.derived.chainKey, 'the chain key')
        checkSame(secrets.spqrKey, vector.derived.pqrKey, 'the key of SPQR')
      }
    }
  },
  {
    file: 'pqxdh',
    title: 'starts and answers a session',
    run(vectors: readonly HandshakeVector[]) {
      for (const vector of vectors) {
        const session = initiator(vector)
        checkSame(session.rootKey, vector.initiatorAfterInit.rootKey, "the initiator's root key")
        checkSame(session.sender.chainKey, vector.initiatorAfterInit.sendChainKey, 'its chain key')
        const text = hexToBytes(vector.firstMessage.plaintext)
        const sent = encryptMessage(session, text, givenRandom(vector.spqrRandom.mlkemSeed))
        checkSame(sent.ciphertext.type, 3, 'the type')
        checkSame(sent.ciphertext.bytes, vector.firstMessage.body, 'the first message')
        checkAnswer(vector, responder(vector))
      }
    }
  }
]

/** What was agreed on, where nothing native is asked. */
function agreedNow(agreed: ReturnType<typeof agreeAll>): AgreedAll {
  if (agreed instanceof Promise) {
    throw new Error('nothing is to be waited for')
  }
  return agreed
}

function pairOf(privateKey: string): { publicKey: Uint8Array; privateKey: Uint8Array } {
  const bytes = hexToBytes(privateKey)
  return { publicKey: encodeCurveKey(publicU(bytes)), privateKey: bytes }
}

function initiator({ bundle, initiator: own, ...vector }: HandshakeVector): Session {
  const remoteIdentity = hexToBytes(bundle.ik)
  for (const [key, signature] of [
    [bundle.spk, bundle.spkSig],
    [bundle.kpk, bundle.kpkSig]
  ] as const) {
    const isSigned = verifyXeddsa(remoteIdentity, hexToBytes(key), hexToBytes(signature))
    checkSame(isSigned, true, 'whether the bundle is signed')
  }
  const keys = {
    identity: pairOf(own.identityPriv),
    basePrivateKey: hexToBytes(own.basePriv),
    ratchetPrivateKey: hexToBytes(own.ratchetPriv),
    remoteIdentity,
    signedPrekey: hexToBytes(bundle.spk),
    oneTimePrekey: bundle.opk === undefined ? undefined : hexToBytes(bundle.opk)
  }
  const kem = encapsulateKyber(hexToBytes(bundle.kpk), hexToBytes(own.kemRandom))
  checkSame(kem?.ciphertext, vector.kemCiphertext, 'the KEM ciphertext')
  checkSame(kem?.sharedSecret, vector.kemSharedSecret, 'the KEM secret')
  const session = initiateSession(keys, agreedNow(agreeAll(initiatorAgreements(keys), undefined)), {
    sharedSecret: hexToBytes(vector.kemSharedSecret),
    localRegistrationId: own.registrationId,
    pending: {
      createdAtSeconds: 0,
      oneTimePrekeyId: bundle.opkId,
      signedPrekeyId: bundle.spkId,
      kyberPrekeyId: bundle.kpkId,
      kyberCiphertext: hexToBytes(vector.kemCiphertext)
    }
  })
  if (session === undefined) {
    throw new Error('no session came of it')
  }
  checkSame(session.baseKey, own.basePub, 'the base key')
  checkSame(session.sender.pair.publicKey, own.ratchetPub, 'the ratchet key')
  return session
}

function responder({ responderPrivate: own, ...vector }: HandshakeVector): Session {
  const message = decodePrekeyMessage(hexToBytes(vector.firstMessage.body))
  const { oneTimePreKey } = own
  const keys = {
    identity: pairOf(own.identity),
    signedPrekey: pairOf(own.signedPreKey),
    oneTimePrivateKey: oneTimePreKey === undefined ? undefined : hexToBytes(oneTimePreKey),
    remoteIdentity: message.identityKey,
    baseKey: message.baseKey
  }
  const sharedSecret = decapsulateKyber(message.kyberCiphertext, hexToBytes(own.kyberPreKeySecret))
  const agreed = agreedNow(agreeAll(responderAgreements(keys), undefined))
  const secretInput = concatBytes(
    new Uint8Array(32).fill(0xff),
    // The first says what the base key is.
    ...agreed.slice(1).map((dh) => dh ?? new Uint8Array(0)),
    sharedSecret
  )
  checkSame(secretInput, vector.secretInput, 'what the session is derived from')
  const session = respondSession(keys, agreed, { sharedSecret, localRegistrationId: 7 })
  if (session === undefined) {
    throw new Error('no session came of it')
  }
  return session
}

/** Decrypts the first message, and looks at what libsignal's responder kept of it. */
function checkAnswer(vector: HandshakeVector, session: Session): void {
  const { inner } = decodePrekeyMessage(hexToBytes(vector.firstMessage.body))
  const privateKey = hexToBytes(vector.initiator.ratchetPriv)
  const step = (): Parameters<typeof ratchetStep>[2] => ({
    privateKey,
    agreed: agreedNow(agreeAll(stepAgreements(session, inner.ratchetKey, privateKey), undefined))
  })
  const stepped = ratchetStep(session, inner.ratchetKey, step())
  const taken = takeReceiveSeed(stepped, inner.ratchetKey, inner.index)
  const after = vector.officialResponderAfter
  const chain = taken.session.receivers.at(-1)
  checkSame(chain?.ratchetKey, after.receiverRatchet, "the receiver's ratchet key")
  checkSame(chain?.chainKey, after.receiverChainKeyNext, 'its next chain key')
  const { plaintext } = decryptMessage(session, inner, step())
  checkSame(plaintext, vector.firstMessage.plaintext, 'the plaintext')
}
