import assert from 'node:assert/strict'
import {
  contactIds,
  envelopeIds,
  identityKeys,
  linkIds,
  mailboxIds,
  messageIds,
  nodeKeys,
  parseDeviceNumber,
  requestIds,
  storeIds
} from '@sealpost/protocol'
import type { IdParser } from '@sealpost/protocol'

function itTakesOnly<Id extends string>(
  parser: IdParser<Id>,
  noun: string,
  byteLength: number
): void {
  it(`take exactly ${String(byteLength)} bytes for a ${noun}`, () => {
    assert.equal(parser.noun, noun)
    assert.equal(parser.byteLength, byteLength)
    const bytes = new Uint8Array(byteLength).fill(0x5a)
    const id = parser.fromBytes(bytes)
    assert.equal(id, '5a'.repeat(byteLength))
    assert.deepEqual(parser.toBytes(id), bytes)
    for (const wrong of [0, byteLength - 1, byteLength + 1]) {
      assert.throws(() => parser.fromBytes(new Uint8Array(wrong)), {
        name: 'ProtocolError',
        code: 'SEALPOST_MALFORMED_ID'
      })
    }
  })

  it(`read a ${noun} from lower-case hex of its length and nothing else`, () => {
    const hex = '0f'.repeat(byteLength)
    assert.equal(parser.fromHex(hex), hex)
    for (const wrong of ['', hex.slice(1), `${hex}0`, `${hex}0f`, hex.toUpperCase(), `${hex}\n`]) {
      assert.equal(parser.fromHex(wrong), undefined)
    }
    assert.equal(parser.fromHex(hex.replace('0', 'g')), undefined)
  })
}

describe('ids', () => {
  itTakesOnly(mailboxIds, 'mailbox id', 32)
  itTakesOnly(envelopeIds, 'envelope id', 16)
  itTakesOnly(linkIds, 'link id', 32)
  itTakesOnly(messageIds, 'message id', 16)
  itTakesOnly(requestIds, 'request id', 16)
  itTakesOnly(storeIds, 'store id', 16)
  itTakesOnly(nodeKeys, 'node key', 32)
  itTakesOnly(identityKeys, 'identity key', 33)
  itTakesOnly(contactIds, 'contact id', 16)
})

describe('parseDeviceNumber', () => {
  it('takes integers from 1 to 127', () => {
    assert.equal(parseDeviceNumber(1), 1)
    assert.equal(parseDeviceNumber(127), 127)
    for (const wrong of [0, 128, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.equal(parseDeviceNumber(wrong), undefined)
    }
  })
})
