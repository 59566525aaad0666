import assert from 'node:assert/strict'
import { content, DAY_MS, FIRST, HOUR_MS, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { deviceRecord } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { progressOf, requestsAt, scene, type Scene, unreadable } from './repair-scene.ts'

function kinds({ alice, bob }: Scene): readonly string[] {
  return messagesOf(alice.rows, bob).map(({ kind }) => kind)
}

describe('what cannot be read', () => {
  it('is asked for at once, in the words of what is held', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    alice.receive(bob, content(3))
    unreadable(all)
    const [asked, ...others] = requestsAt(rita)
    assert.equal(others.length, 0)
    assert.equal(asked?.isSessionBroken, false)
    assert.equal(asked?.ciphertextHash.length, 16)
    assert.deepEqual(asked?.progress, [
      { device: FIRST, deliveredUpTo: 1, deliveredBeyond: [{ first: 3, last: 3 }], readUpTo: 0 }
    ])
  })

  it('is asked for at most once a minute, however much of it comes', () => {
    const all = scene()
    for (let count = 0; count < 60; count++) {
      unreadable(all)
      all.alice.advance(2 * SECOND_MS)
    }
    assert.equal(requestsAt(all.rita).length, 3)
    all.alice.advance(2 * MINUTE_MS)
    assert.equal(requestsAt(all.rita).length, 3)
  })

  it('is asked for again where more of it came before the relay had the request', () => {
    const all = scene()
    const { alice, bob, rita } = all
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    unreadable(all)
    alice.advance(SECOND_MS)
    const first = rita.asked.find(({ request }) => request.type === 'deposit')
    unreadable(all)
    rita.script = () => undefined
    const answer = { type: 'deposited', outcome: 'stored' } as const
    alice.frame(rita, { type: 'answer', number: first?.number ?? 0, answer })
    alice.receive(bob, content(0, { type: 'receipt' }, { sentAtMs: alice.nowMs }))
    alice.advance(MINUTE_MS)
    assert.equal(requestsAt(rita).length, 1)
    assert.deepEqual(kinds(all), ['unreadable', 'unreadable'])
  })

  it('is asked for again after a crash before any relay had the request, and not sooner than after a minute', () => {
    const all = scene()
    const { alice, rita } = all
    alice.down(rita)
    unreadable(all)
    alice.advance(10 * SECOND_MS)
    rita.isUp = true
    alice.restart()
    assert.equal(requestsAt(rita).length, 0)
    alice.advance(MINUTE_MS)
    assert.equal(requestsAt(rita).length, 1)
  })

  it('is asked for where the device was before, too, for 8 weeks: it may have been put back to what it was', () => {
    const all = scene()
    const { alice, bob, rita } = all
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    const address = deviceRecord('bob', FIRST, [rosa], 2)
    alice.receive(bob, content(1, { type: 'address-update', address, deviceList: undefined }))
    const asked = (): readonly number[] => [rita, rosa].map((relay) => requestsAt(relay).length)
    unreadable(all)
    assert.deepEqual(asked(), [1, 1])
    alice.restart()
    alice.online()
    alice.advance(8 * 7 * DAY_MS - HOUR_MS)
    const [before, after] = asked()
    unreadable(all)
    assert.deepEqual(asked(), [(before ?? 0) + 1, (after ?? 0) + 1])
    alice.advance(DAY_MS)
    const [last] = asked()
    unreadable(all)
    assert.equal(asked()[0], last)
  })

  it('is asked for again where the device turns out to be elsewhere: a copy of it may have got the request', () => {
    const all = scene()
    const { alice, bob, rita } = all
    const rosa = new TestRelay('rosa')
    alice.relays.set(rosa.nodeKey, rosa)
    unreadable(all)
    const [asked] = requestsAt(rita)
    const address = deviceRecord('bob', FIRST, [rosa], 2)
    const body = { type: 'address-update' as const, address, deviceList: undefined }
    alice.receive(bob, content(1, body))
    alice.advance(2 * MINUTE_MS)
    const [again] = requestsAt(rosa)
    assert.ok(asked !== undefined && again !== undefined)
    assert.deepEqual(again.ciphertextHash, asked.ciphertextHash)
  })

  it('is asked for less and less often, for 30 days, and again when the device is heard', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    unreadable(all)
    alice.advance(HOUR_MS)
    assert.equal(requestsAt(rita).length, 3)
    alice.advance(31 * DAY_MS)
    const count = requestsAt(rita).length
    assert.ok(count > 30 && count < 45, String(count))
    alice.advance(20 * DAY_MS)
    assert.equal(requestsAt(rita).length, count)
    alice.receive(bob, content(3))
    alice.advance(HOUR_MS)
    assert.ok(requestsAt(rita).length > count)
  })

  it('goes from the conversation once what came afterwards stands for it, and tells so', () => {
    const all = scene()
    const { alice, bob } = all
    unreadable(all)
    alice.advance(SECOND_MS)
    unreadable(all)
    assert.deepEqual(kinds(all), ['unreadable', 'unreadable'])
    const keys = messagesOf(alice.rows, bob).map(({ key }) => key)
    alice.receive(bob, content(2))
    assert.deepEqual(kinds(all), ['unreadable', 'unreadable', 'received'])
    alice.receive(bob, content(1))
    assert.deepEqual(kinds(all), ['received', 'received'])
    const repaired = alice.takeNotices('message-repaired').map(({ messageKey }) => messageKey)
    assert.deepEqual(repaired, keys)
    assert.equal(progressOf(all).unreadable.length, 0)
    assert.equal(progressOf(all).ask?.lackingSinceMs, 0)
  })

  it('goes where it was no message: the device was asked, wrote since, and nothing is missing', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    unreadable(all)
    alice.advance(SECOND_MS)
    alice.receive(bob, content(0, { type: 'receipt' }, { sentAtMs: alice.nowMs }))
    alice.advance(MINUTE_MS)
    assert.deepEqual(kinds(all), ['received', 'unreadable'])
    alice.advance(15 * MINUTE_MS)
    assert.deepEqual(kinds(all), ['received'])
    assert.equal(requestsAt(all.rita).length, 1)
  })

  it('says after seven days that it is lost, and goes when it comes after all', () => {
    const all = scene()
    const { alice, bob } = all
    unreadable(all)
    alice.advance(7 * DAY_MS - 1)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ isLost }) => isLost),
      [false]
    )
    alice.restart()
    alice.advance(1)
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ isLost }) => isLost),
      [true]
    )
    alice.advance(14 * DAY_MS)
    alice.restart()
    alice.receive(bob, content(1))
    assert.deepEqual(kinds(all), ['received'])
  })

  it('that is lost goes where it was no message: the device is back, and nothing is missing', () => {
    const all = scene()
    const { alice, bob } = all
    unreadable(all)
    alice.advance(30 * DAY_MS)
    alice.receive(bob, content(0, { type: 'receipt' }, { sentAtMs: alice.nowMs }))
    alice.advance(15 * MINUTE_MS - 1)
    assert.deepEqual(kinds(all), ['unreadable'])
    alice.advance(1)
    assert.deepEqual(kinds(all), [])
  })

  it('that is lost makes room for others, and stays', () => {
    const all = scene()
    for (let count = 0; count < 32; count++) {
      unreadable(all)
      all.alice.advance(SECOND_MS)
    }
    all.alice.advance(7 * DAY_MS)
    unreadable(all)
    assert.equal(kinds(all).length, 33)
    assert.equal(progressOf(all).unreadable.length, 32)
  })

  it('is shown up to a bound, and asked for beyond it', () => {
    const all = scene()
    for (let count = 0; count < 100; count++) {
      unreadable(all)
      all.alice.advance(SECOND_MS)
    }
    assert.equal(kinds(all).length, 32)
    assert.equal(progressOf(all).unreadable.length, 32)
    assert.equal(progressOf(all).unreadableCount, 100)
  })
})

