import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { ContentBody, MessageId } from '@sealpost/protocol'
import { DEVICES, idOf, type Person, said, type Said, WordsPeer } from './words-scene.ts'

function text(value: string): ContentBody {
  return { type: 'text', text: value }
}

function edit(messageId: MessageId, value: string): ContentBody {
  return { type: 'edit', messageId, text: value }
}

function reaction(messageId: MessageId, emoji: string, isOfSender = false): ContentBody {
  return { type: 'reaction', messageId, isOfSender, emoji }
}

function everybody(): readonly WordsPeer[] {
  return DEVICES.map(({ name, device }) => new WordsPeer(name, device))
}

describe('what is said about a message', () => {
  it('an edit changes the text, by any device of who wrote it, and keeps what was before', () => {
    for (const peer of everybody()) {
      peer.take(said('bob', 1, text('first')))
      peer.take(said('bob', 2, edit(idOf('bob', 1), 'second')))
      peer.take(said('bob', 1, edit(idOf('bob', 1), 'third'), { from: 2, sentAtMs: 2_000_000 }))
      const [shown] = peer.shown()
      assert.ok(shown !== undefined)
      assert.deepEqual(peer.texts(), ['third'])
      assert.deepEqual(shown.earlier, [
        { text: 'first', sentAtMs: 1_000_001, device: 0, number: 0 },
        { text: 'second', sentAtMs: 1_000_002, device: 1, number: 2 }
      ])
      assert.deepEqual(shown.edit, { sentAtMs: 2_000_000, device: 2, number: 1 })
    }
  })

  it('nobody edits what another wrote, nor reacts in a conversation of somebody else', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, text('mine')))
    alice.take(said('bob', 1, edit(idOf('alice', 1), 'not mine')))
    assert.deepEqual(alice.texts(), ['mine'])
    const carol = alice.peer.meet('carol')
    alice.peer.send(carol, 'to carol')
    const { messageId } = alice.peer.send(carol, 'to carol')
    assert.ok(messageId)
    alice.take(said('bob', 2, reaction(messageId, '👀')))
    assert.ok(alice.peer.rows.all('message').length > 0)
    assert.equal(alice.waiting(), 1, 'the edit waits for a message of that id by bob')
  })

  it('of one person one reaction is shown, and one that was taken back is none', () => {
    for (const peer of everybody()) {
      peer.take(said('alice', 1, text('hello')))
      peer.take(said('bob', 1, reaction(idOf('alice', 1), '👍')))
      peer.take(said('alice', 2, reaction(idOf('alice', 1), '🎉', true)))
      peer.take(said('bob', 2, reaction(idOf('alice', 1), '')))
      const [shown] = peer.shown()
      assert.deepEqual(shown?.reactions, [
        { by: 'alice', emoji: '🎉', sentAtMs: 1_000_002, device: 1, number: 2 },
        { by: 'bob', emoji: '', sentAtMs: 1_000_002, device: 1, number: 2 }
      ])
    }
  })

  it('waits for its message, over a restart', () => {
    for (const peer of everybody().filter(({ name, device }) => name === 'alice' || device === 2)) {
      peer.take(said('bob', 2, edit(idOf('bob', 1), 'second')))
      assert.equal(peer.waiting(), 1)
      peer.peer.restart()
      assert.deepEqual(peer.texts(), [])
      peer.take(said('bob', 1, text('first')))
      assert.deepEqual(peer.texts(), ['second'])
      assert.equal(peer.waiting(), 0)
    }
  })

  it('waits at most for 256 messages of a contact, the oldest first to go, and for two months', () => {
    const alice = new WordsPeer('alice', 1)
    for (let number = 1; number <= 257; number++) {
      alice.take(said('bob', number, edit(idOf('bob', number + 1_000), `text ${String(number)}`)))
    }
    assert.equal(alice.waiting(), 256)
    alice.peer.advance(61 * 24 * 3_600_000)
    alice.take(said('bob', 258, edit(idOf('bob', 3_000), 'one more')))
    assert.equal(alice.waiting(), 1)
  })

  it('is kept of the last ten texts beside the present one', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, text('text 1')))
    for (let number = 2; number <= 13; number++) {
      alice.take(said('bob', number, edit(idOf('bob', 1), `text ${String(number)}`)))
    }
    const [shown] = alice.shown()
    assert.deepEqual(alice.texts(), ['text 13'])
    assert.equal(shown?.earlier?.length, 10)
    assert.equal(shown.earlier[0]?.text, 'text 3')
  })

  it('is gone with a message that is taken back, and says nothing of it afterwards', () => {
    for (const peer of everybody()) {
      const reply = { messageId: idOf('bob', 7), isOfSender: false, excerpt: 'quoted' }
      peer.take(said('alice', 1, { type: 'text', text: 'first', reply, isForwarded: true }))
      peer.take(said('alice', 2, edit(idOf('alice', 1), 'second')))
      peer.take(said('bob', 1, reaction(idOf('alice', 1), '👍')))
      peer.take(said('alice', 3, { type: 'withdrawal', messageId: idOf('alice', 1), number: 1 }))
      peer.take(said('alice', 4, edit(idOf('alice', 1), 'third')))
      peer.take(said('bob', 2, reaction(idOf('alice', 1), '👎')))
      const [shown] = peer.shown()
      assert.deepEqual(shown, {
        id: idOf('alice', 1),
        by: 'alice',
        text: '',
        isWithdrawn: true,
        reply: undefined,
        isForwarded: undefined,
        edit: undefined,
        earlier: undefined,
        reactions: []
      })
      assert.equal(peer.waiting(), 0)
    }
  })

  it('tells of the message as it is now, each time that it changes', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, text('first')))
    alice.peer.notices.length = 0
    alice.take(said('alice', 2, edit(idOf('alice', 1), 'second')))
    alice.take(said('bob', 1, reaction(idOf('alice', 1), '👍')))
    alice.take(said('bob', 1, reaction(idOf('alice', 1), '👍')))
    const changed = alice.peer.notices.filter(({ type }) => type === 'message-changed')
    assert.equal(changed.length, 2)
  })
})

