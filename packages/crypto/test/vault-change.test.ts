import assert from 'node:assert/strict'
import fc from 'fast-check'
import { hexToBytes } from '@sealpost/protocol'
import {
  changeVault,
  openVault,
  type PasskeySecret,
  type VaultChange,
  type VaultSecret,
  waysInto,
  wrapVaultKey
} from '../src/index.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('vault changes')
const cost = { memoryKib: 8_192, passes: 1, lanes: 1 }
const vaultKey = Uint8Array.from({ length: 32 }, (_, index) => index)
const options = { nowMs: 1_700_000_000_000, random, cost }
const passphrase = 'correct horse'
const phone = passkeyOf(1)
const stick = passkeyOf(2)

function passkeyOf(name: number): PasskeySecret {
  return {
    credentialId: Uint8Array.of(name),
    salt: new Uint8Array(32).fill(3),
    output: new Uint8Array(32).fill(name + 100)
  }
}

function wrap(secret: VaultSecret): Promise<Uint8Array> {
  return wrapVaultKey({ vaultKey, secret, cost, nowMs: 1 }, random)
}

function change(header: Uint8Array, secret: VaultSecret, what: VaultChange): Promise<Uint8Array> {
  return changeVault(header, secret, what, options)
}

async function codeOf(opening: Promise<unknown>): Promise<string> {
  try {
    await opening
    return 'opened'
  } catch (error) {
    return (error as { code: string }).code
  }
}

function kindsOf(header: Uint8Array): readonly string[] {
  return waysInto(header).map(({ kind }) => kind)
}

/** The way in by one passkey. */
function wayOf(header: Uint8Array, { credentialId }: PasskeySecret): string {
  const way = waysInto(header).find(({ passkey }) => passkey?.credentialId[0] === credentialId[0])
  return way?.wayId ?? assert.fail('there is no such way in')
}