describe('a gap', () => {
  it('is asked for once it is 15 minutes old, and not before', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    alice.advance(15 * MINUTE_MS - 1)
    assert.equal(requestsAt(rita).length, 0)
    alice.advance(1)
    const [asked] = requestsAt(rita)
    assert.equal(asked?.ciphertextHash.length, 0)
    assert.deepEqual(asked?.progress[0]?.deliveredBeyond, [{ first: 2, last: 2 }])
  })

  it('that closes in time is not asked for', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    alice.advance(14 * MINUTE_MS)
    alice.receive(bob, content(1))
    alice.advance(DAY_MS)
    assert.equal(requestsAt(rita).length, 0)
  })

  it('is asked for after 15, 30, 60 minutes and so on, up to a day', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    const times: number[] = []
    for (let minute = 1; minute <= 4 * 24 * 60; minute++) {
      const before = requestsAt(rita).length
      alice.advance(MINUTE_MS)
      if (requestsAt(rita).length > before) {
        times.push(minute)
      }
    }
    const waits = times.map((minute, at) => minute - (times[at - 1] ?? 0))
    assert.deepEqual(waits.slice(0, 8), [15, 15, 30, 60, 120, 240, 480, 960])
    assert.equal(waits.at(-1), 1_440)
  })

  it('is asked for again after a restart when it is due, not at once', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    alice.advance(10 * MINUTE_MS)
    alice.restart()
    alice.advance(4 * MINUTE_MS)
    assert.equal(requestsAt(rita).length, 0)
    alice.advance(2 * MINUTE_MS)
    assert.equal(requestsAt(rita).length, 1)
  })

  it('is not asked for while the relays may hold what closes it', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(2))
    alice.advance(MINUTE_MS)
    alice.down(rita)
    alice.advance(HOUR_MS)
    rita.isUp = true
    assert.equal(requestsAt(rita).length, 0)
    alice.advance(10 * MINUTE_MS)
    assert.equal(requestsAt(rita).length, 1)
  })

  it('is closed by the word that it cannot be made again, and leaves its place in the conversation', () => {
    const all = scene()
    const { alice, bob, rita } = all
    alice.receive(bob, content(1))
    alice.receive(bob, content(6))
    alice.advance(SECOND_MS)
    const shown = [{ first: 2, last: 3 }]
    const silent = [{ first: 5, last: 5 }]
    alice.receive(bob, content(7, { type: 'unavailable', shown, silent }))
    assert.deepEqual(alice.machine.gaps(bob, FIRST), [{ first: 4, last: 4 }])
    const rows = messagesOf(alice.rows, bob)
    assert.deepEqual(
      rows.map(({ kind, number, missingCount }) => [kind, number, missingCount]),
      [
        ['received', 1, 0],
        ['missing', 2, 2],
        ['received', 6, 0]
      ]
    )
    alice.receive(bob, content(4))
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ number }) => number),
      [1, 2, 4, 6]
    )
    alice.advance(2 * DAY_MS)
    assert.equal(requestsAt(rita).length, 0)
  })

  it('is closed by such a word only before it, where nothing is held, and once', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(2))
    const shown = [{ first: 1, last: 900_000 }]
    const said = content(5, { type: 'unavailable', shown, silent: [] })
    alice.receive(bob, said)
    alice.receive(bob, said, undefined, 2)
    const rows = messagesOf(alice.rows, bob)
    assert.deepEqual(
      rows.map(({ kind, number, missingCount }) => [kind, number, missingCount]),
      [
        ['missing', 1, 1],
        ['received', 2, 0],
        ['missing', 3, 2]
      ]
    )
    assert.deepEqual(alice.machine.progress(bob).words[0]?.deliveredUpTo, 5)
  })
})
