import { killedClients } from './killed-clients.ts'

const SEED = Number(process.env['SEALPOST_TEST_SEED'] ?? 100)
/** Ten thousand deposits and more, receipts not counted. */
const SEEDS = 3
const MESSAGES = 3_400
const BURST_MAX = 100

describe('two clients that are killed at random points, in full', () => {
  for (let seed = SEED; seed < SEED + SEEDS; seed++) {
    it(`lose nothing and show nothing twice in ${String(MESSAGES)} messages, seed ${String(seed)}`, async () => {
      await killedClients(seed, MESSAGES, BURST_MAX)
    }).timeout(1_800_000)
  }
})