describe('a change of the ways into a vault', () => {
  it('puts one passphrase in the place of another, around the same key', async () => {
    const header = await wrap({ passphrase })
    const changed = await change(
      header,
      { passphrase },
      { type: 'set-passphrase', passphrase: 'new' }
    )
    assert.deepEqual(await openVault(changed, { passphrase: 'new' }), vaultKey)
    assert.equal(await codeOf(openVault(changed, { passphrase })), 'SEALPOST_PASSPHRASE_WRONG')
    assert.equal(waysInto(changed)[0]?.addedAtMs, options.nowMs)
  })

  it('is done once where it is asked for twice', async () => {
    const header = await wrap({ passphrase })
    const wish = { type: 'set-passphrase', passphrase: 'new' } as const
    const once = await change(header, { passphrase }, wish)
    assert.equal(await change(once, { passphrase }, wish), once)
    const added = await change(once, { passphrase: 'new' }, { type: 'add-passkey', passkey: phone })
    const again = await change(
      added,
      { passphrase: 'new' },
      { type: 'add-passkey', passkey: phone }
    )
    assert.deepEqual(kindsOf(again), ['passphrase', 'passkey'])
    const secret = { passphrase: 'new', passkey: phone }
    const both = await change(again, secret, { type: 'require-both' })
    assert.deepEqual(await change(both, secret, { type: 'require-both' }), both)
    const either = await change(both, secret, { type: 'allow-either' })
    assert.deepEqual(await change(either, secret, { type: 'allow-either' }), either)
  })

  it('is made by nobody who has no way in', async () => {
    const header = await wrap({ passphrase })
    const wishes: readonly VaultChange[] = [
      { type: 'set-passphrase', passphrase: 'mine' },
      { type: 'add-passkey', passkey: stick },
      { type: 'remove', wayId: waysInto(header)[0]?.wayId ?? '' },
      { type: 'require-both' },
      { type: 'allow-either' }
    ]
    for (const wish of wishes) {
      const wrong = { passphrase: 'guess', passkey: stick }
      assert.equal(await codeOf(change(header, wrong, wish)), 'SEALPOST_PASSPHRASE_WRONG')
      assert.equal(await codeOf(change(header, {}, wish)), 'SEALPOST_PASSPHRASE_REQUIRED')
    }
  })

  it('adds passkeys, each of which opens, and takes them away one by one', async () => {
    let header = await wrap({ passphrase })
    for (const passkey of [phone, stick]) {
      header = await change(header, { passphrase }, { type: 'add-passkey', passkey })
      assert.deepEqual(await openVault(header, { passkey }), vaultKey)
    }
    header = await change(
      header,
      { passkey: stick },
      { type: 'remove', wayId: wayOf(header, phone) }
    )
    assert.equal(await codeOf(openVault(header, { passkey: phone })), 'SEALPOST_PASSKEY_WRONG')
    const [first] = waysInto(header)
    header = await change(header, { passkey: stick }, { type: 'remove', wayId: first?.wayId ?? '' })
    assert.deepEqual(kindsOf(header), ['passkey'])
    assert.equal(
      await codeOf(
        change(header, { passkey: stick }, { type: 'remove', wayId: wayOf(header, stick) })
      ),
      'SEALPOST_LAST_WAY_IN'
    )
    const same = await change(header, { passkey: stick }, { type: 'remove', wayId: '00' })
    assert.deepEqual(same, header)
  })

  it('makes eight ways in and no more', async () => {
    let header = await wrap({ passphrase })
    for (let name = 1; name <= 7; name++) {
      const wish = { type: 'add-passkey', passkey: passkeyOf(name) } as const
      header = await change(header, { passphrase }, wish)
    }
    assert.equal(kindsOf(header).length, 8)
    await assert.rejects(
      change(header, { passphrase }, { type: 'add-passkey', passkey: passkeyOf(8) }),
      { code: 'SEALPOST_USAGE', detail: 'too-many-ways' }
    )
  })

  it('requires both, of which each was shown to open, and leaves no way in by one', async () => {
    const one = await wrap({ passphrase })
    const two = await change(one, { passphrase }, { type: 'add-passkey', passkey: phone })
    const wish = { type: 'require-both' } as const
    const wrongs = [
      [{ passphrase }, 'SEALPOST_PASSKEY_REQUIRED'],
      [{ passkey: phone }, 'SEALPOST_PASSPHRASE_REQUIRED'],
      [{ passphrase, passkey: stick }, 'SEALPOST_PASSKEY_WRONG']
    ] as const
    for (const [secret, code] of wrongs) {
      assert.equal(await codeOf(change(two, secret, wish)), code)
    }
    const both = await change(two, { passphrase, passkey: phone }, wish)
    assert.deepEqual(kindsOf(both), ['both'])
    assert.equal(await codeOf(openVault(both, { passphrase })), 'SEALPOST_PASSKEY_REQUIRED')
    assert.equal(await codeOf(openVault(both, { passkey: phone })), 'SEALPOST_PASSPHRASE_REQUIRED')
    assert.deepEqual(await openVault(both, { passphrase, passkey: phone }), vaultKey)
  })

  it('adds a passkey where both are required, with the same passphrase', async () => {
    const secret = { passphrase, passkey: phone }
    const both = await wrap(secret)
    const more = await change(both, secret, { type: 'add-passkey', passkey: stick })
    assert.deepEqual(kindsOf(more), ['both', 'both'])
    assert.deepEqual(await openVault(more, { passphrase, passkey: stick }), vaultKey)
    const set = { type: 'set-passphrase', passphrase: 'new' } as const
    const changed = await change(more, { passphrase, passkey: stick }, set)
    assert.deepEqual(kindsOf(changed), ['both'])
    assert.deepEqual(await openVault(changed, { passphrase: 'new', passkey: stick }), vaultKey)
    assert.equal(await codeOf(openVault(changed, secret)), 'SEALPOST_PASSKEY_WRONG')
  })

  it('protects a vault that had no way in', async () => {
    const open = await wrap({})
    const sealed = await change(open, {}, { type: 'set-passphrase', passphrase })
    assert.deepEqual(kindsOf(sealed), ['passphrase'])
    const keyed = await change(open, {}, { type: 'add-passkey', passkey: phone })
    assert.deepEqual(await openVault(keyed, { passkey: phone }), vaultKey)
    assert.equal(await change(open, {}, { type: 'remove', wayId: '00' }), open)
    await assert.rejects(change(open, {}, { type: 'set-passphrase', passphrase: '' }), {
      code: 'SEALPOST_PASSPHRASE_REQUIRED'
    })
  })

  it('takes a vault of the version before, and writes it as it is now', async () => {
    const before = hexToBytes(
      '01010000200000000001016b492b64861911d02d4b5bf3cf6c1bed0acdac03c068a941c04a36044bece2da3d97bfcb740048d6bc7997a5031aa9a8021e79c6c440ee4c725a88749a5ad9a242caf702bc9ad8162936960aacdb6ba2c5b4c7e2421021b8'
    )
    const header = await change(before, { passphrase }, { type: 'add-passkey', passkey: phone })
    assert.equal(header[0], 2)
    assert.deepEqual(kindsOf(header), ['passphrase', 'passkey'])
    assert.deepEqual(await openVault(header, { passphrase }), vaultKey)
    assert.deepEqual(await openVault(header, { passkey: phone }), vaultKey)
  })
})

