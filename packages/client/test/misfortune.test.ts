import { misfortune } from './misfortune.ts'

const FIRST_SEED = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
const SEED_COUNT = 6

describe('a conversation with misfortunes (slow by its nature: six seeds)', function () {
  this.timeout(60_000)
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed++) {
    it(`loses nothing and shows nothing twice, seed ${String(seed)}`, async () => {
      await misfortune(seed, 80)
    })
  }
})
