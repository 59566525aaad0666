import { StorageError } from '@sealpost/protocol'
import type { EngineStores } from '../signal-engine.ts'
import type { ComplianceCase } from './compliance-case.ts'
import { checkEqual, checkRefused, errorOf } from './check.ts'
import { sessionKey } from './memory-stores.ts'
import type { MemoryEngineStores } from './memory-stores.ts'
import { NOW_MS, Party, deliver, leavesUntouched, twoInTouch } from './party.ts'

/** What an engine and its stores owe each other. */
export const STORE_CASES: readonly ComplianceCase[] = [
  {
    title: 'writes one session record for what it encrypts or decrypts, and nothing else',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const writes = { alice: alice.stores.writeCount, bob: bob.stores.writeCount }
      await deliver(alice, bob, 'one')
      checkEqual(alice.stores.writeCount, writes.alice + 1, "the sender's writes")
      checkEqual(bob.stores.writeCount, writes.bob + 1, "the recipient's writes")
      await alice.engine.sessionSummary(alice.stores, bob.address, NOW_MS)
      await leavesUntouched(alice, 'reading the summary', () =>
        alice.engine.sessionSummary(alice.stores, bob.address, NOW_MS)
      )
    }
  },
  {
    title: 'goes back to a record that was not committed as if nothing had happened since',
    run: async (makeEngine) => {
      const { alice, bob } = await twoInTouch(await makeEngine())
      const key = sessionKey(alice.address)
      const committed = bob.stores.sessions.get(key)
      const ciphertext = await alice.send(bob, 'once more')
      checkEqual(await bob.receive(alice, ciphertext), 'once more', 'the first time')
      bob.stores.sessions.set(key, committed ?? new Uint8Array(0))
      checkEqual(await bob.receive(alice, ciphertext), 'once more', 'after the crash')
    }
  },
  {
    title: 'lets what a store throws pass untouched, and writes nothing then',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const alice = await Party.create(engine)
      const bob = await Party.create(engine)
      await alice.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await alice.send(bob, 'hello')
      for (const name of [
        'identity',
        'registrationId',
        'loadSession',
        'loadOneTimePrekey',
        'loadSignedPrekey',
        'loadKyberPrekey',
        'noteKyberPrekeyUse'
      ] as const) {
        const failure = new StorageError('SEALPOST_STORE_FAILED')
        const stores = failing(bob.stores, name, failure)
        await leavesUntouched(bob, `a failing ${name}`, async () => {
          const error = await errorOf(engine.decrypt(stores, alice.address, first, NOW_MS))
          checkEqual(error === failure, true, `the error of ${name} came out as it was`)
        })
      }
      checkEqual(await bob.receive(alice, first), 'hello', 'once the stores work again')
    }
  },
  {
    title: 'calls a record it cannot read a corrupt store',
    run: async (makeEngine) => {
      const engine = await makeEngine()
      const { alice, bob } = await twoInTouch(engine)
      const ciphertext = await alice.send(bob, 'hello')
      bob.stores.sessions.set(sessionKey(alice.address), Uint8Array.of(255, 255, 255))
      for (const attempt of [
        () => bob.receive(alice, ciphertext),
        () => bob.send(alice, 'hello'),
        () => engine.sessionSummary(bob.stores, alice.address, NOW_MS)
      ]) {
        await leavesUntouched(bob, 'a corrupt session', () =>
          checkRefused(attempt(), 'SEALPOST_STORE_CORRUPT', 'StorageError')
        )
      }
      const carol = await Party.create(engine)
      await carol.startSession(bob, await bob.publish({ hasOneTimePrekey: true }))
      const first = await carol.send(bob, 'hello')
      for (const prekeys of [
        bob.stores.oneTimePrekeys,
        bob.stores.signedPrekeys,
        bob.stores.kyberPrekeys
      ]) {
        const before = new Map(prekeys)
        for (const id of before.keys()) {
          prekeys.set(id, Uint8Array.of(255, 255, 255))
        }
        await leavesUntouched(bob, 'a corrupt prekey', () =>
          checkRefused(bob.receive(carol, first), 'SEALPOST_STORE_CORRUPT', 'StorageError')
        )
        for (const [id, record] of before) {
          prekeys.set(id, record)
        }
      }
      checkEqual(await bob.receive(carol, first), 'hello', 'once the records are whole again')
    }
  }
]

/** The same stores, one method of which fails. */
function failing(
  stores: MemoryEngineStores,
  name: keyof EngineStores,
  failure: StorageError
): EngineStores {
  return {
    identity: () => stores.identity(),
    registrationId: () => stores.registrationId(),
    loadSession: (peer) => stores.loadSession(peer),
    saveSession: (peer, record) => stores.saveSession(peer, record),
    loadOneTimePrekey: (id) => stores.loadOneTimePrekey(id),
    removeOneTimePrekey: (id) => stores.removeOneTimePrekey(id),
    loadSignedPrekey: (id) => stores.loadSignedPrekey(id),
    loadKyberPrekey: (id) => stores.loadKyberPrekey(id),
    noteKyberPrekeyUse: (use) => stores.noteKyberPrekeyUse(use),
    [name]: () => Promise.reject(failure)
  }
}
