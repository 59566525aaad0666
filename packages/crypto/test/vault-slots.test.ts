import assert from 'node:assert/strict'
import { bigEndian, bytesToHex, concatBytes, hexToBytes } from '@sealpost/protocol'
import {
  openVault,
  type PasskeySecret,
  type VaultSecret,
  waysInto,
  wrapVaultKey
} from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('vault slots')
const cost = { memoryKib: 8_192, passes: 1, lanes: 1 }
const vaultKey = Uint8Array.from({ length: 32 }, (_, index) => index)
const nowMs = 1_700_000_000_000
const passphrase = 'correct horse'
const passkey = passkeyOf(7)
const CORRUPT = { name: 'StorageError', code: 'SEALPOST_STORE_CORRUPT' }

/** Headers as the first of their version wrote them. */
const FROZEN = {
  before:
    '01010000200000000001016b492b64861911d02d4b5bf3cf6c1bed0acdac03c068a941c04a36044bece2da3d97bfcb740048d6bc7997a5031aa9a8021e79c6c440ee4c725a88749a5ad9a242caf702bc9ad8162936960aacdb6ba2c5b4c7e2421021b8',
  passphrase:
    '020101018bcfe568006b492b64861911d02d4b5bf3cf6c1bed0000200000000001010acdac03c068a941c04a36044bece2da3d97bfcb740048d66b1dfba2bc644cf0c816d2a55c8ec70dd936a5c3e998f542a3e3c4b0e6a5136e45b2b7f23ae25aa1813f99baa2d8c8f2',
  passkey:
    '020102018bcfe5680053bae15ab9f4b77a5313f75d231e2d2b0808080808080808080808080808080808080808080808080808080808080808001007070707070707070707070707070707597e3f12d7d75d4522e1bae873a334c4c436dfb680b99336c8854443b9af78f6c0dddfaf6cf7aed639f72dd85883a1002c2679c5682dc2053c6f68836b2c571461b4dfee929ef4b9',
  both: '020103018bcfe56800c03a8ead76be382368a2dfdf4f3c10da00002000000000010108080808080808080808080808080808080808080808080808080808080808080010070707070707070707070707070707077165559637fdb9c11ca5357cbd8fdf4304c72ab2713f686e794b2aef2675df32893b8d12974b2349ae5914aa99ab9ab1d2dc96838ebc5be4e8b67064177e806c944981d09916dba9'
}

function passkeyOf(name: number): PasskeySecret {
  return {
    credentialId: new Uint8Array(16).fill(name),
    salt: new Uint8Array(32).fill(8),
    output: new Uint8Array(32).fill(name + 2)
  }
}

function wrap(secret: VaultSecret): Promise<Uint8Array> {
  return wrapVaultKey({ vaultKey, secret, cost, nowMs }, random)
}

function refuses(header: Uint8Array, secret: VaultSecret, code: string): Promise<void> {
  return assert.rejects(openVault(header, secret), { code })
}

describe('a vault that was written before', () => {
  it('opens, in each format that there was', async () => {
    assert.deepEqual(await openVault(hexToBytes(FROZEN.before), { passphrase }), vaultKey)
    assert.deepEqual(await openVault(hexToBytes(FROZEN.passphrase), { passphrase }), vaultKey)
    assert.deepEqual(await openVault(hexToBytes(FROZEN.passkey), { passkey }), vaultKey)
    assert.deepEqual(await openVault(hexToBytes(FROZEN.both), { passphrase, passkey }), vaultKey)
  })

  it('says what opens it', () => {
    const [before] = waysInto(hexToBytes(FROZEN.before))
    assert.deepEqual([before?.kind, before?.addedAtMs], ['passphrase', undefined])
    const [both] = waysInto(hexToBytes(FROZEN.both))
    assert.deepEqual(both, {
      wayId: 'c03a8ead76be382368a2dfdf4f3c10da',
      kind: 'both',
      addedAtMs: nowMs,
      passkey: { credentialId: passkey.credentialId, salt: passkey.salt }
    })
  })
})

describe('a vault with a passkey', () => {
  it('opens with its answer and with no other', async () => {
    const header = await wrap({ passkey })
    assert.deepEqual(await openVault(header, { passkey }), vaultKey)
    await refuses(header, { passkey: passkeyOf(9) }, 'SEALPOST_PASSKEY_WRONG')
    const other = { ...passkey, output: new Uint8Array(32) }
    await refuses(header, { passkey: other }, 'SEALPOST_PASSKEY_WRONG')
    for (const secret of [{}, { passphrase }]) {
      await refuses(header, secret, 'SEALPOST_PASSKEY_REQUIRED')
    }
    for (const size of [0, 31, 33]) {
      const cut = { ...passkey, output: new Uint8Array(size) }
      await refuses(header, { passkey: cut }, 'SEALPOST_PASSKEY_REQUIRED')
    }
  })

  it('takes names of authenticators as long as they may be, and no longer', async () => {
    for (const size of [1, 1_023]) {
      const named = { ...passkey, credentialId: new Uint8Array(size).fill(3) }
      assert.deepEqual(
        await openVault(await wrap({ passkey: named }), { passkey: named }),
        vaultKey
      )
    }
    for (const size of [0, 1_024]) {
      const named = { ...passkey, credentialId: new Uint8Array(size) }
      await assert.rejects(wrap({ passkey: named }), { code: 'SEALPOST_USAGE' })
    }
    const unsalted = { ...passkey, salt: new Uint8Array(31) }
    await assert.rejects(wrap({ passkey: unsalted }), { code: 'SEALPOST_USAGE' })
  })

  it('does not hold the answer', async () => {
    const header = bytesToHex(await wrap({ passkey }))
    assert.equal(header.includes(bytesToHex(passkey.output)), false)
  })
})

