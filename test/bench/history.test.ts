import { transferredHistory } from './transferred-history.ts'

describe('a history that goes to a new device (slow: real processes)', function () {
  this.timeout(120_000)

  it('is there whole, each message once, though both devices were killed on the way', async () => {
    await transferredHistory({ count: 3_000, padding: 180, isDirect: true, killCount: 2 })
  })
})
