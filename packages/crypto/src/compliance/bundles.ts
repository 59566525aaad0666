import { concatBytes } from '@sealpost/protocol'
import type { SessionBundle } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { check, checkEqual, checkRefused } from './check.ts'
import { withFlippedBit } from './message-fields.ts'
import { Party, deliver, leavesUntouched, oneTimePrekeyOf, twoInTouch } from './party.ts'

type Change = readonly [what: string, bundle: SessionBundle]

/** Prekeys: what is made, what a bundle must hold, and what becomes of them. */
export const BUNDLE_CASES: readonly ComplianceCase[] = [
  {
    title: 'makes keys and prekeys of the right shape, signed by the identity',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const bob = await Party.create(engine)
      checkEqual(bob.identity.publicKey.length, 33, 'bytes of an identity key')
      checkEqual(bob.identity.publicKey[0], 5, 'the type byte of an identity key')
      checkEqual(bob.identity.privateKey.length, 32, 'bytes of its private half')
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      checkEqual(oneTimePrekeyOf(bundle).publicKey.length, 33, 'bytes of a one-time prekey')
      checkEqual(bundle.signedPrekey.publicKey.length, 33, 'bytes of a signed prekey')
      checkEqual(bundle.kyberPrekey.publicKey.length, 1_569, 'bytes of a Kyber prekey')
      checkEqual(bundle.kyberPrekey.publicKey[0], 8, 'the type byte of a Kyber prekey')
      for (const { publicKey, signature } of [bundle.signedPrekey, bundle.kyberPrekey]) {
        checkEqual(signature.length, 64, 'bytes of a signature')
        const isSigned = await engine.verify(bob.address.identityKey, publicKey, signature)
        check(isSigned, 'a prekey is not signed by its identity')
      }
    }
  },
  {
    title: 'takes ids of 32 bits for prekeys and no others',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const identity = await engine.makeIdentity()
      for (const id of [0, 0xffff_ffff]) {
        checkEqual((await engine.makeOneTimePrekey(id)).id, id, 'a one-time prekey')
        checkEqual((await engine.makeSignedPrekey(id, identity, 0)).id, id, 'a signed prekey')
        checkEqual((await engine.makeKyberPrekey(id, identity, 0)).id, id, 'a Kyber prekey')
      }
      for (const id of [-1, 0x1_0000_0000, 0.5]) {
        for (const attempt of [
          engine.makeOneTimePrekey(id),
          engine.makeSignedPrekey(id, identity, 0),
          engine.makeKyberPrekey(id, identity, 0)
        ]) {
          await checkRefused(attempt, 'SEALPOST_USAGE', 'UsageError')
        }
      }
    }
  },
  {
    title: 'refuses a bundle that its identity key did not sign, and one whose keys are none',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const mallory = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      const other = await mallory.publish({ hasOneTimePrekey: true })
      const changes: readonly Change[] = [
        ['the bundle of another identity', other],
        ['a signed prekey by another', { ...bundle, signedPrekey: other.signedPrekey }],
        ['a Kyber prekey by another', { ...bundle, kyberPrekey: other.kyberPrekey }],
        ...changesOfSigned(bundle, 'signedPrekey'),
        ...changesOfSigned(bundle, 'kyberPrekey'),
        ...changesOfOneTimePrekey(bundle)
      ]
      for (const [what, changed] of changes) {
        await leavesUntouched(alice, what, () =>
          checkRefused(alice.startSession(bob, changed), 'SEALPOST_BUNDLE_INVALID')
        )
      }
      checkEqual((await deliver(alice, bob, 'as before')).type, 2, 'the session afterwards')
      await alice.startSession(bob, bundle)
      checkEqual((await deliver(alice, bob, 'afresh')).type, 3, 'a session from the whole bundle')
    }
  },
  {
    title: 'refuses a first message that names a prekey not held here',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      await alice.startSession(bob, bundle)
      const first = await alice.send(bob, 'hello')
      for (const [prekeys, id] of [
        [bob.stores.oneTimePrekeys, oneTimePrekeyOf(bundle).id],
        [bob.stores.signedPrekeys, bundle.signedPrekey.id],
        [bob.stores.kyberPrekeys, bundle.kyberPrekey.id]
      ] as const) {
        const record = prekeys.get(id)
        prekeys.delete(id)
        await leavesUntouched(bob, 'a prekey not held', () =>
          checkRefused(bob.receive(alice, first), 'SEALPOST_PREKEY_UNKNOWN')
        )
        prekeys.set(id, record ?? new Uint8Array(0))
      }
      checkEqual(await bob.receive(alice, first), 'hello', 'once all are held again')
    }
  },
  {
    title: 'refuses a first message shown again after its session was lost',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      for (const [hasOneTimePrekey, code] of [
        [false, 'SEALPOST_DUPLICATE_MESSAGE'],
        [true, 'SEALPOST_PREKEY_UNKNOWN']
      ] as const) {
        await alice.startSession(bob, await bob.publish({ hasOneTimePrekey }))
        const first = await deliver(alice, bob, 'hello')
        bob.loseSession(alice)
        await leavesUntouched(bob, 'a replay', () => checkRefused(bob.receive(alice, first), code))
      }
    }
  },
  {
    title: 'makes two sessions of one last-resort prekey, for two initiators and for one twice',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const carol = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: false })
      for (const initiator of [alice, carol, alice]) {
        await initiator.startSession(bob, bundle)
        await deliver(initiator, bob, 'hello')
        await deliver(bob, initiator, 'hello yourself')
      }
      checkEqual(bob.stores.kyberUses.size, 3, 'uses of the Kyber prekey')
    }
  },
  {
    title: 'makes one session of a one-time prekey',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      const carol = await Party.create(engine)
      const bundle = await bob.publish({ hasOneTimePrekey: true })
      await alice.startSession(bob, bundle)
      await carol.startSession(bob, bundle)
      await deliver(alice, bob, 'first come')
      const second = await carol.send(bob, 'too late')
      await leavesUntouched(bob, 'a spent prekey', () =>
        checkRefused(bob.receive(carol, second), 'SEALPOST_PREKEY_UNKNOWN')
      )
    }
  }
]

