import { bytesToHex, hexToBytes, isSealpostError } from '@sealpost/protocol'
import { publicU } from '../src/agreement.ts'
import { encodeCurveKey } from '../src/curve-key.ts'
import {
  decryptFromGroup,
  distributionOf,
  encryptForGroup,
  withDistribution
} from '../src/sender-key.ts'
import type { SenderKeyRecord } from '../src/sender-key.ts'
import { decodeDistribution } from '../src/sender-key-message.ts'
import { checkSame, thrownBy } from './check.ts'
import { givenRandom } from './given-random.ts'
import type { VectorCase } from './vector-case.ts'

interface SenderKeyVectors {
  readonly distributionId: string
  readonly official: {
    readonly distributionMessage: string
    readonly messages: readonly { readonly body: string; readonly plaintext: string }[]
    readonly deliverOrder: readonly number[]
    readonly duplicateOf: number
  }
  readonly prototype: {
    readonly chainId: number
    readonly signingPriv: string
    readonly signingPub: string
    readonly distributionMessage: string
    readonly messages: readonly {
      readonly body: string
      readonly plaintext: string
      readonly signatureRandom: string
    }[]
  }
}

/** Groups, in both directions. */
export const SENDER_KEY_VECTORS: readonly VectorCase[] = [
  {
    file: 'senderkeys',
    title: "reads libsignal's group messages in whatever order they come, once",
    run({ official }: SenderKeyVectors) {
      let record = withDistribution(undefined, hexToBytes(official.distributionMessage))
      for (const index of official.deliverOrder) {
        const message = official.messages[index]
        const decrypted = decryptFromGroup(record, hexToBytes(message?.body ?? ''))
        checkSame(decrypted.plaintext, message?.plaintext, `message ${String(index)}`)
        ;({ record } = decrypted)
      }
      const again = hexToBytes(official.messages[official.duplicateOf]?.body ?? '')
      const refusal = thrownBy(() => decryptFromGroup(record, again))
      const code = isSealpostError(refusal) ? refusal.code : String(refusal)
      checkSame(code, 'SEALPOST_DUPLICATE_MESSAGE', 'the duplicate')
    }
  },
  {
    file: 'senderkeys',
    title: 'writes group messages that libsignal took',
    run({ distributionId, prototype }: SenderKeyVectors) {
      const id = hexToBytes(distributionId.replaceAll('-', ''))
      const known = decodeDistribution(hexToBytes(prototype.distributionMessage))
      const signingPrivateKey = hexToBytes(prototype.signingPriv)
      checkSame(encodeCurveKey(publicU(signingPrivateKey)), prototype.signingPub, 'the signing key')
      checkSame(known.chainId, prototype.chainId, 'the chain id')
      checkSame(known.distributionId, bytesToHex(id), 'the distribution id')
      let record: SenderKeyRecord = [{ ...known, signingPrivateKey, skipped: [] }]
      checkSame(distributionOf(record, id), prototype.distributionMessage, 'the distribution')
      for (const { body, plaintext, signatureRandom } of prototype.messages) {
        const random = givenRandom(signatureRandom)
        const encrypted = encryptForGroup(record, id, hexToBytes(plaintext), random)
        checkSame(encrypted.bytes, body, 'the message')
        ;({ record } = encrypted)
      }
    }
  }
]