describe('a message that the person deleted', () => {
  it('is gone here and on the other devices, and does not come back', () => {
    for (const isHere of [true, false]) {
      const alice = new WordsPeer('alice', 1)
      const names = [
        { id: idOf('bob', 1), isOwn: false },
        { id: idOf('alice', 1), isOwn: true }
      ]
      alice.take(said('alice', 1, text('to bob')))
      alice.take(said('bob', 1, text('from bob')))
      if (isHere) {
        alice.deletes(...names)
      } else {
        alice.deleted(...names)
      }
      assert.deepEqual(alice.texts(), [])
      assert.equal(alice.peer.rows.count('unread'), 0)
      alice.take(said('bob', 1, text('from bob')))
      alice.take(said('bob', 2, edit(idOf('bob', 1), 'once more')))
      alice.peer.restart()
      assert.deepEqual(alice.texts(), [])
      assert.equal(alice.waiting(), 0)
      const { machine } = alice.peer
      assert.ok(machine.isHeld(alice.other, machine.devices(alice.other)[0] ?? (1 as never), 1))
    }
  })

  it('goes as soon as it comes, where another device had it first', () => {
    const alice = new WordsPeer('alice', 1)
    alice.deleted({ id: idOf('bob', 1), isOwn: false }, { id: idOf('alice', 1, 2), isOwn: true })
    assert.equal(alice.waiting(), 2)
    alice.peer.restart()
    alice.take(said('bob', 1, text('from bob')))
    alice.take(said('alice', 1, text('from the phone'), { from: 2 }))
    assert.deepEqual(alice.texts(), [])
    assert.equal(alice.waiting(), 0)
  })

  it('goes on its way to whom it was sent', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, text('to bob')))
    const before = alice.peer.rows.count('outbox')
    alice.deletes({ id: idOf('alice', 1), isOwn: true })
    assert.equal(alice.peer.rows.count('outbox'), before)
  })
})