function changesOfSigned(
  bundle: SessionBundle,
  name: 'signedPrekey' | 'kyberPrekey'
): readonly Change[] {
  const { publicKey, signature } = bundle[name]
  const middle = Math.floor(publicKey.length / 2)
  const keys = [
    withFlippedBit(publicKey, 0),
    withFlippedBit(publicKey, middle),
    publicKey.slice(0, -1),
    concatBytes(publicKey, Uint8Array.of(0)),
    new Uint8Array(publicKey.length),
    new Uint8Array(0)
  ]
  const signatures = [
    withFlippedBit(signature, 0),
    withFlippedBit(signature, 63, 7),
    signature.slice(0, -1),
    concatBytes(signature, Uint8Array.of(0)),
    new Uint8Array(64),
    new Uint8Array(0)
  ]
  return [
    ...keys.map((changed, index): Change => [
      `${name} with key ${String(index)}`,
      { ...bundle, [name]: { ...bundle[name], publicKey: changed } }
    ]),
    ...signatures.map((changed, index): Change => [
      `${name} with signature ${String(index)}`,
      { ...bundle, [name]: { ...bundle[name], signature: changed } }
    ])
  ]
}

/** Nobody signs a one-time prekey: only its shape can be refused, and what leads to no shared secret. */
function changesOfOneTimePrekey(bundle: SessionBundle): readonly Change[] {
  const { id, publicKey } = oneTimePrekeyOf(bundle)
  const smallOrder = new Uint8Array(33)
  smallOrder[0] = 5
  return [
    withFlippedBit(publicKey, 0),
    publicKey.slice(0, -1),
    concatBytes(publicKey, Uint8Array.of(0)),
    smallOrder,
    new Uint8Array(0)
  ].map((changed, index): Change => [
    `one-time prekey ${String(index)}`,
    { ...bundle, oneTimePrekey: { id, publicKey: changed } }
  ])
}
