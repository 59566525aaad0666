import assert from 'node:assert/strict'
import { DEVICES_KEY } from '@sealpost/core'
import { transferIds } from '@sealpost/protocol'
import { scene } from '../delivery/repair-scene.ts'
import {
  bytesOf,
  content,
  DAY_MS,
  deviceList,
  identity,
  MINUTE_MS,
  START_MS
} from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { says, saysOf, type Siblings, siblings, tells } from './siblings-scene.ts'

const BOB = identity('bob')
const CLOCKS_MS = 60 * MINUTE_MS

function knowing(): Siblings {
  const all = siblings()
  saysOf(all, { deviceList: deviceList(1, 1), createdAtMs: START_MS - DAY_MS })
  tells(all)
  return all
}

/** Bob cannot send these any more, of which the last number but one is his own word of it. */
function lacks({ alice }: Siblings, number: number, isShown = true): void {
  const ranges = [{ first: number, last: number }]
  const [shown, silent] = isShown ? [ranges, []] : [[], ranges]
  alice.receive(alice.contactOf(BOB), content(number + 1, { type: 'unavailable', shown, silent }))
}

/** Since when the others are asked for their history. */
function asked(all: Siblings): readonly number[] {
  return tells(all)
    .filter((body) => body.type === 'history-request')
    .map(({ sinceMs }) => sinceMs)
}

describe('what a contact cannot send any more', () => {
  it('is asked of the other own devices, since they may know the contact', () => {
    const all = knowing()
    lacks(all, 2, false)
    assert.deepEqual(asked(all), [], 'nothing is missed that nobody would have shown')
    lacks(all, 4)
    assert.deepEqual(asked(all), [START_MS - DAY_MS - CLOCKS_MS])
  })

  it('is asked for once a day at most, over a restart', () => {
    const all = knowing()
    const { alice } = all
    lacks(all, 2)
    assert.equal(asked(all).length, 1)
    lacks(all, 4)
    lacks(all, 6)
    assert.deepEqual(asked(all), [])
    alice.restart()
    alice.advance(DAY_MS - MINUTE_MS)
    assert.deepEqual(asked(all), [])
    alice.advance(MINUTE_MS)
    assert.equal(asked(all).length, 1)
    alice.restart()
    alice.advance(2 * DAY_MS)
    assert.deepEqual(asked(all), [])
  })

  it('is asked of nobody where there is no other device', () => {
    const { alice, bob } = scene()
    const body = { type: 'unavailable' as const, shown: [{ first: 1, last: 1 }], silent: [] }
    alice.receive(bob, content(2, body))
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ kind }) => kind),
      ['missing']
    )
    assert.equal(alice.machine.ownWord(), undefined)
    assert.equal(alice.rows.get({ table: 'account', key: DEVICES_KEY }), undefined)
  })
})

describe('another own device that asks for history', () => {
  function isAddressNew(sinceMs: number): boolean {
    const all = knowing()
    const { alice } = all
    const before = alice.machine.ownAddress(alice.contactOf(BOB))?.version
    const transferId = transferIds.fromBytes(bytesOf('asked', 16))
    says(all, 2, { type: 'history-request', transferId, sinceMs })
    alice.advance(MINUTE_MS)
    assert.equal(alice.machine.dueTransfers().length, 1)
    return alice.machine.ownAddress(alice.contactOf(BOB))?.version !== before
  }

  it('may have been a copy of this home where it does not know since when it differs, and only there', () => {
    assert.deepEqual([isAddressNew(0), isAddressNew(1)], [true, false])
  })
})
