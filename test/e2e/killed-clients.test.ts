import { killedClients } from './killed-clients.ts'

const SEED = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)

describe('two clients that are killed at random points (slow: real processes)', function () {
  this.timeout(240_000)

  it(`lose nothing and show nothing twice in 60 messages, seed ${String(SEED)}`, async () => {
    await killedClients(SEED, 60)
  })
})
