import { concatBytes, isSealpostError } from '@sealpost/protocol'
import type { ErrorCode } from '@sealpost/protocol'
import type { Ciphertext, CiphertextType } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkEqual, errorOf } from './check.ts'
import { Party, leavesUntouched, twoInTouch } from './party.ts'

const TYPES: readonly CiphertextType[] = [2, 3]
/** What bytes that nobody made can be told. */
const HOSTILE_CODES: readonly ErrorCode[] = [
  'SEALPOST_MESSAGE_INVALID',
  'SEALPOST_NO_SESSION',
  'SEALPOST_PREKEY_UNKNOWN',
  'SEALPOST_DUPLICATE_MESSAGE',
  'SEALPOST_IDENTITY_CHANGED'
]
const LENGTHS: readonly number[] = [
  ...Array.from({ length: 200 }, (_, length) => length),
  1_757,
  1_758,
  4_096,
  70_000
]

/** Bytes from a relay's disk, a faulty client or an enemy: nothing that they hold is anything but a CryptoError. */
export const HOSTILE_CASES: readonly ComplianceCase[] = [
  {
    title: 'refuses noise of every length, with a session and without',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const stranger = await Party.create(engine)
      for (const length of LENGTHS) {
        for (const bytes of [noise(length), withVersion(noise(length))]) {
          await expectRefused(bob, alice, bytes)
          await expectRefused(bob, stranger, bytes)
        }
      }
    }
  },
  {
    title: 'refuses every beginning of a message, and one with something behind it',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const message = await alice.send(bob, 'whole')
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await alice.send(bob, 'whole')
      for (const { bytes, type } of [message, first]) {
        // Most of a first message is one Kyber ciphertext, which needs no trying byte by byte.
        const step = type === 3 ? 37 : 1
        for (let length = 0; length < bytes.length; length += step) {
          await expectRefused(bob, alice, bytes.subarray(0, length), [type])
        }
        await expectRefused(bob, alice, bytes.subarray(0, -1), [type])
        await expectRefused(bob, alice, concatBytes(bytes, Uint8Array.of(0)), [type])
        await expectRefused(bob, alice, concatBytes(bytes, bytes), [type])
      }
      checkEqual(await bob.receive(alice, message), 'whole', 'the whole message')
      checkEqual(await bob.receive(alice, first), 'whole', 'the whole first message')
    }
  },
  {
    title: 'reads no head from what is no first message',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const message = await alice.send(bob, 'not a first message')
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await alice.send(bob, 'cut')
      const samples = [
        message.bytes,
        ...LENGTHS.flatMap((length) => [noise(length), withVersion(noise(length))]),
        ...Array.from({ length: 100 }, (_, length) => first.bytes.subarray(0, length))
      ]
      for (const bytes of samples) {
        const error = await errorOf(engine.readPrekeyMessage(bytes))
        check(
          isSealpostError(error) && error.code === 'SEALPOST_MESSAGE_INVALID',
          `${String(bytes.length)} bytes gave ${String(error)}`
        )
      }
    }
  }
]

async function expectRefused(
  to: Party,
  from: Party,
  bytes: Uint8Array,
  types: readonly CiphertextType[] = TYPES
): Promise<void> {
  for (const type of types) {
    const what = `type ${String(type)} of ${String(bytes.length)} bytes`
    const ciphertext: Ciphertext = { type, bytes }
    await leavesUntouched(to, what, async () => {
      const error = await errorOf(to.receive(from, ciphertext))
      check(
        isSealpostError(error) &&
          error.name === 'CryptoError' &&
          HOSTILE_CODES.includes(error.code),
        `${what} gave ${String(error)}`
      )
    })
  }
}

/** Bytes that look random and are the same each time. */
function noise(length: number): Uint8Array {
  let state = length + 1
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}

/** Begins as messages do, so that the rest is looked at. */
function withVersion(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0x44), bytes.subarray(1))
}
