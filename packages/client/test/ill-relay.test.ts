import { differentSubsets, illRelay, playSeeds } from './ill-relay.ts'

const RUNS = 16
const SUBSET_RUNS = 8

describe('one relay of three that is down, slow, lying or wiped', () => {
  it(`loses nothing in ${String(RUNS)} seeded runs`, async () => {
    await playSeeds(RUNS, illRelay)
  }).timeout(120_000)
})

describe('two relays that return different subsets', () => {
  it(`have the union shown once, in order, in ${String(SUBSET_RUNS)} seeded runs`, async () => {
    await playSeeds(SUBSET_RUNS, differentSubsets)
  }).timeout(120_000)
})
