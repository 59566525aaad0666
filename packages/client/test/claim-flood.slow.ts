import assert from 'node:assert/strict'
import { claimFlood } from './claim-flood.ts'

const COUNT = 10_000

describe('a public link that is claimed ten thousand times', () => {
  it('gives no key twice but the fallback’s; every claim leads to a session, and an honest guest gets in', async () => {
    const { fallbackCount, oneTimeCount } = await claimFlood(COUNT)
    assert.equal(fallbackCount + oneTimeCount, COUNT)
    console.log(
      `      ${String(oneTimeCount)} keys of their own, ${String(fallbackCount)} times the fallback`
    )
  }).timeout(1_200_000)
})
