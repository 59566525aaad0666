import assert from 'node:assert/strict'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { deviceKey, messageKey, type Mutation, numberIndexKey, type Row } from '@sealpost/core'
import { bytesToUtf8, type ContactId } from '@sealpost/protocol'
import {
  MessageKind,
  type MessageRow,
  MessageRowSchema,
  ProgressRowSchema
} from '@sealpost/protocol/home'
import { siblingRow } from '../../src/delivery/progress.ts'
import { RenumberedMessages } from '../../src/device/renumbered-messages.ts'
import { siblingIndexKey } from '../../src/peer/keys.ts'
import { contactId, device, FIRST, START_MS } from '../peer/cast.ts'

const BOB = contactId('bob')
const REFUSED = contactId('mallory')

function rowOf(number: number, changes: MessageInitShape<typeof MessageRowSchema>, to = BOB): Row {
  const row = create(MessageRowSchema, { kind: MessageKind.SENT, device: 1, number, ...changes })
  const isOwn = row.kind === MessageKind.SENT
  const key = messageKey(to, START_MS + number, { device: FIRST, isOwn }, number)
  return { key, value: toBinary(MessageRowSchema, row) }
}

function becoming(): RenumberedMessages {
  return new RenumberedMessages(device(1), (to: ContactId) => to === BOB)
}

/** What becomes of a message's row; undefined where that stays as it is. */
function after(messages: RenumberedMessages, row: Row): MessageRow | undefined {
  const written = messages
    .take(row)
    .find(({ table, type }) => table === 'message' && type === 'write')
  return written?.type === 'write' ? fromBinary(MessageRowSchema, written.value) : undefined
}

function indexes(mutations: readonly Mutation[]): readonly (readonly [string, string])[] {
  return mutations
    .filter(({ table }) => table === 'message-index')
    .map((mutation) => [mutation.key, mutation.type === 'write' ? bytesToUtf8(mutation.value) : ''])
}

describe('a home that becomes another device', () => {
  it('waits no more for what it could not read as the one that it was, and says still what was lost', () => {
    const [asked, lost] = [false, true].map((isLost) => {
      const row = rowOf(0, { kind: MessageKind.UNREADABLE, isLost })
      return { row, mutations: becoming().take(row) }
    })
    assert.deepEqual(asked?.mutations, [
      { type: 'erase', table: 'message', key: asked?.row.key },
      { type: 'erase', table: 'unread', key: asked?.row.key }
    ])
    assert.deepEqual(lost?.mutations, [])
  })

  it('sends on what nobody receipted, under its numbers from 1, in order', () => {
    const messages = becoming()
    const row = rowOf(7, { onRelayAtMs: START_MS })
    assert.deepEqual(indexes(messages.take(row)), [[numberIndexKey(BOB, 7), '']])
    const second = after(messages, rowOf(9, {}))
    assert.deepEqual(
      [second?.device, second?.number, second?.sentAs, second?.isCopy, second?.onRelayAtMs],
      [1, 9, 2, false, 0]
    )
    assert.equal(messages.sentCount(BOB), 2)
    assert.deepEqual(messages.recipients(), [BOB])
    assert.deepEqual(indexes(messages.indexes()), [
      [numberIndexKey(BOB, 1), row.key],
      [numberIndexKey(BOB, 2), rowOf(9, {}).key]
    ])
  })

  it('sends on what it sent on for yet another device, and says still which', () => {
    const row = after(becoming(), rowOf(7, { device: 5, sentAs: 3 }))
    assert.deepEqual([row?.device, row?.number, row?.sentAs], [5, 7, 1])
  })

  it('does the same once more where a crash came in between', () => {
    const [first, again] = [becoming(), becoming()]
    const row = rowOf(7, {})
    const value = toBinary(MessageRowSchema, after(first, row) ?? create(MessageRowSchema))
    const repeated = after(again, { key: row.key, value })
    assert.deepEqual([repeated?.device, repeated?.number, repeated?.sentAs], [1, 7, 1])
    assert.deepEqual(indexes(again.indexes()), indexes(first.indexes()))
  })

  const copies: readonly (readonly [string, Row])[] = [
    ['receipted', rowOf(7, { deliveredAtMs: START_MS })],
    ['taken back', rowOf(7, { withdrawnAtMs: START_MS })],
    ['to who is no contact', rowOf(7, {}, REFUSED)]
  ]
  for (const [what, row] of copies) {
    it(`has as a copy of another device’s what is ${what}`, () => {
      const messages = becoming()
      assert.equal(after(messages, row)?.isCopy, true)
      const to = what === 'to who is no contact' ? REFUSED : BOB
      assert.deepEqual(indexes(becoming().take(row)), [
        [numberIndexKey(to, 7), ''],
        [siblingIndexKey(to, device(1), 7), row.key]
      ])
      assert.deepEqual([messages.sentCount(to), messages.indexes()], [0, []])
    })
  }

  it('knows how far its copies go, also where a crash came in between', () => {
    const messages = becoming()
    messages.take(rowOf(9, { isCopy: true }))
    messages.take(rowOf(7, { deliveredAtMs: START_MS }))
    messages.take(rowOf(12, { isCopy: true, device: 2 }))
    messages.take(rowOf(13, {}))
    messages.take(rowOf(8, {}, REFUSED))
    const rows = messages.copies().map((copies) => {
      const value = copies.type === 'write' ? copies.value : new Uint8Array(0)
      return [copies.table, copies.key, fromBinary(ProgressRowSchema, value).lastCopyNumber]
    })
    assert.deepEqual(rows, [
      ['progress', deviceKey(BOB, siblingRow(device(1))), 9],
      ['progress', deviceKey(REFUSED, siblingRow(device(1))), 8]
    ])
  })

  it('leaves alone what others said, and copies', () => {
    const received = rowOf(7, { kind: MessageKind.RECEIVED })
    for (const row of [received, rowOf(7, { isCopy: true }), rowOf(7, { device: 2 })]) {
      assert.deepEqual(becoming().take(row), [])
    }
  })
})
