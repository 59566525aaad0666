import { differentSubsets, illRelay, playSeeds } from './ill-relay.ts'

const RUNS = 1_000
const SUBSET_RUNS = 100

describe('one relay of three that is down, slow, lying or wiped, in full', () => {
  it(`loses nothing in ${String(RUNS)} seeded runs`, async () => {
    await playSeeds(RUNS, illRelay)
  }).timeout(3_600_000)
})

describe('two relays that return different subsets, in full', () => {
  it(`have the union shown once, in order, in ${String(SUBSET_RUNS)} seeded runs`, async () => {
    await playSeeds(SUBSET_RUNS, differentSubsets)
  }).timeout(600_000)
})
