import { killedClients } from './killed-clients.ts'

const SEED = Number(process.env['SEALPOST_TEST_SEED'] ?? 100)

describe('two clients that are killed at random points, in full', () => {
  for (let seed = SEED; seed < SEED + 3; seed++) {
    it(`lose nothing and show nothing twice in 500 messages, seed ${String(seed)}`, async () => {
      await killedClients(seed, 500)
    }).timeout(1_800_000)
  }
})
