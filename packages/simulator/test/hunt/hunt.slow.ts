import { findsNothing } from './finds-nothing.ts'

const SEEDS = 1_000
const CHUNK = 50

describe('the hunt (slow: 20 clients, 5 relays, every fault)', () => {
  for (let first = 1; first <= SEEDS; first += CHUNK) {
    const last = first + CHUNK - 1
    it(`finds nothing in what seeds ${String(first)} to ${String(last)} draw`, () => {
      findsNothing(first, last, 'full')
    }).timeout(600_000)
  }
})
