import { checkForgeries, VERBS } from './forgeries.ts'

const COUNT = 300

describe('forged, replayed, cross-relay, cross-session and stale requests', () => {
  for (const verb of VERBS) {
    it(`to ${verb} are answered alike to the byte and the millisecond, ${String(COUNT)} of each`, () => {
      checkForgeries(verb, COUNT, 1)
    })
  }
})
