import assert from 'node:assert/strict'
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { type ContentBody, type ShelfChoice, STARS_MAX } from '@sealpost/protocol'
import { ContactRowSchema, ContactState } from '@sealpost/protocol/home'
import { STARS_OWED_MAX } from '../../src/device/star-words.ts'
import { chooseAnew, isLaterChoice } from '../../src/conversation/choices.ts'
import { contactId, device, identity, MINUTE_MS } from '../peer/cast.ts'
import { siblings, says, saysOf, tells, type Siblings } from '../device/siblings-scene.ts'
import { type GivenStar, idOf, said, WordsPeer } from './words-scene.ts'

const BY_BOB = idOf('bob', 1)
const BY_ALICE = idOf('alice', 1)

function text(value: string): ContentBody {
  return { type: 'text', text: value }
}

function choice(value: number, changedAtMs: number): ShelfChoice {
  return { value, changedAtMs }
}

function ofBob(value: number, changedAtMs = value): GivenStar {
  return { id: BY_BOB, isOwn: false, star: choice(value, changedAtMs) }
}

describe('a star', () => {
  it('is on a message of either side, and gone once it is taken away, here and on the other devices', () => {
    for (const isHere of [true, false]) {
      const alice = new WordsPeer('alice', 1)
      const star = (given: GivenStar): void => {
        if (isHere) {
          alice.stars(given)
        } else {
          alice.starred(given)
        }
      }
      alice.take(said('alice', 1, text('to bob')))
      alice.take(said('bob', 1, text('from bob')))
      star(ofBob(10))
      star({ id: BY_ALICE, isOwn: true, star: choice(11, 11) })
      assert.deepEqual(alice.starredTexts().toSorted(), ['from bob', 'to bob'])
      star(ofBob(0, 12))
      star(ofBob(11))
      assert.deepEqual(alice.starredTexts(), ['to bob'])
      alice.peer.restart()
      assert.deepEqual(alice.starredTexts(), ['to bob'])
      assert.equal(alice.waiting(), 0)
    }
  })

  it('waits for its message, over a restart', () => {
    const alice = new WordsPeer('alice', 1)
    alice.starred(ofBob(10), { id: idOf('alice', 1, 2), isOwn: true, star: choice(9, 9) })
    assert.equal(alice.waiting(), 2)
    alice.peer.restart()
    alice.take(said('bob', 1, text('from bob')))
    alice.take(said('alice', 1, text('from the phone'), { from: 2 }))
    assert.deepEqual(alice.starredTexts().toSorted(), ['from bob', 'from the phone'])
    assert.equal(alice.waiting(), 0)
  })

  it('goes with its message, whoever takes that away, and when its time is over', () => {
    const withdrawals = [
      ['bob', 1, BY_BOB],
      ['alice', 1, BY_ALICE],
      ['alice', 2, idOf('alice', 1, 2)]
    ] as const
    for (const [by, from, messageId] of withdrawals) {
      const alice = new WordsPeer('alice', 1)
      alice.take(said(by, 1, text('a text'), { from }))
      const given = { id: messageId, isOwn: by === 'alice', star: choice(10, 10) }
      alice.stars(given)
      assert.deepEqual(alice.starredTexts(), ['a text'])
      alice.take(said(by, 2, { type: 'withdrawal', messageId, number: 1 }, { from }))
      assert.deepEqual(alice.starredTexts(), [])
      alice.starred({ ...given, star: choice(20, 20) })
      assert.deepEqual(alice.starredTexts(), [])
    }
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, { type: 'text', text: 'for a minute', fadeAfterS: 60 }))
    alice.stars({ id: BY_ALICE, isOwn: true, star: choice(10, 10) })
    assert.equal(alice.starredTexts().length, 1)
    alice.peer.advance(MINUTE_MS)
    assert.deepEqual(alice.texts(), [])
    assert.deepEqual(alice.starredTexts(), [])
  })

  it('reaches its message where the person came by several links, and it stands in an older conversation', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, text('from bob')))
    const { rows } = alice.peer
    const row = fromBinary(
      ContactRowSchema,
      rows.get({ table: 'contact', key: alice.other }) ?? new Uint8Array(0)
    )
    const put = (key: string): void => {
      const value = toBinary(ContactRowSchema, row)
      rows.apply({ type: 'write', table: 'contact', key, value })
    }
    put(contactId('bob again'))
    row.state = ContactState.FAILED
    put(alice.other)
    alice.peer.restart()
    assert.equal(alice.peer.machine.contactOf(identity('bob'))?.contactId, contactId('bob again'))
    alice.starred(ofBob(10))
    assert.deepEqual(alice.starredTexts(), ['from bob'])
    alice.deleted({ id: BY_BOB, isOwn: false })
    assert.deepEqual([alice.texts(), alice.starredTexts()], [[], []])
  })

  it('is told of as a change of its message, once', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, text('from bob')))
    alice.peer.notices.length = 0
    alice.stars(ofBob(10))
    alice.starred(ofBob(10))
    const types = alice.peer.notices.map(({ type }) => type)
    assert.equal(types.filter((type) => type === 'message-changed').length, 1)
    assert.ok(types.includes('word-settled'))
  })

  it('means nothing in the mouth of a contact', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, text('from bob')))
    const named = { messageId: BY_BOB, isOwn: false, star: choice(10, 10) }
    const messages = [{ ...named, identityKey: identity('bob') }]
    alice.take(said('bob', 2, { type: 'stars', messages }))
    assert.deepEqual(alice.starredTexts(), [])
    assert.equal(alice.waiting(), 0)
  })

  it('is chosen later than what was known, as everything that a person chooses for themselves', () => {
    const chosen = chooseAnew({ value: 5, changedAtMs: 100 }, 0, 7)
    assert.deepEqual(chosen, { value: 0, changedAtMs: 101 })
    assert.ok(isLaterChoice(chosen, { value: 9, changedAtMs: 100 }))
    assert.ok(isLaterChoice({ value: 9, changedAtMs: 101 }, chosen), 'of one time the larger')
  })
})

