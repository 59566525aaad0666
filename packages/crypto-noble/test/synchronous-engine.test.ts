import assert from 'node:assert/strict'
import { MemoryEngineStores, NOW_MS } from '@sealpost/crypto/compliance'
import type { Ciphertext, KeyPair, SessionBundle, SignalEngine } from '@sealpost/crypto'
import { bytesToHex, identityKeys, isSealpostError, parseDeviceNumber } from '@sealpost/protocol'
import type { DeviceAddress } from '@sealpost/protocol'
import fc from 'fast-check'
import { createNobleEngine } from '../src/index.ts'
import { createSynchronousEngine } from '../src/synchronous/index.ts'
import type { SynchronousStores } from '../src/synchronous/index.ts'
import { seededRandom } from './seeded-random.ts'

const MONTH_MS = 31 * 24 * 3_600_000

/** What both engines offer. */
type Operations = Pick<
  SignalEngine,
  'makeIdentity' | 'makeSignedPrekey' | 'makeKyberPrekey' | 'startSession' | 'encrypt' | 'decrypt'
>

/** Answers at once what the stores in memory would promise. */
function atOnce(stores: MemoryEngineStores, identity: KeyPair): SynchronousStores {
  const sessionOf = ({ identityKey, device }: DeviceAddress): string =>
    `${identityKey}.${String(device)}`
  return {
    identity: () => identity,
    registrationId: () => 7,
    loadSession: (peer) => stores.sessions.get(sessionOf(peer)),
    saveSession: (peer, record) => {
      stores.sessions.set(sessionOf(peer), record)
    },
    loadOneTimePrekey: (id) => stores.oneTimePrekeys.get(id),
    removeOneTimePrekey: (id) => {
      stores.oneTimePrekeys.delete(id)
    },
    loadSignedPrekey: (id) => stores.signedPrekeys.get(id),
    loadKyberPrekey: (id) => stores.kyberPrekeys.get(id),
    noteKyberPrekeyUse: ({ kyberPrekeyId, signedPrekeyId, baseKey }) => {
      const key = `${String(kyberPrekeyId)}:${String(signedPrekeyId)}:${bytesToHex(baseKey)}`
      const isNew = !stores.kyberUses.has(key)
      stores.kyberUses.add(key)
      return isNew
    }
  }
}

/** The synchronous engine, in the shape of the other. */
function asOperations(seed: string): Operations {
  const engine = createSynchronousEngine(seededRandom(seed))
  const now = async (stores: unknown): Promise<SynchronousStores> => {
    const memory = stores as MemoryEngineStores
    return atOnce(memory, await memory.identity())
  }
  return {
    makeIdentity: async () => engine.makeIdentity(),
    makeSignedPrekey: async (id, identity) => engine.makeSignedPrekey(id, identity),
    makeKyberPrekey: async (id, identity) => engine.makeKyberPrekey(id, identity),
    startSession: async (stores, peer, bundle, nowMs) => {
      engine.startSession(await now(stores), peer, bundle, nowMs)
    },
    encrypt: async (stores, peer, plaintext, nowMs) =>
      engine.encrypt(await now(stores), peer, plaintext, nowMs),
    decrypt: async (stores, peer, ciphertext) => engine.decrypt(await now(stores), peer, ciphertext)
  }
}

interface Party {
  readonly stores: MemoryEngineStores
  readonly address: DeviceAddress
  readonly bundle: SessionBundle
}

async function makeParty(engine: Operations): Promise<Party> {
  const identity = await engine.makeIdentity()
  const signedPrekey = await engine.makeSignedPrekey(1, identity, NOW_MS)
  const kyberPrekey = await engine.makeKyberPrekey(2, identity, NOW_MS)
  const stores = new MemoryEngineStores(identity, 7)
  stores.addSignedPrekey(signedPrekey)
  stores.addKyberPrekey(kyberPrekey)
  const device = parseDeviceNumber(1) ?? assert.fail()
  const address = { identityKey: identityKeys.fromBytes(identity.publicKey), device }
  const bundle = { registrationId: 7, signedPrekey, kyberPrekey, oneTimePrekey: undefined }
  return { stores, address, bundle }
}

