import assert from 'node:assert/strict'
import type { DeviceNumber } from '@sealpost/protocol'
import { content, DAY_MS, device, FIRST, HOUR_MS, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import {
  AGAIN,
  compose,
  outboxOf,
  progressOf,
  request,
  scene,
  type Scene,
  tellUnavailable,
  textsWaiting,
  unreadable,
  waiting
} from './repair-scene.ts'

const SECOND: DeviceNumber = device(2)

/** Sends so many texts. */
function send({ alice, bob }: Scene, count: number): void {
  for (let i = 0; i < count; i++) {
    alice.send(bob)
  }
}

function upTo(last: number, first = 1): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

describe('a resend request', () => {
  it('has everything that the device lacks encrypted anew, under the same numbers and new seeds', () => {
    const all = scene()
    const { alice, bob, rita } = all
    send(all, 4)
    const before = upTo(4).map((number) => outboxOf(all, number)?.seed)
    request(all, { deliveredUpTo: 1, deliveredBeyond: [{ first: 3, last: 3 }] })
    assert.deepEqual(compose(all), [[2, 4]])
    assert.deepEqual(waiting(all), [1, 2, 3, 4])
    for (const number of [2, 4]) {
      assert.deepEqual(outboxOf(all, number)?.ciphertext, [number, AGAIN])
      assert.notEqual(outboxOf(all, number)?.seed, before[number - 1])
    }
    assert.equal(outboxOf(all, 3)?.seed, before[2])
    const deposited = rita.envelopes.filter(({ deposit }) => deposit.ciphertext.bytes[1] === AGAIN)
    assert.deepEqual(
      deposited.map(({ deposit }) => deposit.ciphertext.bytes[0]),
      [2, 4]
    )
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ state }) => state),
      ['on-relay', 'on-relay', 'on-relay', 'on-relay']
    )
  })

  it('counts as no receipt', () => {
    const all = scene()
    send(all, 2)
    request(all, { deliveredUpTo: 2, readUpTo: 2 })
    assert.deepEqual(waiting(all), [1, 2])
    assert.equal(all.alice.machine.theirProgress(all.bob, FIRST).deliveredUpTo, 0)
    assert.deepEqual(
      messagesOf(all.alice.rows, all.bob).map(({ state }) => state),
      ['on-relay', 'on-relay']
    )
  })

  it('is worked off in batches, each after the one before', () => {
    const all = scene()
    send(all, 70)
    request(all)
    assert.deepEqual(
      compose(all).map((numbers) => numbers.length),
      [32, 32, 6]
    )
    assert.equal(progressOf(all).refill, undefined)
  })

  it('goes on with the rest after a crash between two batches', () => {
    const all = scene()
    const { alice } = all
    send(all, 70)
    request(all)
    const [first] = alice.take('compose-again')
    assert.equal(first?.contents.length, 32)
    alice.give({
      type: 'submit-again',
      contactId: all.bob,
      device: FIRST,
      isNewSession: false,
      items: (first?.contents ?? []).map(({ number, contentBytes }) => ({
        number,
        contentBytes,
        ciphertext: { type: 2, bytes: Uint8Array.of(number, AGAIN) }
      }))
    })
    alice.restart()
    assert.deepEqual(compose(all), [upTo(64, 33), upTo(70, 65)])
  })

  it('is asked of the client again where nothing came of it', () => {
    const all = scene()
    const { alice } = all
    send(all, 1)
    request(all)
    assert.equal(alice.take('compose-again').length, 1)
    alice.advance(30 * SECOND_MS)
    assert.equal(alice.take('compose-again').length, 1)
    alice.advance(59 * SECOND_MS)
    assert.equal(alice.take('compose-again').length, 0)
    alice.advance(SECOND_MS)
    assert.deepEqual(compose(all), [[1]])
  })

  it('puts nothing back into the outbox that was receipted while it was encrypted', () => {
    const all = scene()
    const { alice, bob } = all
    send(all, 3)
    request(all)
    alice.told(bob, { deliveredUpTo: 2 })
    compose(all)
    assert.deepEqual(waiting(all), [3])
  })

  it('is answered from the messages where the outbox has nothing any more, for 30 days', () => {
    const all = scene()
    const { alice, bob } = all
    alice.send(bob, 'old')
    alice.advance(20 * DAY_MS)
    alice.send(bob, 'new')
    alice.told(bob, { deliveredUpTo: 2 })
    assert.deepEqual(waiting(all), [])
    alice.advance(11 * DAY_MS)
    request(all)
    assert.deepEqual(compose(all), [[2]])
    assert.deepEqual(textsWaiting(all), ['new'])
    assert.deepEqual(tellUnavailable(all), [{ shown: [{ first: 1, last: 1 }], silent: [] }])
    assert.equal(progressOf(all).refill, undefined)
    alice.told(bob, { deliveredUpTo: 3 })
    assert.deepEqual(waiting(all), [])
  })

  it('is told what was no message to be read, and gets the present address', () => {
    const all = scene()
    const { alice, bob } = all
    alice.submit(bob, content(1, { type: 'link-used' }))
    alice.send(bob)
    alice.told(bob, { deliveredUpTo: 2 })
    alice.take('compose-address')
    request(all)
    compose(all)
    assert.equal(alice.take('compose-address').length, 1)
    assert.deepEqual(tellUnavailable(all), [{ shown: [], silent: [{ first: 1, last: 1 }] }])
  })

  it('is told again after a crash before it was told', () => {
    const all = scene()
    const { alice, bob } = all
    alice.submit(bob, content(1, { type: 'link-used' }))
    alice.told(bob, { deliveredUpTo: 1 })
    request(all)
    assert.equal(alice.take('compose-unavailable').length, 1)
    alice.restart()
    assert.equal(tellUnavailable(all).length, 1)
    assert.equal(progressOf(all).refill, undefined)
  })

  it('leads to a receipt as well: what could not be read may have been one', () => {
    const all = scene()
    const { alice, bob } = all
    alice.receive(bob, content(1))
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    request(all)
    alice.advance(SECOND_MS)
    assert.equal(alice.composeReceipts(), 1)
  })
})