/** What happens to two messages, of which the two devices of alice's hear in orders of their own. */
type Step =
  | { readonly type: 'text' | 'withdrawn' }
  | { readonly type: 'deleted'; readonly by: number }
  | { readonly type: 'starred'; readonly by: number; readonly given: GivenStar }

const starring: fc.Arbitrary<Step> = fc
  .record({
    by: fc.constantFrom(1, 2),
    isOwn: fc.boolean(),
    value: fc.constantFrom(0, 1, 2),
    changedAtMs: fc.integer({ min: 1, max: 4 })
  })
  .map(({ by, isOwn, value, changedAtMs }) => {
    const id = isOwn ? BY_ALICE : BY_BOB
    return { type: 'starred', by, given: { id, isOwn, star: choice(value, changedAtMs) } }
  })

const play: fc.Arbitrary<{ readonly orders: readonly (readonly Step[])[] }> = fc
  .record({
    stars: fc.array(starring, { maxLength: 8 }),
    end: fc.constantFrom<readonly Step[]>(
      [],
      [{ type: 'withdrawn' }],
      [{ type: 'deleted', by: 1 }],
      [{ type: 'deleted', by: 2 }]
    )
  })
  .chain(({ stars, end }) => {
    const steps: Step[] = [{ type: 'text' }, ...stars, ...end]
    const order = fc.shuffledSubarray(steps, { minLength: steps.length })
    return fc.record({ orders: fc.tuple(order, order) })
  })

function takes(peer: WordsPeer, step: Step): void {
  switch (step.type) {
    case 'text':
      peer.take(said('bob', 1, text('from bob')))
      return
    case 'withdrawn':
      peer.take(said('bob', 2, { type: 'withdrawal', messageId: BY_BOB, number: 1 }))
      return
    case 'deleted': {
      const named = { id: BY_BOB, isOwn: false }
      if (step.by === peer.device) {
        peer.deletes(named)
      } else {
        peer.deleted(named)
      }
      return
    }
    case 'starred':
      if (step.by === peer.device) {
        peer.stars(step.given)
      } else {
        peer.starred(step.given)
      }
  }
}

