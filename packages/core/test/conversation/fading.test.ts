import assert from 'node:assert/strict'
import type { ContentBody } from '@sealpost/protocol'
import { messagesOf } from '../peer/stored-messages.ts'
import { START_MS } from '../peer/cast.ts'
import { said, WordsPeer } from './words-scene.ts'

const HOUR_MS = 3_600_000
const HOUR: ContentBody = { type: 'text', text: 'for an hour', fadeAfterS: 3_600 }

function shows({ peer, other }: WordsPeer): void {
  const messages = messagesOf(peer.rows, other)
    .filter(({ kind }) => kind === 'received')
    .map(({ key, device, number, words }) => ({
      contactId: other,
      device,
      number,
      messageKey: key,
      fadeAfterS: words.fadesAtMs === undefined ? words.fadeAfterS : undefined
    }))
  peer.give({ type: 'shown', messages })
}

describe('a message that stays for an hour', () => {
  it('goes that long after it was sent, from every device of who sent it, also after a restart', () => {
    for (const device of [1, 2]) {
      const alice = new WordsPeer('alice', device)
      alice.take(said('alice', 1, HOUR, { sentAtMs: START_MS }))
      alice.take(said('alice', 2, { type: 'text', text: 'for ever' }))
      alice.peer.advance(HOUR_MS - 1)
      assert.deepEqual(alice.texts(), ['for an hour', 'for ever'])
      alice.peer.restart()
      alice.peer.advance(1)
      assert.deepEqual(alice.texts(), ['for ever'])
      assert.equal(alice.peer.rows.count('fade'), 0)
      assert.ok(alice.peer.notices.some(({ type }) => type === 'message-deleted'))
    }
  })

  it('goes that long after it was read by who got it, and not before that', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, HOUR))
    alice.peer.advance(10 * HOUR_MS)
    assert.deepEqual(alice.texts(), ['for an hour'])
    shows(alice)
    const [message] = messagesOf(alice.peer.rows, alice.other)
    assert.equal(message?.words.fadesAtMs, alice.peer.nowMs + HOUR_MS)
    alice.peer.advance(HOUR_MS / 2)
    shows(alice)
    alice.peer.advance(HOUR_MS / 2)
    assert.deepEqual(alice.texts(), [])
  })

  it('goes that long after it was read on another device, whether it came before that or after', () => {
    for (const isHere of [true, false]) {
      const alice = new WordsPeer('alice', 1)
      const come = (): void => {
        alice.take(said('bob', 1, HOUR))
      }
      if (isHere) {
        come()
      }
      alice.read('bob', 1, 1)
      alice.peer.advance(HOUR_MS / 2)
      if (!isHere) {
        come()
      }
      alice.peer.advance(HOUR_MS / 2 - 1)
      assert.deepEqual(alice.texts(), ['for an hour'])
      alice.peer.advance(1)
      assert.deepEqual(alice.texts(), [])
    }
  })

  it('goes at once where the time passed while nothing ran, or the clock was set', () => {
    const alice = new WordsPeer('alice', 1)
    for (let number = 1; number <= 70; number++) {
      alice.take(said('alice', number, HOUR))
    }
    alice.peer.setClock(alice.peer.nowMs + 100 * HOUR_MS)
    assert.deepEqual(alice.texts(), [])
    assert.equal(alice.peer.rows.count('fade'), 0)
  })

  it('is not shown where its time was over before it came, and counts as one that was here', () => {
    const bought = new WordsPeer('alice', 2)
    bought.peer.advance(HOUR_MS)
    bought.take(said('alice', 1, HOUR, { sentAtMs: START_MS }))
    bought.take(said('alice', 2, HOUR, { sentAtMs: START_MS + 1 }))
    assert.deepEqual(bought.texts(), ['for an hour'])
    const read = new WordsPeer('alice', 1)
    read.read('bob', 1, 2)
    read.peer.advance(HOUR_MS)
    read.take(said('bob', 1, HOUR))
    read.take(said('bob', 2, { type: 'text', text: 'for ever' }))
    assert.deepEqual(read.texts(), ['for ever'])
    const here = new WordsPeer('alice', 1)
    here.take(said('bob', 1, HOUR))
    here.peer.advance(2 * HOUR_MS)
    here.read('bob', 1, 1, START_MS + HOUR_MS)
    assert.deepEqual(here.texts(), [])
    for (const { peer } of [bought, read, here]) {
      assert.equal(peer.notices.filter(({ type }) => type === 'message-received').length, 1)
      assert.equal(peer.rows.count('unread'), 0)
    }
  })

  it('stays no longer than its hour from when the clock was set back, also while nothing ran', () => {
    for (const isRunning of [true, false]) {
      const alice = new WordsPeer('alice', 1)
      for (let number = 1; number <= 70; number++) {
        alice.take(said('alice', number, HOUR))
      }
      alice.peer.advance(HOUR_MS / 2)
      if (isRunning) {
        alice.peer.setClock(START_MS - 1_000 * HOUR_MS)
      } else {
        alice.peer.nowMs = START_MS - 1_000 * HOUR_MS
        alice.peer.restart()
      }
      const [first] = messagesOf(alice.peer.rows, alice.other)
      assert.equal(first?.words.fadesAtMs, alice.peer.nowMs + HOUR_MS)
      assert.equal(alice.peer.rows.count('fade'), 70)
      alice.peer.advance(HOUR_MS - 1)
      assert.equal(alice.texts().length, 70)
      alice.peer.advance(1)
      assert.deepEqual(alice.texts(), [])
    }
  })

  it('may be there after a start only as long as the machine says so', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, HOUR))
    assert.equal(alice.peer.machine.words.isFading, false)
    alice.peer.nowMs += HOUR_MS
    alice.peer.isHolding = true
    alice.peer.restart()
    assert.equal(alice.peer.machine.words.isFading, true)
    alice.peer.isHolding = false
    alice.peer.answerReads()
    assert.equal(alice.peer.machine.words.isFading, false)
    assert.deepEqual(alice.texts(), [])
    assert.ok(alice.peer.notices.some(({ type }) => type === 'fading-settled'))
  })

  it('is still on its way when it went here', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('alice', 1, HOUR))
    const before = alice.peer.rows.count('outbox')
    alice.peer.advance(2 * HOUR_MS)
    assert.deepEqual([alice.texts(), alice.peer.rows.count('outbox')], [[], before])
  })
})

