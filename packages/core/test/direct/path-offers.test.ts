import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type LiveBody, OFFERS_ADDRESS, offerIds } from '@sealpost/protocol'
import { bytesOf, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { endOf, type Misfortunes, PathPlay, type PathSide } from './path-play.ts'

const CALM: Misfortunes = { lost: 0, doubled: 0, failed: 0, lateMs: 200 }
/** What each side says in a minute at most: three words of each of its two offers, and of each of four answers. */
const WORDS_A_MINUTE = 18
/** The longest wait after failures, and an attempt. */
const LONGEST_MS = 11 * MINUTE_MS

const misfortunes: fc.Arbitrary<Misfortunes> = fc.record({
  lost: fc.double({ min: 0, max: 1, noNaN: true }),
  doubled: fc.double({ min: 0, max: 1, noNaN: true }),
  failed: fc.constantFrom(0, 0.3, 1),
  lateMs: fc.constantFrom(1, 500, 5_000, 30_000)
})

/** When who wants a path, in seconds between. */
const wishes = fc.array(
  fc.record({
    who: fc.constantFrom(0 as const, 1 as const),
    waitMs: fc.integer({ max: 20_000, min: 0 })
  }),
  { maxLength: 30 }
)

function wordsInAnyMinute({ saidAtMs }: PathSide): number {
  return Math.max(
    0,
    ...saidAtMs.map((atMs) => saidAtMs.filter((at) => at >= atMs && at < atMs + MINUTE_MS).length)
  )
}

function played(given: {
  readonly seed: number
  readonly misfortunes: Misfortunes
  readonly wishes: readonly { readonly who: 0 | 1; readonly waitMs: number }[]
}): PathPlay {
  const play = new PathPlay(given.seed, given.misfortunes)
  for (const { who, waitMs } of given.wishes) {
    play.sides[who].want()
    play.pass(waitMs)
  }
  return play
}

const plays = fc.record({ seed: fc.nat(), misfortunes, wishes })

describe('offers of paths', () => {
  it('end, whatever becomes of the words and the connections', () => {
    fc.assert(
      fc.property(plays, (given) => {
        const play = played(given)
        play.pass(MINUTE_MS)
        for (const { open, dials } of play.sides) {
          assert.deepEqual([...open], [])
          assert.equal(dials.count, 0)
        }
      })
    )
  })

  it('lead to one path, which both sides see alike, once words arrive again', () => {
    fc.assert(
      fc.property(plays, (given) => {
        const play = played(given)
        play.misfortunes = CALM
        for (let passedMs = 0; passedMs < LONGEST_MS; passedMs += 5 * SECOND_MS) {
          play.sides.forEach((side) => {
            side.want()
          })
          play.pass(5 * SECOND_MS)
        }
        const [alice, bob] = play.sides.map(({ path }) => path)
        assert.ok(alice !== undefined && bob !== undefined)
        assert.notEqual(alice.isDialled, bob.isDialled)
      })
    )
  })

  it('are no flood, however often a path is wanted', () => {
    fc.assert(
      fc.property(fc.nat(), misfortunes, (seed, given) => {
        const play = new PathPlay(seed, given)
        for (let passedMs = 0; passedMs < 5 * MINUTE_MS; passedMs += SECOND_MS) {
          play.sides.forEach((side) => {
            side.want()
          })
          play.pass(SECOND_MS)
        }
        for (const side of play.sides) {
          assert.ok(wordsInAnyMinute(side) <= WORDS_A_MINUTE, String(wordsInAnyMinute(side)))
        }
      }),
      { numRuns: 30 }
    )
  })

  it('are said three times, four seconds apart, and given up after twenty', () => {
    const play = new PathPlay(1, { ...CALM, lost: 1 })
    const [alice] = play.sides
    alice.want()
    play.pass(19 * SECOND_MS)
    const [first = 0, second = 0, third = 0, ...more] = alice.saidAtMs
    assert.deepEqual([second - first, third - second], [4 * SECOND_MS, 4 * SECOND_MS])
    assert.deepEqual(more, [])
    assert.equal(alice.open.size, 1)
    play.pass(SECOND_MS)
    assert.equal(alice.open.size, 0)
    alice.want()
    assert.equal(alice.open.size, 0, 'it is not tried again at once')
    play.pass(30 * SECOND_MS)
    alice.want()
    assert.equal(alice.open.size, 1)
  })

  it('of both at once become one: that of the smaller node key', () => {
    const play = new PathPlay(1, CALM)
    const [smaller, larger] = [...play.sides].sort((one, other) =>
      one.nodeKey < other.nodeKey ? -1 : 1
    )
    assert.ok(smaller !== undefined && larger !== undefined)
    larger.want()
    smaller.want()
    play.pass(5 * SECOND_MS)
    assert.equal(smaller.path?.isDialled, true)
    assert.equal(larger.path?.isDialled, false)
  })

  it('are answered once more when they come again, three times in all', () => {
    const { bob, offer } = offering()
    for (let count = 0; count < 5; count++) {
      bob.hear(offer)
    }
    assert.equal(bob.saidAtMs.length, 3)
    assert.equal(bob.open.size, 1)
  })

  it('of one device are answered four times a minute, and no more often', () => {
    const { bob, play } = offering()
    for (let count = 2; count <= 4; count++) {
      bob.hear(offerOf(play, `offer ${String(count)}`))
      play.pass(SECOND_MS)
    }
    assert.equal(bob.saidAtMs.length, 4)
    assert.equal(bob.open.size, 1, 'the last one counts')
    bob.hear(offerOf(play, 'offer 5'))
    play.pass(SECOND_MS)
    assert.equal(bob.saidAtMs.length, 4)
    play.pass(MINUTE_MS)
    bob.hear(offerOf(play, 'offer 6'))
    play.pass(SECOND_MS)
    assert.equal(bob.saidAtMs.length, 5)
  })

  it('that are over are not answered when they come once more', () => {
    const { bob, offer, play } = offering()
    play.pass(20 * SECOND_MS)
    assert.equal(bob.open.size, 0)
    bob.hear(offer)
    assert.equal(bob.open.size, 0)
  })

  it('are given up where another node answers', () => {
    const play = new PathPlay(1, { ...CALM, lost: 1 })
    const [alice, bob] = play.sides
    alice.want()
    play.pass(SECOND_MS)
    assert.equal(alice.open.size, 1)
    const said = heard(play, alice)
    alice.hear({ ...said, type: 'path-answer', nodeKey: alice.nodeKey })
    assert.equal(alice.open.size, 0)
    assert.equal(bob.open.size, 0)
  })

  it('of a device that was started anew count more than what was begun with it before', () => {
    const play = new PathPlay(1, { ...CALM, lost: 1 })
    const [alice, bob] = play.sides
    alice.want()
    bob.want()
    play.pass(SECOND_MS)
    const anew = {
      ...heard(play, bob),
      nodeKey: bob.nodeKey.replace(/^../, 'ff') as typeof bob.nodeKey
    }
    alice.hear(anew)
    assert.deepEqual([...alice.open], [2], 'the first is dropped, and the second answers')
  })

  it('are dropped where there is no leave any more', () => {
    const { bob } = offering()
    bob.act(() => {
      bob.dials.review(() => false)
    })
    assert.equal(bob.open.size, 0)
    assert.equal(bob.dials.count, 0)
  })

  it('are not made to who takes none, nor by who makes none', () => {
    const [alice, bob] = new PathPlay(1, CALM).sides
    const dialled = ['/ip4/192.0.2.1/tcp/7700/ws']
    for (const [theirs, ours, expected] of [
      [[OFFERS_ADDRESS], [OFFERS_ADDRESS], ['offer-path']],
      [[...dialled, OFFERS_ADDRESS], [OFFERS_ADDRESS], ['offer-path']],
      [[...dialled, OFFERS_ADDRESS], dialled, ['dial-direct']],
      [[OFFERS_ADDRESS], dialled, []],
      [[], [OFFERS_ADDRESS], []]
    ] as const) {
      alice.dials.clear()
      alice.kernel.takeEffects()
      alice.dials.try(
        bob.device,
        { ...bob.here, addresses: theirs },
        { ...alice.here, addresses: ours }
      )
      assert.deepEqual(
        alice.kernel.takeEffects().map(({ type }) => type),
        expected
      )
    }
  })
})

type Offer = Extract<LiveBody, { type: 'path-offer' | 'path-answer' }>

function offerOf(play: PathPlay, name: string): Offer {
  const offerId = offerIds.fromBytes(bytesOf(name, 16))
  return { type: 'path-offer', offerId, nodeKey: play.sides[0].nodeKey, end: endOf(name) }
}

/** Bob, who is answering an offer of alice that leads nowhere. */
function offering(): { readonly play: PathPlay; readonly bob: PathSide; readonly offer: Offer } {
  const play = new PathPlay(1, { ...CALM, lost: 1 })
  const [, bob] = play.sides
  const offer = offerOf(play, 'offer 1')
  bob.hear(offer)
  play.pass(SECOND_MS)
  assert.equal(bob.saidAtMs.length, 1)
  return { play, bob, offer }
}

/** The offer that a side made, said once more. */
function heard(play: PathPlay, side: PathSide): Offer {
  const [body] = play.said.get(side)?.slice(-1) ?? []
  assert.ok(body?.type === 'path-offer')
  return body
}
