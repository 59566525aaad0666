import { CryptoError, isSealpostError } from '@sealpost/protocol'
import type { ErrorCode } from '@sealpost/protocol'
import type { CiphertextType } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkEqual, checkRefused, errorOf } from './check.ts'
import { messageField, messageFields, withFlippedBit } from './message-fields.ts'
import type { MessageField } from './message-fields.ts'
import { Party, leavesUntouched, twoInTouch } from './party.ts'

const MAC_BYTES = 8
/** Fields of a first message; its registration id, 5, is bound by nothing and may be changed by anyone. */
const FIRST = {
  oneTimePrekeyId: 1,
  baseKey: 2,
  identityKey: 3,
  inner: 4,
  signedPrekeyId: 6,
  kyberPrekeyId: 7,
  kyberCiphertext: 8
}

/** Whoever holds the seal's key, which is no secret among an account's devices, may change what is in it. */
export const TAMPERING_CASES: readonly ComplianceCase[] = [
  {
    title: 'refuses a message with any of its fields changed and changes nothing',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const genuine = await alice.send(bob, 'genuine')
      const { bytes } = genuine
      const fields = messageFields(bytes, { start: 1, end: bytes.length - MAC_BYTES })
      checkEqual(fields.map((field) => field.number).join(), '1,2,3,4,5', 'fields of a message')
      await expectRefused(bob, alice, 2, bytes, positionsOf({ start: 0, end: 1 }))
      for (const field of fields) {
        await expectRefused(bob, alice, 2, bytes, positionsOf(field))
      }
      const mac = { start: bytes.length - MAC_BYTES, end: bytes.length }
      await expectRefused(bob, alice, 2, bytes, positionsOf(mac))
      checkEqual(await bob.receive(alice, genuine), 'genuine', 'the genuine message afterwards')
    }
  },
  {
    title: 'refuses a first message with any of its bound fields changed and consumes nothing',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const genuine = await alice.send(bob, 'genuine')
      const { bytes } = genuine
      const outer = messageFields(bytes, { start: 1, end: bytes.length })
      const at = (number: number): MessageField => messageField(outer, number)
      const inner = at(FIRST.inner)
      const innerFields = messageFields(bytes, {
        start: inner.start + 1,
        end: inner.end - MAC_BYTES
      })
      const keyOf = ({ start, end }: MessageField): readonly number[] =>
        positionsOf({ start: start + 1, end })
      const typeByteOf = ({ start }: MessageField): readonly number[] => [start]

      const invalid = [
        positionsOf(at(FIRST.baseKey)),
        typeByteOf(at(FIRST.identityKey)),
        positionsOf(at(FIRST.kyberCiphertext)),
        [inner.start],
        ...innerFields.map(positionsOf),
        positionsOf({ start: inner.end - MAC_BYTES, end: inner.end })
      ].flat()
      await expectRefused(bob, alice, 3, bytes, invalid)
      const changedIdentity = keyOf(at(FIRST.identityKey))
      await expectRefused(bob, alice, 3, bytes, changedIdentity, 'SEALPOST_IDENTITY_CHANGED')
      const ids = [FIRST.oneTimePrekeyId, FIRST.signedPrekeyId, FIRST.kyberPrekeyId]
      const changedIds = ids.flatMap((number) => typeByteOf(at(number)))
      await expectRefused(bob, alice, 3, bytes, changedIds, 'SEALPOST_PREKEY_UNKNOWN')
      checkEqual(await bob.receive(alice, genuine), 'genuine', 'the genuine message afterwards')
    }
  },
  {
    title: 'refuses a message with any bit of its structure changed',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const genuine = await alice.send(bob, 'genuine')
      for (let at = 0; at < genuine.bytes.length; at++) {
        const bytes = withFlippedBit(genuine.bytes, at, at % 8)
        await leavesUntouched(bob, `byte ${String(at)}`, async () => {
          const error = await errorOf(bob.receive(alice, { type: 2, bytes }))
          check(isSealpostError(error), `byte ${String(at)} changed: ${String(error)}`)
          checkEqual(error.name, CryptoError.name, 'another class')
        })
      }
      checkEqual(await bob.receive(alice, genuine), 'genuine', 'the genuine message afterwards')
    }
  },
  {
    title: 'refuses a message shown as one of the other type',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const whisper = await alice.send(bob, 'whisper')
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await alice.send(bob, 'first')
      await leavesUntouched(bob, 'a message of the other type', async () => {
        await checkRefused(
          bob.receive(alice, { type: 3, bytes: whisper.bytes }),
          'SEALPOST_MESSAGE_INVALID'
        )
        await checkRefused(
          bob.receive(alice, { type: 2, bytes: first.bytes }),
          'SEALPOST_MESSAGE_INVALID'
        )
      })
      checkEqual(await bob.receive(alice, whisper), 'whisper', 'the message afterwards')
      checkEqual(await bob.receive(alice, first), 'first', 'the first message afterwards')
    }
  },
  {
    title: "refuses a first message by another identity than the address's",
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const mallory = await Party.create(engine)
      await mallory.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const forged = await mallory.send(bob, 'I am alice')
      await leavesUntouched(bob, 'another identity', () =>
        checkRefused(bob.receive(alice, forged), 'SEALPOST_IDENTITY_CHANGED')
      )
      checkEqual(await bob.receive(mallory, forged), 'I am alice', 'under its own address')
    }
  },
  {
    title: "refuses another's message in a session",
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const mallory = await Party.create(engine)
      await mallory.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      await bob.receive(mallory, await mallory.send(bob, 'hello'))
      await mallory.receive(bob, await bob.send(mallory, 'hello'))
      const forged = await mallory.send(bob, 'I am alice')
      checkEqual(forged.type, 2, 'the type')
      await leavesUntouched(bob, "another's message", () =>
        checkRefused(bob.receive(alice, forged), 'SEALPOST_MESSAGE_INVALID')
      )
    }
  }
]

/** First, middle and last byte. */
function positionsOf({ start, end }: { readonly start: number; readonly end: number }): number[] {
  return [...new Set([start, Math.floor((start + end - 1) / 2), end - 1])]
}

async function expectRefused(
  to: Party,
  from: Party,
  type: CiphertextType,
  bytes: Uint8Array,
  positions: readonly number[],
  code: ErrorCode = 'SEALPOST_MESSAGE_INVALID'
): Promise<void> {
  for (const at of positions) {
    await leavesUntouched(to, `a change at ${String(at)}`, async () => {
      const changed = { type, bytes: withFlippedBit(bytes, at) }
      const error = await errorOf(to.receive(from, changed))
      check(
        isSealpostError(error) && error.code === code && error.name === 'CryptoError',
        `byte ${String(at)} of a type ${String(type)} changed gives ${String(error)}, not ${code}`
      )
    })
  }
}
