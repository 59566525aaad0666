import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { outboxKey } from '@sealpost/core'
import { decodeContent, type HistoryMessage, messageIds, transferIds } from '@sealpost/protocol'
import { OutboxRowSchema } from '@sealpost/protocol/home'
import { compose, type Scene, tellUnavailable, waiting } from '../delivery/repair-scene.ts'
import { bytesOf, content, FIRST, identity } from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { says, type Siblings, siblings } from './siblings-scene.ts'

/** Alice, whose home was copied after so many messages to bob, and who said more since. All were receipted. */
function scene(saidCount: number): Siblings & Scene {
  const all = siblings()
  const { alice, rita } = all
  const bob = alice.knows('bob', [rita])
  alice.restart()
  alice.online()
  for (let count = 0; count < saidCount; count++) {
    alice.send(bob)
  }
  alice.told(bob, { deliveredUpTo: saidCount })
  return { ...all, bob }
}

/** A message under a number of alice's first device. */
function said(number: number, changes: Partial<HistoryMessage> = {}): HistoryMessage {
  const text = `other ${String(number)}`
  return {
    identityKey: identity('bob'),
    device: FIRST,
    isOwn: true,
    number,
    lastNumber: 0,
    messageId: messageIds.fromBytes(bytesOf(text, 16)),
    kind: 'text',
    text,
    sentAtMs: 1,
    storedAtMs: 1,
    orderMs: number,
    onRelayAtMs: 1,
    deliveredAtMs: 1,
    readAtMs: 1,
    withdrawnAtMs: 0,
    isUnread: false,
    ...changes
  }
}

/** Another device hands over what the other copy said, the newest first. @param here the numbers that both copies know of. */
function hands(all: Siblings, here: readonly number[], others: readonly HistoryMessage[]): void {
  const known = here.map((number) => said(number, { messageId: content(number).messageId }))
  const messages = [...known, ...others].toSorted((one, other) => other.number - one.number)
  const part = {
    type: 'history-part' as const,
    transferId: transferIds.fromBytes(bytesOf('transfer', 16)),
    index: 0,
    isLast: true,
    totalCount: 1,
    records: new Uint8Array(0)
  }
  const records = messages.map((message) => ({ type: 'message' as const, message }))
  says(all, 2, part, { type: 'history', records, known: new Set(known) })
}

/** What is on its way to bob. */
function sent({ alice, bob, rita }: Scene): readonly string[] {
  return waiting({ alice, bob, rita }).map((number) => {
    const value = alice.rows.get({ table: 'outbox', key: outboxKey(bob, FIRST, number) })
    const row = fromBinary(OutboxRowSchema, value ?? new Uint8Array(0))
    const { body, was } = decodeContent(row.content)
    return `${String(number)} ${body.type === 'text' ? body.text : body.type}, was ${String(was?.number)}`
  })
}

function states({ alice, bob }: Scene): readonly string[] {
  return messagesOf(alice.rows, bob).map(({ text, state }) => `${text} ${state}`)
}

describe('a number that two copies of a home gave', () => {
  it('is given to neither: what both said is sent under others, and delivered once these are receipted', () => {
    const all = scene(2)
    const { alice, bob } = all
    assert.deepEqual(states(all), ['text 1 delivered', 'text 2 delivered'])
    hands(all, [1], [said(2)])
    assert.deepEqual(states(all), ['other 2 queued', 'text 1 delivered', 'text 2 queued'])
    compose(all)
    assert.deepEqual(sent(all), ['3 text 2, was 2', '4 other 2, was 2'])
    alice.told(bob, { deliveredUpTo: 4 })
    assert.deepEqual(states(all), ['other 2 delivered', 'text 1 delivered', 'text 2 delivered'])
    assert.deepEqual(waiting(all), [])
  })

  it('is sent after a crash, and once, however often it is handed over', () => {
    const all = scene(2)
    const { alice, bob } = all
    hands(all, [1], [said(2)])
    alice.restart()
    alice.online()
    compose(all)
    assert.deepEqual(sent(all), ['3 text 2, was 2', '4 other 2, was 2'])
    alice.told(bob, { deliveredUpTo: 4 })
    hands(all, [1, 2], [])
    compose(all)
    assert.deepEqual(sent(all), [])
  })

  it('is any of those between the last that both know and the last of the other copy', () => {
    const all = scene(4)
    hands(all, [1], [said(3)])
    compose(all)
    assert.deepEqual(sent(all), ['5 text 2, was 2', '6 text 3, was 3', '7 other 3, was 3'])
    assert.ok(states(all).includes('text 4 delivered'))
  })

  it('is told to be lost where what was said under it is not there any more', () => {
    const all = scene(1)
    const { alice, bob } = all
    alice.submit(bob, content(2, { type: 'link-used' }))
    alice.told(bob, { deliveredUpTo: 2 })
    hands(all, [1], [said(2)])
    compose(all)
    assert.deepEqual(sent(all), ['4 other 2, was 2'])
    assert.deepEqual(tellUnavailable(all), [{ shown: [], silent: [{ first: 3, last: 3 }] }])
  })
})

describe('a number that only another copy of a home gave', () => {
  it('is not given again', () => {
    const all = scene(1)
    hands(all, [1], [said(2), said(3)])
    compose(all)
    assert.deepEqual(sent(all), [])
    assert.ok(states(all).includes('other 3 read'))
    assert.equal(all.alice.machine.contact(all.bob)?.nextNumber, 4)
    // The next part of the history.
    hands(all, [1, 3], [said(2, { messageId: messageIds.fromBytes(bytesOf('another', 16)) })])
    compose(all)
    assert.deepEqual(sent(all), [], 'nothing was said here under it')
  })

  it('is sent under another where nobody said that it was delivered, unless it was taken back', () => {
    const all = scene(1)
    const open = { deliveredAtMs: 0, readAtMs: 0 }
    hands(all, [1], [said(2, open), said(3), said(4, { ...open, text: '', withdrawnAtMs: 1 })])
    compose(all)
    assert.deepEqual(sent(all), ['5 other 2, was 2'])
  })
})