describe('many resend requests', () => {
  it('are followed once a minute, then less often, for as long as nothing comes of it', () => {
    const all = scene()
    const { alice } = all
    send(all, 1)
    const times: number[] = []
    for (let second = 0; second < 3 * 3_600; second += 10) {
      request(all)
      if (compose(all).length > 0) {
        times.push(second / 60)
      }
      alice.advance(10 * SECOND_MS)
      if (compose(all).length > 0) {
        times.push((second + 10) / 60)
      }
    }
    const waits = times.map((minute, at) => minute - (times[at - 1] ?? 0))
    assert.deepEqual(waits, [0, 1, 2, 4, 8, 16, 32, 60])
  })

  it('are followed once a minute again after something of ours was receipted', () => {
    const all = scene()
    const { alice, bob } = all
    send(all, 3)
    for (let minute = 0; minute < 60; minute++) {
      request(all)
      compose(all)
      alice.advance(MINUTE_MS)
    }
    alice.advance(2 * HOUR_MS)
    compose(all)
    for (const deliveredUpTo of [1, 2]) {
      alice.told(bob, { deliveredUpTo })
      alice.advance(MINUTE_MS)
      request(all, { deliveredUpTo })
      assert.equal(compose(all).length, 1)
    }
  })

  it('are of those who are listed', () => {
    const all = scene()
    send(all, 1)
    request(all, {}, {}, SECOND)
    all.alice.advance(HOUR_MS)
    assert.equal(compose(all).length, 0)
  })

  it('that a liar makes of what was receipted cost 256 messages an hour', () => {
    const all = scene()
    const { alice, bob } = all
    send(all, 300)
    alice.told(bob, { deliveredUpTo: 300 })
    request(all)
    assert.equal(compose(all).flat().length, 256)
    assert.deepEqual(waiting(all), upTo(300, 45))
    alice.told(bob, { deliveredUpTo: 300 })
    assert.deepEqual(waiting(all), [])
    let count = 0
    for (let minute = 0; minute < 59; minute++) {
      request(all)
      count += compose(all).flat().length
      alice.advance(MINUTE_MS)
    }
    assert.equal(count, 0)
    for (let minute = 0; minute < 59; minute++) {
      alice.advance(MINUTE_MS)
      count += compose(all).flat().length
    }
    assert.equal(count, 256)
  })

  it('wait for an answer in memory of one: the latest counts', () => {
    const all = scene()
    send(all, 3)
    request(all)
    compose(all)
    request(all, { deliveredUpTo: 1 })
    request(all, { deliveredUpTo: 2 })
    all.alice.advance(MINUTE_MS)
    assert.deepEqual(compose(all), [[3]])
  })
})

