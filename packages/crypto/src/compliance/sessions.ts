import { bytesToHex, equalBytes, identityKeys } from '@sealpost/protocol'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkBytes, checkEqual, checkRefused } from './check.ts'
import { NOW_MS, Party, deliver, leavesUntouched, oneTimePrekeyOf, twoInTouch } from './party.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
const PENDING_MS_MAX: number = 30 * DAY_MS

/** Sessions from their first message on: how they start, start again, meet and grow stale. */
export const SESSION_CASES: readonly ComplianceCase[] = [
  ...[true, false].map(
    (hasOneTimePrekey) =>
      ({
        title: `carries messages both ways, started ${hasOneTimePrekey ? 'with' : 'without'} a one-time prekey`,
        run: async (makeEngine) => {
          const engine = await makeEngine()
          const alice = await Party.create(engine)
          const bob = await Party.create(engine, 5)
          await alice.startSession(bob, await bob.publish({ hasOneTimePrekey }))
          await deliver(alice, bob, 'one')
          await deliver(alice, bob, 'two')
          await deliver(bob, alice, 'three')
          await deliver(bob, alice, 'four')
          await deliver(alice, bob, 'five')
        }
      }) satisfies ComplianceCase
  ),
  {
    title: 'sends type 3 until the peer has answered, then type 2',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      checkEqual((await deliver(alice, bob, 'one')).type, 3, 'the first message')
      checkEqual((await deliver(alice, bob, 'two')).type, 3, 'a second one before the answer')
      checkEqual((await deliver(bob, alice, 'three')).type, 2, 'the answer')
      checkEqual((await deliver(alice, bob, 'four')).type, 2, 'what follows')
    }
  },
  {
    title: 'removes the one-time prekey and notes the Kyber prekey with the first message, once',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      await alice.startSession(bob, bundle)
      await deliver(alice, bob, 'one')
      const { id } = oneTimePrekeyOf(bundle)
      checkEqual(bob.stores.oneTimePrekeys.has(id), false, 'the one-time prekey is held')
      checkEqual(bob.stores.kyberUses.size, 1, 'uses of the Kyber prekey')
      checkEqual(bob.stores.writeCount, 3, 'writes for the first message')
      await deliver(alice, bob, 'two')
      checkEqual(bob.stores.kyberUses.size, 1, 'uses after a second message of type 3')
      checkEqual(bob.stores.writeCount, 4, 'writes after a second message of type 3')
    }
  },
  {
    title: 'says of a session whether it can encrypt and whether it was answered',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const summary = async (own: Party, peer: Party): Promise<string> => {
        const found = await engine.sessionSummary(own.stores, peer.address, NOW_MS)
        return found === undefined
          ? 'none'
          : `${String(found.canEncrypt)} ${String(found.isAnswered)}`
      }
      checkEqual(await summary(alice, bob), 'none', 'before there is one')
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      checkEqual(await summary(alice, bob), 'true false', 'the initiator, before the answer')
      await deliver(alice, bob, 'one')
      checkEqual(await summary(alice, bob), 'true false', 'the initiator, after sending')
      checkEqual(await summary(bob, alice), 'true true', 'the responder')
      await deliver(bob, alice, 'two')
      checkEqual(await summary(alice, bob), 'true true', 'the initiator, after the answer')
    }
  },
  {
    title: 'gives up a session that nobody answered for more than thirty days',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: false }))
      await alice.send(bob, 'in time', NOW_MS + PENDING_MS_MAX)
      const lateMs = NOW_MS + PENDING_MS_MAX + 1_000
      const summary = await engine.sessionSummary(alice.stores, bob.address, lateMs)
      checkEqual(summary?.canEncrypt, false, 'whether a stale session can encrypt')
      checkEqual(summary?.isAnswered, false, 'whether a stale session was answered')
      await leavesUntouched(alice, 'encrypting in a stale session', () =>
        checkRefused(alice.send(bob, 'too late', lateMs), 'SEALPOST_NO_SESSION')
      )
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: false }), lateMs)
      const again = await alice.send(bob, 'again', lateMs)
      checkEqual(await bob.receive(alice, again, lateMs), 'again', 'another text than was sent')
    }
  },
  {
    title: 'keeps a session that was answered, however long ago',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const ciphertext = await alice.send(bob, 'still here', NOW_MS + 1_000 * DAY_MS)
      checkEqual(ciphertext.type, 2, 'the type')
      checkEqual(await bob.receive(alice, ciphertext), 'still here', 'another text than was sent')
    }
  },
  {
    title: 'has no session before one is started',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const other = await twoInTouch(engine)
      const stray = await other.alice.send(other.bob, 'for another')
      for (const [what, attempt] of [
        ['encrypting', () => alice.send(bob, 'x')],
        ['decrypting', () => alice.receive(bob, stray)]
      ] as const) {
        await leavesUntouched(alice, what, () => checkRefused(attempt(), 'SEALPOST_NO_SESSION'))
      }
    }
  },
  {
    title: 'makes sessions between two devices of one account',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const phone = await Party.create(engine, 1)
      const laptop = await Party.create(engine, 2, phone.identity)
      await phone.startSession(laptop, await laptop.publish({ hasOneTimePrekey: true }))
      await deliver(phone, laptop, 'one')
      await deliver(laptop, phone, 'two')
      await deliver(phone, laptop, 'three')
    }
  },
  {
    title: 'keeps the sessions with two devices of a contact apart',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const tablet = await Party.create(bob.engine, 2, bob.identity)
      await alice.startSession(tablet, await tablet.publish({ hasOneTimePrekey: true }))
      await deliver(alice, tablet, 'for the tablet')
      checkEqual((await deliver(alice, bob, 'for the first device')).type, 2, 'the type')
      const forBob = await alice.send(bob, 'not for the tablet')
      await leavesUntouched(tablet, "a sibling's message", () =>
        checkRefused(tablet.receive(alice, forBob), 'SEALPOST_MESSAGE_INVALID')
      )
    }
  },
  {
    title: 'starts again from a bundle and still decrypts what was sent in the session before',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const late = await bob.send(alice, 'sent before')
      const lateToo = await alice.send(bob, 'sent before, too')
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      checkEqual((await deliver(alice, bob, 'afresh')).type, 3, 'the type after starting again')
      checkEqual(await bob.receive(alice, lateToo), 'sent before, too', 'the archived session')
      checkEqual(await alice.receive(bob, late), 'sent before', 'the archived session')
      await deliver(bob, alice, 'and on')
      await deliver(alice, bob, 'and on')
    }
  },
  {
    title: 'converges where both start at once',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      await bob.startSession(alice, await alice.publish({ hasOneTimePrekey: true }))
      const fromAlice = await alice.send(bob, 'from alice')
      const fromBob = await bob.send(alice, 'from bob')
      checkEqual(await bob.receive(alice, fromAlice), 'from alice', 'what alice sent')
      checkEqual(await alice.receive(bob, fromBob), 'from bob', 'what bob sent')
      for (let turn = 0; turn < 3; turn++) {
        await deliver(alice, bob, `alice ${String(turn)}`)
        await deliver(bob, alice, `bob ${String(turn)}`)
      }
      checkEqual((await deliver(alice, bob, 'settled')).type, 2, "alice's type in the end")
      checkEqual((await deliver(bob, alice, 'settled')).type, 2, "bob's type in the end")
    }
  },
  {
    title: 'carries plaintexts of every size, from none to a quarter of a megabyte',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      for (const length of [0, 1, 15, 16, 17, 1_887, 30_000, 262_144]) {
        const plaintext = Uint8Array.from({ length }, (_, i) => i % 251)
        const ciphertext = await alice.engine.encrypt(alice.stores, bob.address, plaintext, NOW_MS)
        const decrypted = await bob.engine.decrypt(bob.stores, alice.address, ciphertext, NOW_MS)
        checkBytes(decrypted, plaintext, `${String(length)} bytes came out as others`)
      }
    }
  },
  {
    title: 'leaves the arrays it is given as they are',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const plaintext = Uint8Array.of(1, 2, 3)
      const ciphertext = await alice.engine.encrypt(alice.stores, bob.address, plaintext, NOW_MS)
      const copy = ciphertext.bytes.slice()
      await bob.engine.decrypt(bob.stores, alice.address, ciphertext, NOW_MS)
      checkBytes(plaintext, Uint8Array.of(1, 2, 3), 'encrypting changed the plaintext')
      checkBytes(ciphertext.bytes, copy, 'decrypting changed the ciphertext')
    }
  },
  {
    title: 'encrypts the same text to other bytes each time',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const one = await alice.send(bob, 'the same')
      const two = await alice.send(bob, 'the same')
      check(!equalBytes(one.bytes, two.bytes), 'two messages are equal')
    }
  },
  {
    title: 'reads the head of a first message',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      for (const hasOneTimePrekey of [true, false]) {
        const bundle = await bob.publish({ hasOneTimePrekey })
        await alice.startSession(bob, bundle)
        const first = await alice.send(bob, 'hello')
        const header = await engine.readPrekeyMessage(first.bytes)
        const key = bytesToHex(identityKeys.toBytes(alice.address.identityKey))
        checkEqual(header.identityKey, key, 'the identity key')
        checkEqual(header.registrationId, await alice.stores.registrationId(), 'registration id')
        checkEqual(header.signedPrekeyId, bundle.signedPrekey.id, 'the signed prekey')
        checkEqual(header.kyberPrekeyId, bundle.kyberPrekey.id, 'the Kyber prekey')
        checkEqual(header.oneTimePrekeyId, bundle.oneTimePrekey?.id, 'the one-time prekey')
      }
    }
  }
]
