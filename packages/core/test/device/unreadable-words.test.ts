import assert from 'node:assert/strict'
import { bytesToHex } from '@sealpost/protocol'
import { requestsAt } from '../delivery/repair-scene.ts'
import {
  addressRecord,
  bytesOf,
  content,
  DAY_MS,
  device,
  FIRST,
  identity,
  MINUTE_MS
} from '../peer/cast.ts'
import { originOf } from '../peer/origin-of.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { saysOf, type Siblings, siblings } from './siblings-scene.ts'

const PHONE = device(2)

/** Alice's other devices, of which one can be reached. */
function reached(): Siblings {
  const scene = siblings()
  const address = addressRecord('alice 2', [scene.rita.address], { device: PHONE })
  saysOf(scene, { identityKey: identity('alice'), addresses: [address] }, 3)
  return scene
}

let count = 0

/** Something of the phone's comes that the session with it cannot read. */
function unreadable({ alice, rita, self }: Siblings): void {
  count += 1
  alice.give({
    type: 'discarded',
    origin: originOf(rita, 700_000 + count),
    reason: 'unreadable',
    contactId: self,
    device: PHONE,
    isSessionLost: false
  })
}

/** The phone says something that can be read. */
function hears({ alice, rita, self }: Siblings, number: number): void {
  const mark = { identityKey: identity('bob'), device: device(1), upTo: number }
  alice.give({
    type: 'received',
    origin: originOf(rita, 800_000 + number),
    contactId: self,
    device: PHONE,
    content: content(number, { type: 'read-marks', marks: [mark] }, { sentAtMs: alice.nowMs })
  })
}

describe('what own devices say to each other and cannot be read', () => {
  it('is asked for as of any contact, and no conversation says so', () => {
    const scene = reached()
    const { alice, rita, self } = scene
    unreadable(scene)
    alice.advance(MINUTE_MS)
    const [asked, ...others] = requestsAt(rita)
    assert.equal(others.length, 0)
    assert.equal(
      bytesToHex(asked?.ciphertextHash ?? new Uint8Array(0)),
      bytesToHex(bytesOf(`ciphertext ${String(700_000 + count)}`, 16))
    )
    assert.deepEqual(messagesOf(alice.rows, self), [])
    assert.deepEqual(alice.takeNotices('message-received'), [])
  })

  it('is asked for until as much came, over a restart', () => {
    const scene = reached()
    const { alice, rita } = scene
    unreadable(scene)
    unreadable(scene)
    alice.restart()
    hears(scene, 1)
    alice.advance(20 * MINUTE_MS)
    const beforeCount = requestsAt(rita).length
    assert.ok(beforeCount > 1)
    const word = requestsAt(rita)
      .at(-1)
      ?.progress.find((one) => one.device === PHONE)
    assert.equal(word?.deliveredUpTo, 1)
    hears(scene, 2)
    alice.advance(DAY_MS)
    assert.equal(requestsAt(rita).length, beforeCount)
  })

  it('is given up after a week without a word', () => {
    const scene = reached()
    const { alice, rita, self } = scene
    unreadable(scene)
    alice.advance(6 * DAY_MS)
    const beforeCount = requestsAt(rita).length
    hears(scene, 2)
    alice.advance(DAY_MS)
    assert.ok(requestsAt(rita).length > beforeCount)
    assert.deepEqual(messagesOf(alice.rows, self), [])
    assert.deepEqual(alice.takeNotices('message-changed'), [])
  })

  it('has the session replaced after three in a row', () => {
    const scene = reached()
    const { alice, self } = scene
    unreadable(scene)
    unreadable(scene)
    assert.ok(!alice.machine.mustReplaceSession(self, PHONE, alice.nowMs))
    unreadable(scene)
    assert.ok(alice.machine.mustReplaceSession(self, PHONE, alice.nowMs))
  })
})

describe('own devices that could not read what was said here', () => {
  let requestCount = 0

  /** The phone asks for what it lacks. */
  function asks(
    { alice, rita, self }: Siblings,
    { upTo = 0, hash = bytesOf('unreadable', 16) }
  ): void {
    requestCount += 1
    alice.give({
      type: 'resend-requested',
      origin: originOf(rita, 600_000 + requestCount),
      contactId: self,
      device: PHONE,
      request: {
        sentAtMs: alice.nowMs,
        ciphertextHash: hash,
        progress: [{ device: FIRST, deliveredUpTo: upTo, deliveredBeyond: [], readUpTo: 0 }],
        isSessionBroken: false,
        furtherHashes: []
      }
    })
  }

  it('are given the history of the time that relays keep it: they may seem to hold it', () => {
    const scene = siblings()
    const { alice } = scene
    asks(scene, { hash: new Uint8Array(0) })
    assert.deepEqual(alice.machine.dueTransfers(), [], 'a gap is closed by what lacks in it')
    asks(scene, {})
    assert.deepEqual(
      alice.machine.dueTransfers().map((transfer) => [transfer.device, transfer.sinceMs]),
      [[PHONE, alice.nowMs - 30 * DAY_MS]]
    )
  })

  it('say which numbers another copy of this home gave: they are not given here', () => {
    const scene = reached()
    asks(scene, { upTo: 22 })
    assert.equal(scene.alice.machine.contact(scene.self)?.nextNumber, 23)
    scene.alice.restart()
    assert.equal(scene.alice.machine.contact(scene.self)?.nextNumber, 23)
  })

  it('are told that nothing can be made again of what was for another one, once that has it', () => {
    const scene = reached()
    const { alice, self } = scene
    const tablet = device(3)
    const address = addressRecord('alice 3', [scene.rita.address], { device: tablet })
    saysOf(scene, { identityKey: identity('alice'), addresses: [address] }, 2)
    alice.submit(self, content(1, { type: 'link-used' }), 100, [tablet])
    asks(scene, {})
    alice.advance(MINUTE_MS)
    assert.deepEqual(alice.take('compose-unavailable'), [], 'all hear it: who is to get it, too')
    alice.told(self, { deliveredUpTo: 1 }, tablet)
    alice.advance(4 * MINUTE_MS)
    asks(scene, {})
    alice.advance(MINUTE_MS)
    const [told] = alice.take('compose-unavailable')
    assert.deepEqual(told?.silent, [{ first: 1, last: 1 }])
  })
})
