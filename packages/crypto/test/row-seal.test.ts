import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createRowSeal } from '../src/index.ts'
import { flippedBit } from './flipped-bit.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('rows')
const vaultKey = random.bytes(32)
const rows = createRowSeal(vaultKey, random)
const CORRUPT = { name: 'StorageError', code: 'SEALPOST_STORE_CORRUPT' }

describe('the seal of a row', () => {
  it('opens what it sealed, for the same account opened again', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array({ maxLength: 500 }),
        (table, key, value) => {
          const again = createRowSeal(vaultKey, random)
          const sealed = createRowSeal(vaultKey, random).sealRow(table, key, value)
          assert.equal(sealed.length, value.length + 40)
          assert.deepEqual(again.openRow(table, key, sealed), value)
        }
      ),
      { numRuns: 50 }
    )
  })

  it('opens nothing in the place of another row, in another table or account', () => {
    const sealed = rows.sealRow('sessions', 'bob', Uint8Array.of(1, 2, 3))
    assert.throws(() => rows.openRow('sessions', 'carol', sealed), CORRUPT)
    assert.throws(() => rows.openRow('contacts', 'bob', sealed), CORRUPT)
    assert.throws(() => rows.openRow('sessionsb', 'ob', sealed), CORRUPT)
    const other = createRowSeal(random.bytes(32), random)
    assert.throws(() => other.openRow('sessions', 'bob', sealed), CORRUPT)
  })

  it('calls a row with any byte changed or cut off corrupt', () => {
    const sealed = rows.sealRow('sessions', 'bob', Uint8Array.of(1, 2, 3))
    for (let at = 0; at < sealed.length; at++) {
      assert.throws(() => rows.openRow('sessions', 'bob', flippedBit(sealed, at)), CORRUPT)
      assert.throws(() => rows.openRow('sessions', 'bob', sealed.subarray(0, at)), CORRUPT)
    }
  })

  it('names the table in its error, and neither key nor value', () => {
    const sealed = flippedBit(rows.sealRow('sessions', 'bob', Uint8Array.of(1, 2, 3)), 30)
    assert.throws(() => rows.openRow('sessions', 'bob', sealed), {
      message: 'a row of sessions cannot be opened'
    })
  })

  it('seals one value to other bytes each time', () => {
    const value = Uint8Array.of(1, 2, 3)
    assert.notDeepEqual(rows.sealRow('t', 'k', value), rows.sealRow('t', 'k', value))
  })

  it('takes no vault key of another size', () => {
    for (const length of [0, 31, 33]) {
      assert.throws(() => createRowSeal(new Uint8Array(length), random), {
        name: 'UsageError',
        code: 'SEALPOST_USAGE'
      })
    }
  })

  it('takes 256 tables and not one more', () => {
    const many = createRowSeal(vaultKey, random)
    for (let table = 0; table < 256; table++) {
      many.blindKey(String(table), 'k')
    }
    assert.equal(many.blindKey('0', 'k').length, 32)
    assert.throws(() => many.blindKey('256', 'k'), { name: 'UsageError', code: 'SEALPOST_USAGE' })
  })
})

describe('a blinded key', () => {
  it('is the same each time, and another for each key, table and account', () => {
    const blinded = rows.blindKey('contacts', 'bob')
    assert.match(blinded, /^[0-9a-f]{32}$/)
    assert.equal(rows.blindKey('contacts', 'bob'), blinded)
    assert.equal(createRowSeal(vaultKey, random).blindKey('contacts', 'bob'), blinded)
    const others = [
      rows.blindKey('contacts', 'carol'),
      rows.blindKey('sessions', 'bob'),
      rows.blindKey('contact', 'sbob'),
      createRowSeal(random.bytes(32), random).blindKey('contacts', 'bob')
    ]
    assert.equal(new Set([blinded, ...others]).size, 5)
  })

  it('stands for one key among many', () => {
    const keys = Array.from({ length: 2_000 }, (_, index) => rows.blindKey('t', String(index)))
    assert.equal(new Set(keys).size, keys.length)
  })
})