describe('the timer of a conversation', () => {
  it('is the later choice of both, on every device, and each change says who made it', () => {
    const [first, later] = [
      said('alice', 1, { type: 'timer', seconds: 60, changedAtMs: 1_000 }),
      said('bob', 1, { type: 'timer', seconds: 3_600, changedAtMs: 2_000 })
    ]
    for (const name of ['alice', 'bob'] as const) {
      for (const order of [
        [first, later],
        [later, first]
      ]) {
        const peer = new WordsPeer(name, name === 'alice' ? 2 : 1)
        for (const word of order) {
          peer.take(word)
          peer.peer.advance(1)
        }
        assert.equal(peer.peer.machine.contact(peer.other)?.timer.seconds, 3_600)
        const notices = messagesOf(peer.peer.rows, peer.other)
        const last = notices.at(-1)
        const by = name === 'bob' ? 'timer-by-us' : 'timer-by-them'
        assert.deepEqual([last?.notice, last?.timerSeconds], [by, 3_600])
        assert.equal(notices.length, order[0] === first ? 2 : 1)
        peer.peer.restart()
        assert.equal(peer.peer.machine.contact(peer.other)?.timer.changedAtMs, 2_000)
      }
    }
  })

  it('is not taken from further ahead than a day', () => {
    for (const [aheadMs, seconds] of [
      [24 * HOUR_MS, 5],
      [24 * HOUR_MS + 1, 0]
    ] as const) {
      const alice = new WordsPeer('alice', 1)
      const changedAtMs = alice.peer.nowMs + aheadMs
      alice.take(said('bob', 1, { type: 'timer', seconds: 5, changedAtMs }))
      assert.equal(alice.peer.machine.contact(alice.other)?.timer.seconds, seconds)
    }
  })

  it('says who chose it also where another own device told of it first, once', () => {
    const alice = new WordsPeer('alice', 1)
    const timer = { seconds: 60, changedAtMs: 1_000 }
    const known = alice.peer.machine.contactState(alice.other)
    assert.ok(known)
    alice.states({ ...known, timer })
    assert.equal(alice.peer.machine.contact(alice.other)?.timer.seconds, 60)
    assert.deepEqual(messagesOf(alice.peer.rows, alice.other), [])
    alice.peer.restart()
    alice.take(said('bob', 1, { type: 'timer', seconds: 5, changedAtMs: 999 }))
    alice.take(said('bob', 2, { type: 'timer', ...timer }))
    alice.take(said('bob', 3, { type: 'timer', ...timer }))
    const notices = messagesOf(alice.peer.rows, alice.other)
    assert.deepEqual(
      notices.map(({ notice, timerSeconds }) => [notice, timerSeconds]),
      [['timer-by-them', 60]]
    )
  })

  it('is told to other own devices with the contact', () => {
    const alice = new WordsPeer('alice', 1)
    alice.take(said('bob', 1, { type: 'timer', seconds: 60, changedAtMs: 1_000 }))
    const state = alice.peer.machine.contactState(alice.other)
    assert.deepEqual(state?.timer, { seconds: 60, changedAtMs: 1_000 })
  })
})
