import { compareEncapsulations } from './whole-encapsulation.ts'

describe('incremental ML-KEM-768, at length', () => {
  it('makes both halves of what the library makes as a whole, for 10,000 random keys', () => {
    compareEncapsulations('10,000 keys', 10_000)
  })
})
