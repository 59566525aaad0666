import assert from 'node:assert/strict'
import type { HistoryMessage } from '@sealpost/protocol'
import { content, deviceList, FIRST, identity } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { says, saysOf, type Siblings, siblings } from './siblings-scene.ts'

const BOB = identity('bob')

/** The phone hands over that it misses these numbers of bob's. */
function misses(scene: Siblings, number: number, lastNumber: number): void {
  const message: HistoryMessage = {
    identityKey: BOB,
    device: FIRST,
    isOwn: false,
    number,
    lastNumber,
    messageId: undefined,
    kind: 'missing',
    text: '',
    sentAtMs: 1,
    storedAtMs: 1,
    orderMs: number,
    onRelayAtMs: 0,
    deliveredAtMs: 0,
    readAtMs: 0,
    withdrawnAtMs: 0,
    isUnread: false
  }
  const part = {
    type: 'history-part' as const,
    transferId: 'ab'.repeat(16) as never,
    index: 0,
    isLast: true,
    totalCount: 1,
    records: new Uint8Array(0)
  }
  const records = [{ type: 'message' as const, message }]
  says(scene, 2, part, { type: 'history', records, known: new Set() })
}

describe('what another own device misses', () => {
  it('is missed here, too, unless it is here', () => {
    const scene = siblings()
    const { alice } = scene
    saysOf(scene, { deviceList: deviceList(1, 1) })
    const bob = alice.contactOf(BOB)
    for (const number of [1, 2, 5]) {
      alice.receive(bob, content(number))
    }
    misses(scene, 1, 2)
    misses(scene, 5, 5)
    misses(scene, 2, 3)
    const missing = messagesOf(alice.rows, bob).filter(({ kind }) => kind === 'missing')
    assert.deepEqual(
      missing.map(({ number }) => number),
      [2]
    )
  })
})
