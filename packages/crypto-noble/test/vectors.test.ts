import { readFileSync } from 'node:fs'
import { VECTOR_CASES } from './vector-cases.ts'

describe('known answers', () => {
  for (const vector of VECTOR_CASES) {
    it(`${vector.title}: ${vector.file}`, () => {
      const url = new URL(`vectors/${vector.file}.json`, import.meta.url)
      return vector.run(JSON.parse(readFileSync(url, 'utf8')))
    })
  }
})
