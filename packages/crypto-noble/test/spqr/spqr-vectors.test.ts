import { readFileSync } from 'node:fs'
import { SPQR_VECTORS } from './spqr-vectors.ts'

describe('known answers of SPQR', () => {
  for (const vector of SPQR_VECTORS) {
    it(`${vector.title}: ${vector.file}`, () => {
      const url = new URL(`../vectors/${vector.file}.json`, import.meta.url)
      vector.run(JSON.parse(readFileSync(url, 'utf8')))
    })
  }
})
