import assert from 'node:assert/strict'
import type { PasskeySecret, VaultChange, VaultSecret } from '../src/index.ts'
import {
  changeHomeWaysIn,
  createHome,
  readWaysIn,
  SealpostClient,
  unlockHome
} from '../src/index.ts'
import { rowsOfHome } from './home-copy.ts'
import { TestHome, World } from './world.ts'

/** Argon2id at its least: what is tested is not its cost. */
const passphraseCost = { memoryKib: 8_192, passes: 1, lanes: 1 }
const old = { passphrase: 'correct horse' }
const fresh = { passphrase: 'battery staple' }
const set: VaultChange = { type: 'set-passphrase', ...fresh }
const passkey: PasskeySecret = {
  credentialId: new Uint8Array(16).fill(1),
  salt: new Uint8Array(32).fill(2),
  output: new Uint8Array(32).fill(3)
}

/** A home, and another one of which each is made the same way. */
async function homeOf(secret: VaultSecret = old): Promise<{ world: World; alice: TestHome }> {
  const world = new World()
  const relays = await world.addRelays(1)
  const alice = new TestHome(world, 'alice', false)
  const home = { name: 'alice', relays, passphrase: secret.passphrase, passkey: secret.passkey }
  await createHome(alice.ports(), { ...home, passphraseCost }, world.clock.wallMs())
  return { world, alice }
}

function change(
  { world, alice }: { world: World; alice: TestHome },
  secret: VaultSecret,
  what: VaultChange
): ReturnType<typeof changeHomeWaysIn> {
  return changeHomeWaysIn({ ...alice.ports(), passphraseCost }, secret, what, world.clock.wallMs())
}

async function opens(alice: TestHome, secret: VaultSecret): Promise<boolean> {
  try {
    const vaultKey = await unlockHome(alice.ports(), secret)
    return vaultKey.length === 32
  } catch (error) {
    const { code } = error as { readonly code: string }
    assert.match(code, /^SEALPOST_PASS(PHRASE|KEY)_(WRONG|REQUIRED)$/)
    return false
  }
}

describe('the ways into a home', () => {
  it('change without a row being written but the one that they stand in', async () => {
    const home = await homeOf()
    const before = rowsOfHome(home.alice)
    await change(home, old, set)
    const after = rowsOfHome(home.alice)
    const changed = after.filter(({ value }, index) => before[index]?.value !== value)
    assert.deepEqual(
      changed.map(({ table, key }) => [table, key]),
      [['vault', 'header']]
    )
    assert.deepEqual([await opens(home.alice, old), await opens(home.alice, fresh)], [false, true])
  })

  it('are a passkey from the start, or a passkey with a passphrase', async () => {
    for (const secret of [{ passkey }, { ...old, passkey }]) {
      const { alice } = await homeOf(secret)
      assert.equal(await opens(alice, secret), true)
      assert.equal(await opens(alice, old), false)
      const [way] = await readWaysIn(alice.ports())
      assert.equal(way?.kind, 'passphrase' in secret ? 'both' : 'passkey')
      const client = await SealpostClient.open(alice.ports(), { ...secret, isOnline: false })
      assert.equal(client.profile.name, 'alice')
      await client.close()
    }
  })

  it('change while the home is open, for who has one of them', async () => {
    const { alice } = await homeOf()
    const client = await SealpostClient.open(alice.ports(), { ...old, isOnline: false })
    await assert.rejects(client.changeWaysIn({ passphrase: 'guess' }, set), {
      code: 'SEALPOST_PASSPHRASE_WRONG'
    })
    await assert.rejects(client.changeWaysIn({}, set), { code: 'SEALPOST_PASSPHRASE_REQUIRED' })
    // Two at once: neither undoes the other.
    await Promise.all([
      client.changeWaysIn(old, { type: 'add-passkey', passkey }),
      client.changeWaysIn({ passkey }, set)
    ])
    assert.deepEqual(
      (await client.waysIn()).map(({ kind }) => kind),
      ['passphrase', 'passkey']
    )
    await client.close()
    assert.equal(await opens(alice, fresh), true)
    assert.equal(await opens(alice, { passkey }), true)
  }).timeout(10_000)

  it('are the old ones or the new ones, whenever the process is killed', async () => {
    const changes: readonly (readonly [VaultSecret, VaultChange, VaultSecret])[] = [
      [old, set, fresh],
      [old, { type: 'add-passkey', passkey }, { passkey }],
      [{ ...old, passkey }, { type: 'allow-either' }, old]
    ]
    for (const [secret, what, after] of changes) {
      for (const untold of [0, 1]) {
        const home = await homeOf(secret)
        home.alice.disk.pause('commits')
        void change(home, secret, what)
        while (home.alice.disk.waitingCount('commits') === 0) {
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
        }
        home.alice.kill(untold)
        home.alice.disk.resume()
        assert.equal(await opens(home.alice, untold === 1 ? after : secret), true)
      }
    }
  }).timeout(10_000)

  it('stay what they were where the disk is full', async () => {
    const home = await homeOf()
    home.alice.disk.failNext('commits', 'SEALPOST_STORE_FULL')
    await assert.rejects(change(home, old, set), { code: 'SEALPOST_STORE_FULL' })
    assert.deepEqual([await opens(home.alice, old), await opens(home.alice, fresh)], [true, false])
  })
})