/** By whom; which of what was written to them is read; what else is wrong. */
const ACT = fc.record({
  who: fc.nat(1),
  type: fc.constantFrom(
    'write',
    'write',
    'write',
    'read',
    'read',
    'read',
    'again',
    'flip',
    'start'
  ),
  which: fc.nat(),
  isLate: fc.boolean()
})
type Act = typeof ACT extends fc.Arbitrary<infer One> ? One : never

/** All that comes of it, line by line. */
async function transcript(engine: Operations, acts: readonly Act[]): Promise<readonly string[]> {
  const parties = [await makeParty(engine), await makeParty(engine)]
  const inboxes: Ciphertext[][] = [[], []]
  const read: Ciphertext[][] = [[], []]
  const lines: string[] = []
  for (const { who, type, which, isLate } of acts) {
    const [own, other] = [parties[who], parties[1 - who]]
    assert.ok(own !== undefined && other !== undefined)
    const nowMs = NOW_MS + (isLate && type === 'write' ? MONTH_MS : 0)
    const pick = (of: Ciphertext[] = []): Ciphertext => of[which % of.length] ?? UNKNOWN
    try {
      if (type === 'start') {
        const signedPrekey = { ...other.bundle.signedPrekey, id: which % 8 === 0 ? 9 : 1 }
        const bundle = { ...other.bundle, signedPrekey }
        await engine.startSession(own.stores, other.address, bundle, NOW_MS)
      } else if (type === 'write') {
        const text = new Uint8Array(which % 50)
        const sent = await engine.encrypt(own.stores, other.address, text, nowMs)
        inboxes[1 - who]?.push(sent)
        lines.push(`${String(sent.type)} ${bytesToHex(sent.bytes)}`)
      } else {
        const from = type === 'again' ? read[who] : inboxes[who]
        const { type: kind, bytes } = pick(from)
        const flipped = type === 'flip' ? bytes.with(which % bytes.length, 255) : bytes
        const ciphertext = { type: kind, bytes: flipped }
        read[who]?.push({ type: kind, bytes })
        const text = await engine.decrypt(own.stores, other.address, ciphertext, nowMs)
        lines.push(`reads ${String(text.length)}`)
      }
    } catch (error) {
      lines.push(`${type} ${isSealpostError(error) ? error.code : String(error)}`)
    }
    lines.push(own.stores.snapshot())
  }
  return lines
}

const UNKNOWN: Ciphertext = { type: 2, bytes: Uint8Array.of(0x44, 1, 2, 3, 4, 5, 6, 7, 8, 9) }

describe('the synchronous engine', () => {
  it('does byte by byte what the engine does, and refuses what it refuses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ACT, { minLength: 25, maxLength: 40 }), async (acts) => {
        const first = { who: 0, type: 'start', which: 1, isLate: false } as const
        const all = [first, ...acts]
        const [other, now] = [
          await transcript(createNobleEngine({ random: seededRandom('same') }), all),
          await transcript(asOperations('same'), all)
        ]
        assert.deepEqual(now, other)
      }),
      { numRuns: 8 }
    )
  }).timeout(60_000)

  it('refuses a bundle that its identity did not sign', async () => {
    const engine = asOperations('a bundle')
    const [alice, bob] = [await makeParty(engine), await makeParty(engine)]
    const { bundle } = bob
    const signature = bundle.kyberPrekey.signature.with(3, 1)
    const forged = { ...bundle, kyberPrekey: { ...bundle.kyberPrekey, signature } }
    await assert.rejects(engine.startSession(alice.stores, bob.address, forged, NOW_MS), {
      code: 'SEALPOST_BUNDLE_INVALID'
    })
    assert.equal(alice.stores.sessions.size, 0)
  })
})
