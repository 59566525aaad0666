import assert from 'node:assert/strict'
import { create, toBinary } from '@bufbuild/protobuf'
import { messageKey } from '@sealpost/core'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import { renumberedMessage } from '../../src/device/renumbered-rows.ts'
import { contactId, device, FIRST, START_MS } from '../peer/cast.ts'

const KEY = messageKey(contactId('bob'), START_MS, { device: FIRST, isOwn: false }, 0)

describe('a home that becomes another device', () => {
  it('waits no more for what it could not read as the one that it was, and says still what was lost', () => {
    const rows = [false, true].map((isLost) => {
      const row = create(MessageRowSchema, { kind: MessageKind.UNREADABLE, device: 1, isLost })
      return renumberedMessage({ key: KEY, value: toBinary(MessageRowSchema, row) }, device(1))
    })
    assert.deepEqual(rows, [
      [
        { type: 'erase', table: 'message', key: KEY },
        { type: 'erase', table: 'unread', key: KEY }
      ],
      []
    ])
  })
})