describe('a session', () => {
  it('is replaced after three messages in a row that cannot be read, and not after two', () => {
    const all = scene()
    const { alice, bob } = all
    const mustReplace = (): boolean => alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs)
    unreadable(all)
    unreadable(all)
    alice.receive(bob, content(1))
    unreadable(all)
    unreadable(all)
    assert.equal(mustReplace(), false)
    unreadable(all)
    assert.equal(mustReplace(), true)
    alice.restart()
    assert.equal(mustReplace(), true)
  })

  it('that is lost is replaced at once, by a word of its own', () => {
    const all = scene()
    const { alice, bob } = all
    unreadable(all, true)
    assert.equal(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs), true)
    alice.advance(SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 1)
  })

  it('that is begun in vain is begun again after a minute, then less and less often, until something is read', () => {
    const all = scene()
    const { alice, bob } = all
    const begin = (): number => {
      const isDue = alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs)
      const { revisions } = alice.machine.progress(bob)
      const [part] = alice.submission(bob, content(0, { type: 'receipt' })).parts
      const count = alice.take('compose-receipt').length
      if (count > 0 && part !== undefined) {
        const given = alice.submission(bob, content(0, { type: 'receipt' }))
        const revision = revisions.get(FIRST) ?? 0
        const parts = [{ ...part, revision, isNewSession: isDue }]
        alice.give({ type: 'submit', submissions: [{ ...given, parts }] })
      }
      return isDue && count > 0 ? 1 : 0
    }
    const begunWithin = (ms: number): number => {
      let count = 0
      for (let passed = 0; passed < ms; passed += 10 * SECOND_MS) {
        unreadable(all, true)
        alice.advance(10 * SECOND_MS)
        count += begin()
      }
      return count
    }
    assert.equal(begunWithin(MINUTE_MS), 1)
    assert.equal(begunWithin(MINUTE_MS), 1)
    assert.equal(begunWithin(4 * MINUTE_MS), 1)
    assert.ok(begunWithin(12 * HOUR_MS) <= 17)
    alice.receive(bob, content(1))
    assert.equal(begunWithin(MINUTE_MS), 1)
  })

  it('is replaced after 29 days without an answer, and not before', () => {
    const all = scene()
    const { alice, bob } = all
    alice.advance(40 * DAY_MS)
    const atMs = alice.nowMs
    send(all, 1)
    const mustReplace = (afterMs: number): boolean =>
      alice.machine.mustReplaceSession(bob, FIRST, atMs + afterMs)
    assert.equal(mustReplace(29 * DAY_MS - 1), false)
    assert.equal(mustReplace(29 * DAY_MS), true)
    alice.restart()
    assert.equal(mustReplace(29 * DAY_MS), true)
    alice.advance(DAY_MS)
    alice.receive(bob, content(1))
    assert.equal(mustReplace(60 * DAY_MS), false)
    send(all, 1)
    assert.equal(mustReplace(DAY_MS + 29 * DAY_MS - 1), false)
    assert.equal(mustReplace(DAY_MS + 29 * DAY_MS), true)
  })

  it('is replaced where the third resend request in a row leads to nothing', () => {
    const all = scene()
    const { alice, bob } = all
    send(all, 1)
    for (const isBroken of [false, false, true]) {
      request(all)
      alice.advance(5 * MINUTE_MS)
      assert.equal(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs), isBroken)
      if (!isBroken) {
        compose(all)
      }
    }
    compose(all, FIRST, true)
    assert.equal(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs), false)
  })

  it('is replaced where the device says that it has none, unless it was read since', () => {
    for (const isReadSince of [false, true]) {
      const all = scene()
      const { alice, bob } = all
      send(all, 1)
      const sentAtMs = alice.nowMs
      if (isReadSince) {
        alice.receive(bob, content(1, undefined, { sentAtMs: sentAtMs + 1 }))
      }
      request(all, {}, { isSessionBroken: true, sentAtMs })
      assert.equal(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs), !isReadSince)
    }
  })

  it('that began has all that was not receipted encrypted anew, but what is new and nothing else', () => {
    const all = scene()
    const { alice, bob } = all
    send(all, 5)
    alice.told(bob, { deliveredUpTo: 2 })
    const made = content(6)
    const [part] = alice.submission(bob, made).parts
    assert.ok(part)
    const submission = alice.submission(bob, made)
    alice.give({
      type: 'submit',
      submissions: [{ ...submission, parts: [{ ...part, isNewSession: true }] }]
    })
    assert.deepEqual(compose(all), [[3, 4, 5]])
    assert.deepEqual(waiting(all), [3, 4, 5, 6])
  })
})
