import assert from 'node:assert/strict'
import { testNodeKey } from '@sealpost/host/testing'
import fc from 'fast-check'
import {
  BYTE_BURST_SECONDS,
  ByteRates,
  BYTES_PAUSE_MS_MAX,
  IDLE_BYTE_ACCOUNTS_MAX
} from '../../src/relay/byte-rates.ts'

const BOUNDS = { bytesPerSecondPerKey: 1_000, bytesPerSecondPerRange: 3_000 }
const KEY_BURST = 1_000 * BYTE_BURST_SECONDS
const RANGE_BURST = 3_000 * BYTE_BURST_SECONDS
const [ALICE, BOB, CAROL, MALLORY] = [1, 2, 3, 4].map(testNodeKey) as [
  ReturnType<typeof testNodeKey>,
  ReturnType<typeof testNodeKey>,
  ReturnType<typeof testNodeKey>,
  ReturnType<typeof testNodeKey>
]

describe('the rates of bytes', () => {
  it('let a key have eight seconds of its bytes at once, and wait for one more', () => {
    const rates = new ByteRates(BOUNDS)
    const alice = rates.open(ALICE, 'a')
    assert.equal(rates.spend(alice, KEY_BURST, 0), 0)
    assert.equal(rates.spend(alice, 1, 0), 1)
    assert.equal(rates.spend(alice, 1_000, 1), 1_000)
  })

  it('let a range have as many, however many keys are drawn in it', () => {
    const rates = new ByteRates(BOUNDS)
    for (const key of [ALICE, BOB, CAROL]) {
      assert.equal(rates.spend(rates.open(key, 'a'), RANGE_BURST / 3, 0), 0)
    }
    assert.equal(rates.spend(rates.open(MALLORY, 'a'), 3, 0), 1)
    assert.equal(rates.spend(rates.open(MALLORY, 'b'), 3, 0), 0)
  })

  it('count two connections of a key together', () => {
    const rates = new ByteRates(BOUNDS)
    const [one, other] = [rates.open(MALLORY, 'a'), rates.open(MALLORY, 'b')]
    assert.equal(rates.spend(one, KEY_BURST, 0), 0)
    assert.equal(rates.spend(other, 500, 0), 500)
  })

  it('make nobody wait longer than ten seconds at a time', () => {
    const rates = new ByteRates(BOUNDS)
    const mallory = rates.open(MALLORY, 'a')
    const atBound = KEY_BURST + 1_000 * (BYTES_PAUSE_MS_MAX / 1_000)
    assert.equal(rates.spend(mallory, atBound, 0), BYTES_PAUSE_MS_MAX)
    assert.equal(rates.spend(mallory, 1, 0), BYTES_PAUSE_MS_MAX)
  })

  it('forgive after a minute whatever was too much, for who shares a range with whoever that was', () => {
    const rates = new ByteRates(BOUNDS)
    const mallory = rates.open(MALLORY, 'a')
    const alice = rates.open(ALICE, 'a')
    rates.spend(mallory, 1_000 * RANGE_BURST, 0)
    assert.equal(rates.spend(alice, 1, 49_000), BYTES_PAUSE_MS_MAX)
    assert.equal(rates.spend(alice, 1, 60_001), 0)
  })

  it('remember who connects again, until all is made up for', () => {
    const rates = new ByteRates(BOUNDS)
    const first = rates.open(MALLORY, 'a')
    rates.spend(first, KEY_BURST, 0)
    rates.close(first, 0)
    assert.equal(rates.accountCount, 2)
    const second = rates.open(MALLORY, 'a')
    assert.equal(rates.spend(second, 100, 0), 100)
    rates.close(second, 60_000)
    assert.equal(rates.accountCount, 0)
  })

  it('remember a bounded number of those who left, the last ones', () => {
    const rates = new ByteRates(BOUNDS)
    const stays = rates.open(ALICE, 'a')
    for (let at = 0; at <= IDLE_BYTE_ACCOUNTS_MAX / 2; at++) {
      const one = rates.open(testNodeKey(at + 10), `range ${String(at)}`)
      rates.spend(one, KEY_BURST, 0)
      rates.close(one, 0)
    }
    assert.equal(rates.accountCount, IDLE_BYTE_ACCOUNTS_MAX + 2)
    assert.equal(rates.spend(rates.open(testNodeKey(10), 'other'), 1, 0), 0)
    assert.equal(rates.spend(stays, KEY_BURST, 0), 0)
    assert.equal(rates.spend(rates.open(ALICE, 'other'), 1, 0), 1)
  })

  it('go by other bounds from when they are set', () => {
    const rates = new ByteRates(BOUNDS)
    const alice = rates.open(ALICE, 'a')
    rates.setBounds({ bytesPerSecondPerKey: 100, bytesPerSecondPerRange: 3_000 })
    assert.equal(rates.spend(alice, 100 * BYTE_BURST_SECONDS, 0), 0)
    assert.equal(rates.spend(alice, 50, 0), 500)
  })

  it('never let who waits as told have more than the burst and the rate', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 100 }), (amounts) => {
        const rates = new ByteRates(BOUNDS)
        const mallory = rates.open(MALLORY, 'a')
        let nowMs = 0
        let sum = 0
        for (const bytes of amounts) {
          const waitMs = rates.spend(mallory, bytes, nowMs)
          sum += bytes
          nowMs += waitMs
          assert.ok(sum <= KEY_BURST + nowMs, `${String(sum)} within ${String(nowMs)} ms`)
        }
      })
    )
  })
})
