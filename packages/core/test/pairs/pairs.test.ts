import { pairsAgree } from './pairs.ts'

describe('two people, whatever happens between them, once all is well', () => {
  it('have the same conversation, over two relays', () => {
    pairsAgree({
      hasAbsence: false,
      hasBlocks: false,
      numRuns: 60,
      seed: 1,
      bobsDevices: 1,
      relayCount: 2
    })
  }).timeout(60_000)

  it('have the same conversation, over three relays, of which one may lie', () => {
    pairsAgree({
      hasAbsence: true,
      hasBlocks: false,
      numRuns: 60,
      seed: 2,
      bobsDevices: 1,
      relayCount: 3
    })
  }).timeout(60_000)

  it('have the same conversation where one has two devices', () => {
    pairsAgree({
      hasAbsence: true,
      hasBlocks: false,
      numRuns: 40,
      seed: 3,
      bobsDevices: 2,
      relayCount: 3
    })
  }).timeout(60_000)

  it('have the same conversation but for what is named, where they block each other', () => {
    pairsAgree({
      hasAbsence: true,
      hasBlocks: true,
      numRuns: 40,
      seed: 4,
      bobsDevices: 2,
      relayCount: 2
    })
  }).timeout(60_000)
})