describe('a vault with a passphrase and a passkey', () => {
  it('opens with both and with neither alone', async () => {
    const header = await wrap({ passphrase, passkey })
    assert.deepEqual(await openVault(header, { passphrase, passkey }), vaultKey)
    await refuses(header, {}, 'SEALPOST_PASSPHRASE_REQUIRED')
    await refuses(header, { passkey }, 'SEALPOST_PASSPHRASE_REQUIRED')
    await refuses(header, { passphrase }, 'SEALPOST_PASSKEY_REQUIRED')
    await refuses(header, { passphrase: 'x', passkey }, 'SEALPOST_PASSPHRASE_WRONG')
    await refuses(header, { passphrase, passkey: passkeyOf(9) }, 'SEALPOST_PASSKEY_WRONG')
    const other = { ...passkey, output: new Uint8Array(32) }
    await refuses(header, { passphrase, passkey: other }, 'SEALPOST_PASSPHRASE_WRONG')
  })

  it('opens as no other kind, whoever rewrites its first byte', async () => {
    const header = await wrap({ passphrase, passkey })
    const [way] = waysInto(header)
    assert.equal(way?.kind, 'both')
    for (const kind of [0, 1, 2, 4, 255]) {
      const forged = header.slice()
      forged[2] = kind
      await assert.rejects(openVault(forged, { passphrase, passkey }), CORRUPT, String(kind))
    }
  })

  it('opens nothing with a byte changed', async () => {
    const header = await wrap({ passphrase, passkey })
    const codes = new Set<string>()
    for (let at = 0; at < header.length; at += at < 12 ? 1 : 9) {
      await openVault(flippedBit(header, at), { passphrase, passkey }).then(
        () => assert.fail(String(at)),
        (error: unknown) => codes.add((error as { readonly code: string }).code)
      )
    }
    assert.deepEqual([...codes].sort(), [
      'SEALPOST_PASSKEY_WRONG',
      'SEALPOST_PASSPHRASE_WRONG',
      'SEALPOST_STORE_CORRUPT',
      'SEALPOST_STORE_NEWER'
    ])
  })
})

describe('slots that somebody else wrote', () => {
  const slotOf = async (secret: VaultSecret): Promise<Uint8Array> => (await wrap(secret)).slice(2)
  const headerOf = (slots: readonly Uint8Array[], count = slots.length): Uint8Array =>
    concatBytes(Uint8Array.of(2, count), ...slots)

  it('are at most eight', async () => {
    const slots = await Promise.all(
      Array.from({ length: 9 }, (_, index) => slotOf({ passkey: passkeyOf(index) }))
    )
    assert.equal(waysInto(headerOf(slots.slice(0, 8))).length, 8)
    assert.throws(() => waysInto(headerOf(slots)), CORRUPT)
    assert.throws(() => waysInto(headerOf([], 0)), CORRUPT)
  })

  it('are refused where one alone would be enough beside what takes both', async () => {
    const both = await slotOf({ passphrase, passkey })
    const alone = [await slotOf({ passphrase }), await slotOf({ passkey: passkeyOf(9) })]
    for (const other of alone) {
      await assert.rejects(openVault(headerOf([both, other]), { passphrase, passkey }), CORRUPT)
    }
  })

  it('are refused with two passphrases, or one passkey twice', async () => {
    const twice = [
      [await slotOf({ passphrase }), await slotOf({ passphrase })],
      [await slotOf({ passkey }), await slotOf({ passkey })]
    ]
    for (const slots of twice) {
      assert.throws(() => waysInto(headerOf(slots)), CORRUPT)
    }
  })

  it('are refused cut short, counted wrong, or with bytes behind them', async () => {
    const header = await wrap({ passphrase, passkey })
    for (let length = 0; length < header.length; length++) {
      assert.throws(() => waysInto(header.slice(0, length)), CORRUPT, String(length))
    }
    assert.throws(() => waysInto(concatBytes(header, Uint8Array.of(0))), CORRUPT)
    assert.throws(() => waysInto(headerOf([header.slice(2)], 2)), CORRUPT)
    assert.throws(() => waysInto(headerOf([header.slice(2), header.slice(2)], 1)), CORRUPT)
  })

  it('are refused with a name of an authenticator that is none', async () => {
    const header = await wrap({ passkey })
    const lengthAt = 2 + 1 + 6 + 16 + 32
    for (const length of [0, 1_024, 0xffff]) {
      const forged = header.slice()
      forged.set(bigEndian(length, 2), lengthAt)
      assert.throws(() => waysInto(forged), CORRUPT)
    }
  })

  it('are no header where they are noise', () => {
    for (let round = 0; round < 2_000; round++) {
      const noise = random.bytes(round % 300)
      noise.set([2, 1 + (round % 3)].slice(0, noise.length))
      try {
        waysInto(noise)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'SEALPOST_STORE_CORRUPT')
      }
    }
  })
})
