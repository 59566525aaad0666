import assert from 'node:assert/strict'
import { clone } from '@bufbuild/protobuf'
import type { LinkStage, LinkState } from '@sealpost/protocol'
import { type InvitationRow, InvitationRowSchema } from '@sealpost/protocol/home'
import fc from 'fast-check'
import { linkStateOf, mergeLink, rowOfLinkState } from '../../src/link/link-states.ts'
import { bytesOf, device, FIRST, identity, relayAddress, START_MS } from '../peer/cast.ts'

function linkState(changes: Partial<LinkState> = {}): LinkState {
  return {
    id: 'ab'.repeat(16),
    kind: 'one-time',
    linkSecret: bytesOf('link secret', 32),
    boxSeed: bytesOf('box seed', 32),
    requestSecretKey: bytesOf('request secret', 32),
    link: 'sealpost:i/link',
    createdAtMs: START_MS,
    expiresAtMs: START_MS + 1,
    state: 'new',
    usedBy: undefined,
    endedAtMs: 0,
    servingDevice: FIRST,
    relays: [relayAddress('rita')],
    changedAtMs: START_MS,
    ...changes
  }
}

function rowOf(changes: Partial<LinkState> = {}): InvitationRow {
  return rowOfLinkState(linkState(changes), bytesOf('request key', 1_216))
}

/** What two devices that know the same link may say of it: whatever ended it says when. */
const word: fc.Arbitrary<LinkState> = fc
  .record({
    state: fc.constantFrom<LinkStage>('new', 'published', 'expired', 'revoked', 'used'),
    endedAtMs: fc.integer({ min: 1, max: 3 }),
    usedBy: fc.constantFrom(identity('bob'), identity('carol')),
    servingDevice: fc.constantFrom(1, 2, 3).map(device),
    changedAtMs: fc.integer({ min: 0, max: 3 })
  })
  .map((said) => {
    const isOpen = said.state === 'new' || said.state === 'published'
    return linkState({
      ...said,
      endedAtMs: isOpen ? 0 : said.endedAtMs,
      usedBy: said.state === 'used' ? said.usedBy : undefined
    })
  })

describe('a link as its row and as a word', () => {
  it('says the same either way', () => {
    for (const changes of [
      {},
      { state: 'used', usedBy: identity('bob'), endedAtMs: 5 },
      { kind: 'public', expiresAtMs: 0, state: 'published' }
    ] as const) {
      const given = linkState(changes)
      assert.deepEqual(linkStateOf(given.id, rowOf(changes), FIRST), given)
    }
  })

  it('ends the same whatever order words come in, and however often', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), fc.nat(), (words, seed) => {
        const other = words.toSorted(
          (a, b) => ((a.changedAtMs + seed) % 3) - ((b.endedAtMs + seed) % 2)
        )
        const [one, two] = [words, [...other, ...words]].map((order) => {
          const [first, ...rest] = order
          const row = rowOfLinkState(first ?? linkState(), undefined)
          rest.forEach((given) => mergeLink(row, given))
          return linkStateOf('ab'.repeat(16), row, FIRST)
        })
        assert.deepEqual(one, two)
      })
    )
  })

  const stages: readonly LinkStage[] = ['new', 'published', 'expired', 'revoked', 'used']
  for (const [at, known] of stages.entries()) {
    it(`goes on from ${known}, and never back`, () => {
      for (const [index, state] of stages.entries()) {
        const row = rowOf({ state: known, endedAtMs: at > 1 ? 5 : 0 })
        const { isState } = mergeLink(row, linkState({ state, endedAtMs: index > 1 ? 5 : 0 }))
        assert.equal(isState, index > at, `${known}, then ${state}`)
        assert.equal(linkStateOf('', row, FIRST).state, stages[Math.max(at, index)])
      }
    })
  }

  it('is served by whom the latest word names, of one time by the lower number', () => {
    const row = rowOf({ servingDevice: device(2), changedAtMs: 5 })
    for (const [servingDevice, changedAtMs, isServing] of [
      [1, 4, false],
      [3, 5, false],
      [2, 5, false],
      [1, 5, true],
      [3, 6, true]
    ] as const) {
      const given = linkState({ servingDevice: device(servingDevice), changedAtMs })
      assert.equal(mergeLink(row, given).isServing, isServing)
    }
    assert.deepEqual([row.servingDevice, row.changedAtMs], [3, 6])
  })

  it('is closed by a word without a key only once it has ended', () => {
    const closed = { requestSecretKey: new Uint8Array(0) }
    assert.equal(mergeLink(rowOf({ state: 'published' }), linkState(closed)).isClosed, false)
    const ended = linkState({ ...closed, state: 'revoked', endedAtMs: 5 })
    assert.equal(mergeLink(rowOf({ state: 'published' }), ended).isClosed, true)
    const row = rowOf({ ...closed, state: 'revoked', endedAtMs: 5 })
    assert.equal(mergeLink(row, ended).isClosed, false)
    assert.equal(mergeLink(row, linkState({ state: 'revoked', endedAtMs: 5 })).isState, false)
    assert.equal(row.requestSecretKey.length, 0, 'and its key never returns')
  })

  it('is not touched by a word about another link under its name', () => {
    const late = {
      state: 'revoked',
      endedAtMs: 9,
      servingDevice: device(2),
      changedAtMs: START_MS * 2
    } as const
    for (const changes of [
      { linkSecret: bytesOf('another', 32) },
      { boxSeed: bytesOf('another', 32) },
      { boxSeed: new Uint8Array(0) }
    ]) {
      const row = rowOf()
      const before = clone(InvitationRowSchema, row)
      const news = mergeLink(row, linkState({ ...late, ...changes }))
      assert.deepEqual(news, { isState: false, isServing: false, isClosed: false })
      assert.deepEqual(row, before)
    }
  })
})
