import { pairsAgree } from './pairs.ts'

describe('two people, whatever happens between them, once all is well (slow: thousands of plays)', () => {
  for (const relayCount of [2, 3] as const) {
    for (const bobsDevices of [1, 2] as const) {
      for (const hasBlocks of [false, true]) {
        const what = `${String(relayCount)} relays, ${String(bobsDevices + 1)} devices`
        it(`have the same conversation: ${what}, ${hasBlocks ? 'with' : 'without'} blocks`, () => {
          pairsAgree({ hasAbsence: true, hasBlocks, numRuns: 500, bobsDevices, relayCount })
        }).timeout(600_000)
      }
    }
  }
})
