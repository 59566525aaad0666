import { hexToBytes, identityKeys, utf8ToBytes } from '@sealpost/protocol'
import type { IdentityKey } from '@sealpost/protocol'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkEqual } from './check.ts'
import { withFlippedBit } from './message-fields.ts'
import { SIGNATURE_VECTORS } from './signature-vectors.ts'

const KEY_BYTES = 33

/** XEdDSA by the identity key (signal-wire 1.2). */
export const SIGNATURE_CASES: readonly ComplianceCase[] = [
  {
    title: 'verifies what it signs, of every length, and nothing else',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const key = identityKeys.fromBytes(identity.publicKey)
      const other = identityKeys.fromBytes((await engine.makeIdentity()).publicKey)
      for (const length of [0, 1, 33, 1_569, 10_000]) {
        const message = Uint8Array.from({ length }, (_, i) => i % 256)
        const signature = await engine.sign(identity, message)
        checkEqual(signature.length, 64, 'bytes of a signature')
        check(await engine.verify(key, message, signature), 'its own signature does not fit')
        check(!(await engine.verify(other, message, signature)), 'it fits another key')
        const longer = new Uint8Array(length + 1)
        longer.set(message)
        check(!(await engine.verify(key, longer, signature)), 'it fits a longer message')
      }
    }
  },
  {
    title: 'refuses a signature with any byte changed',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const key = identityKeys.fromBytes(identity.publicKey)
      const message = utf8ToBytes('a message')
      const signature = await engine.sign(identity, message)
      for (let at = 0; at < signature.length; at++) {
        const changed = withFlippedBit(signature, at, 7 - (at % 8))
        check(!(await engine.verify(key, message, changed)), `byte ${String(at)} may be changed`)
      }
      check(!(await engine.verify(key, message, withFlippedBit(signature, 63, 7))), 'the sign bit')
    }
  },
  {
    title: 'refuses signatures of every other length',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      const key = identityKeys.fromBytes(identity.publicKey)
      const message = utf8ToBytes('a message')
      const signature = await engine.sign(identity, message)
      for (let length = 0; length <= 130; length++) {
        const changed = new Uint8Array(length)
        changed.set(signature.subarray(0, length))
        checkEqual(
          await engine.verify(key, message, changed),
          length === 64,
          `a signature of ${String(length)} bytes`
        )
      }
    }
  },
  {
    title: 'refuses keys that are none without throwing',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const message = utf8ToBytes('a message')
      const signature = await engine.sign(await engine.makeIdentity(), message)
      for (const key of strangeKeys()) {
        for (const bytes of [signature, new Uint8Array(64), new Uint8Array(64).fill(255)]) {
          checkEqual(await engine.verify(key, message, bytes), false, `the key ${key}`)
        }
      }
    }
  },
  {
    title: 'agrees with the signatures of libsignal and of another implementation',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      for (const [index, vector] of SIGNATURE_VECTORS.entries()) {
        const isValid = await engine.verify(
          identityKeys.fromBytes(hexToBytes(vector.publicKey)),
          hexToBytes(vector.message),
          hexToBytes(vector.signature)
        )
        checkEqual(isValid, vector.isValid, `signature ${String(index)}`)
      }
    }
  }
]

/** Another type byte, and u = 2^255 - 20 = -1, which no Edwards point answers to. */
function strangeKeys(): readonly IdentityKey[] {
  const minusOne = new Uint8Array(KEY_BYTES).fill(255)
  minusOne.set([5, 236])
  minusOne[KEY_BYTES - 1] = 127
  return [
    new Uint8Array(KEY_BYTES),
    new Uint8Array(KEY_BYTES).fill(255),
    new Uint8Array(KEY_BYTES).fill(4),
    minusOne
  ].map(identityKeys.fromBytes)
}
