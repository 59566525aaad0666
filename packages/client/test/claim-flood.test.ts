import assert from 'node:assert/strict'
import { claimFlood } from './claim-flood.ts'

const COUNT = 400

describe('a public link that is claimed again and again', () => {
  it(`gives no key twice but the fallback’s; ${String(COUNT)} claims all lead to a session, and an honest guest gets in`, async () => {
    const { fallbackCount, oneTimeCount } = await claimFlood(COUNT)
    assert.ok(oneTimeCount > 32 && fallbackCount > 0, `${String(oneTimeCount)} keys`)
  }).timeout(60_000)
})