describe('the stars of two devices', () => {
  it('end the same, in whichever order they hear of stars, messages and their ends', () => {
    fc.assert(
      fc.property(play, fc.nat({ max: 9 }), ({ orders }, restartAfter) => {
        const shown = orders.map((steps, at) => {
          const peer = new WordsPeer('alice', at + 1)
          peer.take(said('alice', 1, text('to bob')))
          for (const [count, step] of steps.entries()) {
            takes(peer, step)
            if (count === restartAfter) {
              peer.peer.restart()
            }
          }
          assert.equal(peer.waiting(), 0)
          return peer.starredTexts()
        })
        assert.deepEqual(shown[1], shown[0])
        const [steps = []] = orders
        const isGone = steps.some(({ type }) => type === 'withdrawn' || type === 'deleted')
        const latest = (isOwn: boolean): ShelfChoice =>
          steps
            .flatMap((step) => (step.type === 'starred' ? [step.given] : []))
            .filter((given) => given.isOwn === isOwn)
            .map(({ star }) => star)
            .reduce((last, star) => (isLaterChoice(star, last) ? star : last), choice(0, 0))
        const wanted = [
          ...(latest(true).value > 0 ? ['to bob'] : []),
          ...(latest(false).value > 0 && !isGone ? ['from bob'] : [])
        ]
        assert.deepEqual(shown[0]?.toSorted(), wanted.toSorted())
      }),
      { numRuns: 100 }
    )
  })
})

describe('what own devices are owed of stars', () => {
  /** Bob is known, and all of that was told. */
  function knowing(): Siblings {
    const scene = siblings()
    saysOf(scene, {})
    scene.alice.advance(MINUTE_MS)
    tells(scene)
    return scene
  }

  function stars({ alice }: Siblings, number: number, star: ShelfChoice): void {
    const contactId = alice.contactOf(identity('bob'))
    const messageId = idOf('bob', number)
    alice.give({ type: 'star', chosen: { contactId, messageId, isOwn: false, star } })
  }

  it('is told in one word, each message with what was chosen last, also after a crash', () => {
    const scene = knowing()
    stars(scene, 1, choice(10, 10))
    stars(scene, 2, choice(11, 11))
    stars(scene, 1, choice(0, 12))
    scene.alice.restart()
    const [told, ...others] = tells(scene)
    assert.ok(told?.type === 'stars')
    assert.deepEqual(others, [])
    assert.deepEqual(
      told.messages.map(({ messageId, star }) => [messageId, star.value]),
      [
        [idOf('bob', 2), 11],
        [idOf('bob', 1), 0]
      ]
    )
    scene.alice.restart()
    assert.deepEqual(tells(scene), [])
  })

  it('is what a sibling said of stars no more than once, and never said back', () => {
    const scene = knowing()
    const named = { identityKey: identity('bob'), messageId: BY_BOB, isOwn: false }
    says(scene, 2, { type: 'stars', messages: [{ ...named, star: choice(10, 10) }] })
    assert.deepEqual(tells(scene), [])
  })

  it('fills as many words as it takes, and is all that is here where that is too much', () => {
    const scene = knowing()
    for (let number = 1; number <= STARS_OWED_MAX; number++) {
      stars(scene, number, choice(number, number))
    }
    assert.deepEqual(scene.alice.machine.transfers(), [])
    const words = tells(scene)
    assert.equal(words.length, STARS_OWED_MAX / STARS_MAX)
    for (let number = 1; number <= STARS_OWED_MAX + 1; number++) {
      stars(scene, number, choice(number, number + 1_000))
    }
    const given = scene.alice.machine.dueTransfers().map((transfer) => transfer.device)
    assert.deepEqual(given, [device(2), device(3)])
    const [left, ...others] = tells(scene)
    assert.ok(left?.type === 'stars')
    assert.deepEqual([left.messages.length, others], [1, []])
  })
})