/** What may be said in a conversation of six texts, by whom and when: some of it twice at one time. */
interface Plan {
  readonly words: readonly Said[]
  /** For each device, in which order it hears of what others said. */
  readonly orders: readonly (readonly number[])[]
  readonly restartAfter: number
}

const TEXTS: readonly (readonly [Person, number])[] = [
  ['alice', 1],
  ['alice', 2],
  ['bob', 1],
  ['bob', 2]
]

const plan: fc.Arbitrary<Plan> = fc
  .record({
    steps: fc.array(
      fc.record({
        speaker: fc.nat({ max: 3 }),
        about: fc.nat({ max: 3 }),
        kind: fc.constantFrom('edit', 'react', 'take back', 'text'),
        emoji: fc.constantFrom('👍', '👎', ''),
        atMs: fc.nat({ max: 4 })
      }),
      { maxLength: 14 }
    ),
    orders: fc.array(fc.array(fc.nat(), { minLength: 18, maxLength: 18 }), {
      minLength: 4,
      maxLength: 4
    }),
    restartAfter: fc.nat({ max: 18 })
  })
  .map(({ steps, orders, restartAfter }) => {
    const words: Said[] = TEXTS.map(([by, from]) => said(by, 1, text(`by ${by}`), { from }))
    const numbers = [1, 1, 1, 1]
    for (const { speaker, about, kind, emoji, atMs } of steps) {
      const [by, from] = TEXTS[speaker] ?? ['alice', 1]
      const [author, place] = TEXTS[about] ?? ['alice', 1]
      const messageId = idOf(author, 1, place)
      const number = (numbers[speaker] = (numbers[speaker] ?? 1) + 1)
      const say = (body: ContentBody): number =>
        words.push(said(by, number, body, { from, sentAtMs: 2_000_000 + atMs }))
      if (kind === 'edit' && author === by) {
        say(edit(messageId, `edit ${String(words.length)}`))
      } else if (kind === 'take back' && speaker === about) {
        say({ type: 'withdrawal', messageId, number: 1 })
      } else if (kind === 'react') {
        say(reaction(messageId, emoji, author === by))
      } else {
        say(text(`text ${String(words.length)}`))
      }
    }
    return { words, orders, restartAfter }
  })

/** What a device hears in its order; what it says itself stays in the order in which it said it. */
function ordered(words: readonly Said[], places: readonly number[], peer: WordsPeer): Said[] {
  const isOwn = ({ by, device }: Said): boolean => by === peer.name && device === peer.device
  const shuffled = words
    .map((word, at) => ({ word, place: places[at % places.length] ?? 0 }))
    .sort((a, b) => a.place - b.place)
    .map(({ word }) => word)
  const own = words.filter(isOwn)
  return shuffled.map((word) => (isOwn(word) ? (own.shift() ?? word) : word))
}

describe('two people with two devices each', () => {
  it('end with the same conversation everywhere, in whichever order they hear of it', () => {
    fc.assert(
      fc.property(plan, ({ words, orders, restartAfter }) => {
        const shown = everybody().map((peer, at) => {
          for (const [count, word] of ordered(words, orders[at] ?? [], peer).entries()) {
            peer.take(word)
            if (count === restartAfter) {
              peer.peer.restart()
            }
          }
          // One that was taken back before it came is shown to nobody but who wrote it.
          const left = peer.shown().filter(({ isWithdrawn }) => !isWithdrawn)
          return { shown: left, waiting: peer.waiting() }
        })
        for (const other of shown) {
          assert.deepEqual(other, shown[0])
          assert.equal(other.waiting, 0)
        }
      }),
      { numRuns: 60 }
    )
  })
})
