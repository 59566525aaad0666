import assert from 'node:assert/strict'
import { formatPlace, parsePlace, type Place } from '../src/place.ts'

const PLACES: readonly Place[] = [
  { at: 'tickets' },
  { at: 'counts' },
  { at: 'ticket', number: 'ABCD-2345' }
]

describe('a place on a desk’s page', () => {
  it('is found by its address', () => {
    for (const place of PLACES) {
      assert.deepEqual(parsePlace(formatPlace(place)), place)
    }
  })

  it('is the list for whatever else somebody writes', () => {
    for (const fragment of ['', '#', '#/x', '#/abcd-2345', '#/ABCD-2345/x', '#ticket=abc']) {
      assert.deepEqual(parsePlace(fragment), { at: 'tickets' })
    }
  })
})
