import { differentSubsets, illRelay } from './ill-relay.ts'

const FIRST_SEED = Number(process.env['SEALPOST_TEST_SEED'] ?? 1)
const RUNS = 16
const SUBSET_RUNS = 8

async function runs(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
    try {
      await run(seed)
    } catch (cause) {
      throw new Error(`seed ${String(seed)}: ${String(cause)}`, { cause })
    }
  }
}

describe('one relay of three that is down, slow, lying or wiped', () => {
  it(`loses nothing in ${String(RUNS)} seeded runs`, async () => {
    await runs(RUNS, illRelay)
  }).timeout(120_000)
})

describe('two relays that return different subsets', () => {
  it(`have the union shown once, in order, in ${String(SUBSET_RUNS)} seeded runs`, async () => {
    await runs(SUBSET_RUNS, differentSubsets)
  }).timeout(120_000)
})
