import { sha3_256 } from '@noble/hashes/sha3.js'
import { hexToBytes } from '@sealpost/protocol'
import { agreeAll, publicU } from '../src/agreement.ts'
import { canonicalAgreement, isCanonicalKey } from '../src/canonical-key.ts'
import { encodeCurveKey } from '../src/curve-key.ts'
import {
  deriveGroupKeys,
  deriveMessageKeys,
  deriveRoot,
  messageSeed,
  nextChainKey
} from '../src/key-schedule.ts'
import { decapsulateKyber, encapsulateKyber, makeKyberPair } from '../src/kyber-1024.ts'
import { decryptCbc, encryptCbc, messageMac } from '../src/message-cipher.ts'
import { makeSafetyNumber } from '../src/safety-number.ts'
import { encodeSignalMessage } from '../src/signal-message.ts'
import { signXeddsa, verifyXeddsa } from '../src/xeddsa.ts'
import { checkSame } from './check.ts'
import { givenRandom } from './given-random.ts'
import type { VectorCase } from './vector-case.ts'

interface AgreementVectors {
  readonly agreement: readonly {
    readonly privA: string
    readonly pubA: string
    readonly privB: string
    readonly pubB: string
    readonly shared: string
  }[]
  readonly baseKeyCanonicalCheck: readonly { readonly pub: string; readonly canonical: boolean }[]
}

interface SignatureVector {
  readonly priv?: string
  readonly pub: string
  readonly msg: string
  readonly random?: string
  readonly sig: string
  readonly valid: boolean
}

interface KyberVector {
  readonly pub: string
  readonly sec: string
  readonly random32: string
  readonly ct: string
  readonly ss: string
  readonly tamperedCt_byte100_xor1_ss: string
}

/** The file's last entry: what a seed makes. */
interface KyberSeedVector {
  readonly seed: string
  readonly pubSha3_256: string
  readonly secSha3_256: string
}

interface ScheduleVectors {
  readonly root: readonly Readonly<Record<'root' | 'dh' | 'newRoot' | 'chainKey', string>>[]
  readonly chain: readonly (Readonly<
    Record<
      | 'chainKey'
      | 'messageSeed'
      | 'nextChainKey'
      | 'cipherKey'
      | 'macKey'
      | 'iv'
      | 'plaintext'
      | 'ciphertext',
      string
    >
  > & { readonly pqKey: string | null })[]
  readonly mac: readonly (Readonly<
    Record<
      | 'macKey'
      | 'senderIdentity'
      | 'receiverIdentity'
      | 'ratchetKey'
      | 'ciphertext'
      | 'pqRatchet'
      | 'serialized',
      string
    >
  > & { readonly counter: number; readonly previousCounter: number })[]
  readonly groupMessageKey: readonly Readonly<Record<'seed' | 'iv' | 'cipherKey', string>>[]
}

interface FingerprintVector {
  readonly iterations: number
  readonly version: number
  readonly localId: string
  readonly localKey: string
  readonly remoteId: string
  readonly remoteKey: string
  readonly display: string
  readonly scannable: string
}

