import { findsNothing } from './finds-nothing.ts'

const SEEDS = 1_000
const CHUNK = 50
const WHOLE_SEEDS = 50
const WHOLE_CHUNK = 10

describe('the hunt of whole clients (slow)', () => {
  for (let first = 1; first <= WHOLE_SEEDS; first += WHOLE_CHUNK) {
    const last = first + WHOLE_CHUNK - 1
    it(`finds nothing in what seeds ${String(first)} to ${String(last)} draw`, async () => {
      await findsNothing(first, last, 'whole')
    }).timeout(600_000)
  }
})

describe('the hunt (slow: 20 clients, 5 relays, every fault)', () => {
  for (let first = 1; first <= SEEDS; first += CHUNK) {
    const last = first + CHUNK - 1
    it(`finds nothing in what seeds ${String(first)} to ${String(last)} draw`, async () => {
      await findsNothing(first, last, 'full')
    }).timeout(600_000)
  }
})