/** What should be so: passphrases and passkeys that open, each or together. */
interface Model {
  readonly passphrase: string | undefined
  readonly passkeys: readonly number[]
  readonly isBoth: boolean
}

const NAMES = [1, 2, 3]
const PASSPHRASES = ['one', 'two']
const wishes = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('set-passphrase' as const),
      passphrase: fc.constantFrom(...PASSPHRASES)
    }),
    fc.record({ type: fc.constant('add-passkey' as const), name: fc.constantFrom(...NAMES) }),
    fc.record({ type: fc.constant('remove-passkey' as const), name: fc.constantFrom(...NAMES) }),
    fc.constant({ type: 'remove-passphrase' as const }),
    fc.constant({ type: 'require-both' as const }),
    fc.constant({ type: 'allow-either' as const })
  ),
  { maxLength: 6 }
)
type Wish = typeof wishes extends fc.Arbitrary<readonly (infer One)[]> ? One : never

function secretOf({ passphrase: known, passkeys }: Model): VaultSecret {
  const [name] = passkeys
  return { passphrase: known, passkey: name === undefined ? undefined : passkeyOf(name) }
}

function afterwards(model: Model, wish: Wish): Model | undefined {
  const { passphrase: known, passkeys, isBoth } = model
  switch (wish.type) {
    case 'set-passphrase':
      return {
        ...model,
        passphrase: wish.passphrase,
        passkeys: isBoth ? passkeys.slice(0, 1) : passkeys
      }
    case 'add-passkey':
      return { ...model, passkeys: [...passkeys.filter((name) => name !== wish.name), wish.name] }
    case 'remove-passkey': {
      const left = passkeys.filter((name) => name !== wish.name)
      const isIn = isBoth ? left.length > 0 : left.length > 0 || known !== undefined
      return isIn ? { ...model, passkeys: left } : undefined
    }
    case 'remove-passphrase':
      return isBoth || known === undefined
        ? model
        : passkeys.length > 0
          ? { ...model, passphrase: undefined }
          : undefined
    case 'require-both':
      return known === undefined || passkeys.length === 0
        ? undefined
        : isBoth
          ? model
          : { ...model, passkeys: passkeys.slice(0, 1), isBoth: true }
    case 'allow-either':
      return known === undefined || passkeys.length === 0
        ? undefined
        : isBoth
          ? { ...model, passkeys: passkeys.slice(0, 1), isBoth: false }
          : model
  }
}

function changeOf(header: Uint8Array, wish: Wish): VaultChange {
  const ways = waysInto(header)
  switch (wish.type) {
    case 'set-passphrase':
    case 'require-both':
    case 'allow-either':
      return wish
    case 'add-passkey':
      return { type: 'add-passkey', passkey: passkeyOf(wish.name) }
    case 'remove-passkey': {
      const way = ways.find(({ passkey }) => passkey?.credentialId[0] === wish.name)
      return { type: 'remove', wayId: way?.wayId ?? 'none' }
    }
    case 'remove-passphrase': {
      const way = ways.find(({ kind }) => kind === 'passphrase')
      return { type: 'remove', wayId: way?.wayId ?? 'none' }
    }
  }
}

async function opens(header: Uint8Array, secret: VaultSecret): Promise<boolean> {
  const code = await codeOf(openVault(header, secret))
  assert.notEqual(code, 'SEALPOST_STORE_CORRUPT')
  return code === 'opened'
}

describe('any changes of the ways into a vault', () => {
  it('leave it open to exactly the ways that there should be', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, async (asked) => {
        let model: Model = { passphrase: 'one', passkeys: [], isBoth: false }
        let header = await wrap({ passphrase: 'one' })
        for (const wish of asked) {
          const next = afterwards(model, wish)
          const changing = change(header, secretOf(model), changeOf(header, wish))
          if (next === undefined) {
            await assert.rejects(changing)
          } else {
            header = await changing
            model = next
          }
        }
        const { isBoth } = model
        for (const guess of PASSPHRASES) {
          const isKnown = guess === model.passphrase
          assert.equal(await opens(header, { passphrase: guess }), isKnown && !isBoth)
        }
        for (const name of NAMES) {
          const isKnown = model.passkeys.includes(name)
          assert.equal(await opens(header, { passkey: passkeyOf(name) }), isKnown && !isBoth)
          const together = { passphrase: model.passphrase, passkey: passkeyOf(name) }
          assert.equal(
            await opens(header, together),
            isKnown || (!isBoth && model.passphrase !== undefined)
          )
        }
      }),
      { numRuns: 8 }
    )
  }).timeout(20_000)
})
