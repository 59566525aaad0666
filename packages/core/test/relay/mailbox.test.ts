import assert from 'node:assert/strict'
import { Mailbox, MailboxCache } from '../../src/relay/mailbox.ts'
import { encodeMailbox, type MailboxRow } from '../../src/relay/rows.ts'
import { testMailbox } from './cast.ts'

function row(): MailboxRow {
  return {
    kind: 'contact',
    isQuiet: false,
    hashes: new Uint8Array(64),
    nextSequence: 0,
    firstSequence: 0,
    firstLive: 0,
    firstTombstone: 0,
    liveCount: 0,
    liveBytes: 0,
    tombstoneCount: 0,
    lastWeek: 0
  }
}

const ids = Array.from({ length: 10 }, (_, number) => testMailbox(number).id)

/** Which of the ten are in memory. */
function cached(cache: MailboxCache): readonly number[] {
  return ids.flatMap((id, at) => (cache.peek(id, undefined) === undefined ? [] : [at]))
}

function insert(cache: MailboxCache, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    const id = ids[number]
    assert.ok(id !== undefined)
    cache.insert(new Mailbox(id, row()))
  }
}

function touch(cache: MailboxCache, ...numbers: readonly number[]): void {
  for (const number of numbers) {
    const id = ids[number]
    assert.ok(id !== undefined)
    cache.get(id)
  }
}

describe('mailbox summaries in memory', () => {
  it('are as many as there is room for, the first to come the first to go', () => {
    const cache = new MailboxCache(3)
    insert(cache, 0, 1, 2)
    assert.deepEqual(cached(cache), [0, 1, 2])
    insert(cache, 3)
    assert.deepEqual(cached(cache), [1, 2, 3])
    assert.equal(cache.size, 3)
  })

  it('stay while they are used', () => {
    const cache = new MailboxCache(3)
    insert(cache, 0, 1, 2, 3)
    touch(cache, 1)
    insert(cache, 4)
    assert.deepEqual(cached(cache), [1, 3, 4])
    touch(cache, 1)
    insert(cache, 5, 6)
    assert.ok(cached(cache).includes(1))
  })

  it('are not brought in by a look', () => {
    const cache = new MailboxCache(3)
    const [id] = ids
    assert.ok(id !== undefined)
    const seen = cache.peek(id, encodeMailbox(row()))
    assert.ok(seen instanceof Mailbox)
    assert.equal(cache.size, 0)
    const loaded = cache.load(id, encodeMailbox(row()))
    assert.equal(cache.get(id), loaded)
    assert.equal(cache.peek(id, undefined), loaded)
  })

  it('win over the row, which is as old as the read', () => {
    const cache = new MailboxCache(3)
    insert(cache, 0)
    const [id] = ids
    assert.ok(id !== undefined)
    const mailbox = cache.get(id)
    assert.equal(cache.load(id, new Uint8Array(0)), mailbox)
  })

  it('are not made of a row that cannot be read', () => {
    const cache = new MailboxCache(3)
    const [id] = ids
    assert.ok(id !== undefined)
    assert.equal(cache.load(id, new Uint8Array(3)), 'corrupt')
    assert.equal(cache.peek(id, new Uint8Array(3)), 'corrupt')
    assert.equal(cache.load(id, undefined), undefined)
    assert.equal(cache.size, 0)
  })

  it('go at once where the room shrinks', () => {
    const cache = new MailboxCache(10)
    insert(cache, 0, 1, 2, 3, 4)
    cache.resize(2)
    assert.deepEqual(cached(cache), [3, 4])
    cache.resize(0)
    assert.equal(cache.size, 0)
  })
})