/** Everything below the ratchets. */
export const PRIMITIVE_VECTORS: readonly VectorCase[] = [
  {
    file: 'x25519',
    title: 'agrees as X25519 does',
    run({ agreement }: AgreementVectors) {
      for (const { privA, privB, pubA, pubB, shared } of agreement) {
        for (const [own, ownPublic, theirs] of [
          [privA, pubA, pubB],
          [privB, pubB, pubA]
        ] as const) {
          const privateKey = hexToBytes(own)
          const agreed = agreeAll([{ privateKey, publicKey: hexToBytes(theirs) }], undefined)
          checkSame(agreed instanceof Promise, false, 'whether anything is waited for')
          checkSame(Array.isArray(agreed) ? agreed[0] : undefined, shared, 'what was agreed on')
          checkSame(encodeCurveKey(publicU(privateKey)), ownPublic, 'the public key')
        }
      }
    }
  },
  {
    file: 'x25519',
    title: 'knows canonical keys',
    run({ baseKeyCanonicalCheck }: AgreementVectors) {
      for (const { canonical, pub } of baseKeyCanonicalCheck) {
        const key = hexToBytes(pub)
        const agreed = agreeAll([canonicalAgreement(key)], undefined)
        const returned = agreed instanceof Promise ? undefined : agreed[0]
        checkSame(isCanonicalKey(key, returned), canonical, pub)
      }
    }
  },
  {
    file: 'xeddsa',
    title: 'signs and verifies',
    run(vectors: readonly SignatureVector[]) {
      for (const { msg, priv, pub, random, sig, valid } of vectors) {
        const message = hexToBytes(msg)
        checkSame(verifyXeddsa(hexToBytes(pub), message, hexToBytes(sig)), valid, 'the verdict')
        if (valid && priv !== undefined && random !== undefined) {
          const signature = signXeddsa(hexToBytes(priv), message, hexToBytes(random))
          checkSame(signature, sig, 'the signature')
        }
      }
    }
  },
  {
    file: 'kyber1024r3',
    title: 'makes key pairs, encapsulates and decapsulates',
    run(vectors: readonly (KyberVector | KyberSeedVector)[]) {
      for (const vector of vectors) {
        if ('seed' in vector) {
          const { publicKey, secretKey } = makeKyberPair(givenRandom(vector.seed))
          checkSame(sha3_256(publicKey), vector.pubSha3_256, 'the public key')
          checkSame(sha3_256(secretKey), vector.secSha3_256, 'the secret key')
        } else {
          checkEncapsulation(vector)
        }
      }
    }
  },
  {
    file: 'kdf',
    title: 'derives the keys of a session',
    run(vectors: ScheduleVectors) {
      for (const { chainKey, dh, newRoot, root } of vectors.root) {
        const derived = deriveRoot(hexToBytes(root), hexToBytes(dh))
        checkSame(derived.rootKey, newRoot, 'the root key')
        checkSame(derived.chainKey, chainKey, 'the chain key')
      }
      for (const vector of vectors.chain) {
        const chainKey = hexToBytes(vector.chainKey)
        const seed = messageSeed(chainKey)
        checkSame(seed, vector.messageSeed, 'the seed')
        checkSame(nextChainKey(chainKey), vector.nextChainKey, 'the next chain key')
        const pqKey = vector.pqKey === null ? undefined : hexToBytes(vector.pqKey)
        const keys = deriveMessageKeys(seed, pqKey)
        checkSame(keys.cipherKey, vector.cipherKey, 'the cipher key')
        checkSame(keys.macKey, vector.macKey, 'the MAC key')
        checkSame(keys.iv, vector.iv, 'the IV')
        const ciphertext = encryptCbc(keys, hexToBytes(vector.plaintext))
        checkSame(ciphertext, vector.ciphertext, 'the ciphertext')
        checkSame(decryptCbc(keys, ciphertext), vector.plaintext, 'the plaintext')
      }
      for (const { cipherKey, iv, seed } of vectors.groupMessageKey) {
        const keys = deriveGroupKeys(hexToBytes(seed))
        checkSame(keys.iv, iv, 'the IV of a group message')
        checkSame(keys.cipherKey, cipherKey, 'the key of a group message')
      }
    }
  },
  {
    file: 'kdf',
    title: 'writes a message with its MAC',
    run({ mac }: ScheduleVectors) {
      for (const vector of mac) {
        const authenticated = encodeSignalMessage({
          ratchetKey: hexToBytes(vector.ratchetKey),
          index: vector.counter,
          previousCounter: vector.previousCounter,
          ciphertext: hexToBytes(vector.ciphertext),
          spqrMessage: hexToBytes(vector.pqRatchet),
          addresses: undefined
        })
        const parties = {
          sender: hexToBytes(vector.senderIdentity),
          recipient: hexToBytes(vector.receiverIdentity)
        }
        const tag = messageMac(hexToBytes(vector.macKey), parties, authenticated)
        checkSame(Uint8Array.of(...authenticated, ...tag), vector.serialized, 'the message')
      }
    }
  },
  {
    file: 'fingerprints',
    title: 'makes safety numbers',
    run(vectors: readonly FingerprintVector[]) {
      for (const vector of vectors) {
        const own = { id: hexToBytes(vector.localId), key: hexToBytes(vector.localKey) }
        const theirs = { id: hexToBytes(vector.remoteId), key: hexToBytes(vector.remoteKey) }
        const { digits, scannable } = makeSafetyNumber(own, theirs, vector)
        checkSame(digits, vector.display, 'the digits')
        checkSame(scannable, vector.scannable, 'the scannable form')
      }
    }
  }
]

function checkEncapsulation(vector: KyberVector): void {
  const secretKey = hexToBytes(vector.sec)
  const made = encapsulateKyber(hexToBytes(vector.pub), hexToBytes(vector.random32))
  checkSame(made?.ciphertext, vector.ct, 'the ciphertext')
  checkSame(made?.sharedSecret, vector.ss, 'the secret it carries')
  const ciphertext = hexToBytes(vector.ct)
  checkSame(decapsulateKyber(ciphertext, secretKey), vector.ss, 'the secret taken out')
  ciphertext[100] = (ciphertext[100] ?? 0) ^ 1
  const rejected = vector.tamperedCt_byte100_xor1_ss
  checkSame(decapsulateKyber(ciphertext, secretKey), rejected, 'implicit rejection')
}
