import assert from 'node:assert/strict'
import { bigEndian, bytesToHex } from '@sealpost/protocol'
import {
  PASSPHRASE_COST,
  makeVaultKey,
  openVault as openWith,
  type PassphraseCost,
  waysInto,
  wrapVaultKey as wrapWith
} from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('vault')
/** The least there can be: these tests open vaults by the dozen. */
const cost = { memoryKib: 8_192, passes: 1, lanes: 1 }
const vaultKey = makeVaultKey(random)
const WRONG = { name: 'CryptoError', code: 'SEALPOST_PASSPHRASE_WRONG' }
const REQUIRED = { name: 'UsageError', code: 'SEALPOST_PASSPHRASE_REQUIRED' }
const CORRUPT = { name: 'StorageError', code: 'SEALPOST_STORE_CORRUPT' }

/** Where the cost stands, behind kind, time and salt of the one slot. */
const COST_AT = 2 + 1 + 6 + 16

function openVault(header: Uint8Array, passphrase: string | undefined): Promise<Uint8Array> {
  return openWith(header, { passphrase })
}

function wrapVaultKey(
  made: {
    readonly vaultKey: Uint8Array
    readonly passphrase: string | undefined
    readonly cost?: PassphraseCost
  },
  from: typeof random
): Promise<Uint8Array> {
  const { passphrase, ...rest } = made
  return wrapWith({ ...rest, secret: { passphrase }, nowMs: 1_700_000_000_000 }, from)
}

describe('a vault with a passphrase', () => {
  let header: Uint8Array

  before(async () => {
    header = await wrapVaultKey({ vaultKey, passphrase: 'correct horse', cost }, random)
  })

  it('opens with the passphrase and with no other', async () => {
    assert.deepEqual(
      waysInto(header).map(({ kind }) => kind),
      ['passphrase']
    )
    assert.deepEqual(await openVault(header, 'correct horse'), vaultKey)
    for (const passphrase of ['correct horse ', 'Correct horse', 'x']) {
      await assert.rejects(openVault(header, passphrase), WRONG)
    }
  })

  it('asks for a passphrase where none is given', async () => {
    await assert.rejects(openVault(header, undefined), REQUIRED)
    await assert.rejects(openVault(header, ''), REQUIRED)
    await assert.rejects(wrapVaultKey({ vaultKey, passphrase: '', cost }, random), REQUIRED)
  })

  it('does not hold the key', () => {
    assert.equal(bytesToHex(header).includes(bytesToHex(vaultKey)), false)
  })

  it('takes one passphrase however its letters were composed', async () => {
    const composed = await wrapVaultKey({ vaultKey, passphrase: 'caf\u00e9', cost }, random)
    assert.deepEqual(await openVault(composed, 'cafe\u0301'), vaultKey)
  })

  it('says nothing of two vaults with one passphrase', async () => {
    const other = await wrapVaultKey({ vaultKey, passphrase: 'correct horse', cost }, random)
    assert.notDeepEqual(other.subarray(9, 25), header.subarray(9, 25))
    assert.notDeepEqual(other.subarray(58), header.subarray(58))
  })

  it('opens nothing with a byte of its header changed', async () => {
    for (let at = 0; at < header.length; at += at < 12 ? 1 : 9) {
      await assert.rejects(
        openVault(flippedBit(header, at), 'correct horse'),
        (error: Error & { code: string }) =>
          ['SEALPOST_PASSPHRASE_WRONG', 'SEALPOST_STORE_CORRUPT', 'SEALPOST_STORE_NEWER'].includes(
            error.code
          ),
        String(at)
      )
    }
  })

  it('asks for the bounded memory, passes and lanes and for no more', async () => {
    const most = [
      [0, 4, 262_145],
      [0, 4, 0xffff_ffff],
      [0, 4, 8_191],
      [4, 4, 17],
      [4, 4, 0],
      [8, 1, 5],
      [8, 1, 0]
    ] as const
    for (const [at, size, value] of most) {
      const greedy = header.slice()
      greedy.set(bigEndian(value, size), COST_AT + at)
      await assert.rejects(openVault(greedy, 'correct horse'), CORRUPT)
    }
    for (const change of [{ memoryKib: 8_191 }, { passes: 17 }, { lanes: 5 }, { passes: 1.5 }]) {
      await assert.rejects(
        wrapVaultKey({ vaultKey, passphrase: 'x', cost: { ...cost, ...change } }, random),
        { name: 'UsageError', code: 'SEALPOST_USAGE' }
      )
    }
  })

  it('costs what RFC 9106 asks of small machines, unless told otherwise', async () => {
    assert.deepEqual(PASSPHRASE_COST, { memoryKib: 65_536, passes: 3, lanes: 1 })
    const usual = await wrapVaultKey({ vaultKey, passphrase: 'correct horse' }, random)
    assert.deepEqual(usual.subarray(COST_AT, COST_AT + 9), Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 3, 1))
    assert.deepEqual(await openVault(usual, 'correct horse'), vaultKey)
  })
})

describe('a vault without a passphrase', () => {
  it('opens with whatever is given and holds the key in clear', async () => {
    const header = await wrapVaultKey({ vaultKey, passphrase: undefined }, random)
    assert.deepEqual(waysInto(header), [])
    assert.equal(bytesToHex(header), `0100${bytesToHex(vaultKey)}`)
    assert.deepEqual(await openVault(header, undefined), vaultKey)
    assert.deepEqual(await openVault(header, 'not needed'), vaultKey)
  })

  it('gives out a key of its own', async () => {
    const header = await wrapVaultKey({ vaultKey, passphrase: undefined }, random)
    const opened = await openVault(header, undefined)
    opened.fill(0)
    assert.deepEqual(await openVault(header, undefined), vaultKey)
  })
})

describe('what is no vault header', () => {
  it('is called corrupt, of whatever length and kind', async () => {
    for (let length = 0; length <= 120; length++) {
      for (const kind of [0, 1, 2, 255]) {
        if ((kind === 0 && length === 34) || (kind === 1 && length === 99)) {
          continue
        }
        const header = new Uint8Array(length)
        header.set([1, kind].slice(0, length))
        await assert.rejects(openVault(header, 'x'), CORRUPT, `${String(kind)} ${String(length)}`)
      }
    }
    assert.throws(() => waysInto(new Uint8Array(34)), CORRUPT)
  })

  it('is called newer where its version is', async () => {
    const newer = { name: 'StorageError', code: 'SEALPOST_STORE_NEWER' }
    await assert.rejects(openVault(new Uint8Array(34).fill(3), 'x'), newer)
  })

  it('is made of no key of another size', async () => {
    for (const length of [0, 31, 33]) {
      const key = new Uint8Array(length)
      await assert.rejects(wrapVaultKey({ vaultKey: key, passphrase: undefined }, random), {
        name: 'UsageError',
        code: 'SEALPOST_USAGE'
      })
    }
  })
})
