import assert from 'node:assert/strict'
import { type Shelf, SHELF_NAMES } from '@sealpost/protocol'
import fc from 'fast-check'
import {
  chooseShelf,
  isMuted,
  joinShelves,
  rowOfShelf,
  shelfOfRow,
  unshelve
} from '../../src/conversation/shelves.ts'
import { content, START_MS } from '../peer/cast.ts'
import { said, WordsPeer } from './words-scene.ts'

const FOR_EVER_MS = 2 ** 48 - 1
const choice = fc.record(
  {
    value: fc.constantFrom(0, 1, 2, 3, FOR_EVER_MS),
    changedAtMs: fc.integer({ min: 1, max: 4 })
  },
  { noNullPrototype: true }
)
const shelf: fc.Arbitrary<Shelf> = fc
  .record({ pinned: choice, muted: choice, archived: choice, unread: choice }, { requiredKeys: [] })
  .map((given) => ({ ...given }))

describe('where a person keeps a conversation', () => {
  it('is the same on all devices, in whichever order they hear of it, and however often', () => {
    fc.assert(
      fc.property(
        fc
          .array(shelf, { maxLength: 5 })
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })
            )
          ),
        ([all, other]) => {
          const join = (shelves: readonly Shelf[]): Shelf => shelves.reduce(joinShelves, {})
          assert.deepEqual(join(other), join(all))
          for (const name of SHELF_NAMES) {
            const times = all.map((one) => one[name]?.changedAtMs ?? 0)
            assert.equal(join(all)[name]?.changedAtMs ?? 0, Math.max(0, ...times))
          }
        }
      )
    )
  })

  it('comes back from its row as it was', () => {
    fc.assert(
      fc.property(shelf, (given) => {
        assert.deepEqual(shelfOfRow(rowOfShelf(given)), given)
      })
    )
    assert.deepEqual(shelfOfRow(undefined), {})
  })

  it('is chosen later than all that was known, also where clocks were set back', () => {
    const known: Shelf = { pinned: { value: 5, changedAtMs: 1_000 } }
    const chosen = chooseShelf(known, { pinned: 0, archived: 7 }, 10)
    assert.deepEqual(chosen, {
      pinned: { value: 0, changedAtMs: 1_001 },
      archived: { value: 7, changedAtMs: 10 }
    })
    assert.equal(chooseShelf(chosen, { pinned: 0 }, 2_000), chosen)
    const last: Shelf = { pinned: { value: 5, changedAtMs: FOR_EVER_MS } }
    assert.equal(chooseShelf(last, { pinned: 0 }, 1).pinned?.changedAtMs, FOR_EVER_MS)
  })

  it('leaves the archive with what is said after it was put there, unless it is muted', () => {
    const archived: Shelf = { archived: { value: 100, changedAtMs: 100 } }
    assert.equal(unshelve(archived, 100, 200), archived)
    assert.deepEqual(unshelve(archived, 101, 200), { archived: { value: 0, changedAtMs: 101 } })
    const muted: Shelf = { ...archived, muted: { value: 201, changedAtMs: 1 } }
    assert.equal(isMuted(muted, 200), true)
    assert.equal(unshelve(muted, 150, 200), muted)
    assert.equal(isMuted(muted, 201), false)
    assert.notEqual(unshelve(muted, 150, 201), muted)
  })

  it('is told to other own devices, and joined with what they say', () => {
    const alice = new WordsPeer('alice', 1)
    const { machine } = alice.peer
    alice.peer.give({ type: 'keep', contactId: alice.other, wish: { archived: START_MS } })
    const word = machine.ownWord()
    assert.ok(word?.body.type === 'contact-state')
    const archived = { value: START_MS, changedAtMs: START_MS }
    assert.deepEqual(word.body.contact.shelf, { archived })
    const pinned = { value: 7, changedAtMs: 7 }
    alice.states({
      ...word.body.contact,
      shelf: { pinned, archived: { value: 0, changedAtMs: START_MS - 1 } }
    })
    alice.peer.restart()
    assert.deepEqual(alice.peer.machine.contact(alice.other)?.shelf, { pinned, archived })
    const { sentAtMs } = content(1)
    alice.take(said('bob', 1, { type: 'text', text: 'hi' }, { sentAtMs: sentAtMs + 1 }))
    const after = alice.peer.machine.contact(alice.other)?.shelf.archived
    assert.deepEqual(after, { value: 0, changedAtMs: START_MS + 1 })
  })
})
