import assert from 'node:assert/strict'
import type { Timeline } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { stepsOf } from '../src/state/message-steps.ts'

const SENT: Timeline = {
  messageId: 'ffeeddccbbaa99887766554433221100' as MessageId,
  contactId: '00112233445566778899aabbccddeeff' as ContactId,
  kind: 'sent',
  text: 'hello',
  notice: undefined,
  missingCount: 0,
  isLost: false,
  device: 1,
  sentAtMs: 1_000,
  storedAtMs: 1_000,
  state: 'queued',
  withdrawnAtMs: undefined,
  recall: undefined,
  key: 'k',
  queuedAtMs: 1_000,
  storedAt: [],
  onRelayAtMs: undefined,
  deliveredAtMs: undefined,
  readAtMs: undefined,
  reply: undefined,
  isForwarded: false,
  editedAtMs: undefined,
  reactions: [],
  isStarred: false,
  earlier: [],
  fadesAtMs: undefined,
  timerSeconds: 0
}

function names(message: Timeline): readonly string[] {
  return stepsOf(message).map(({ name, relay }) =>
    relay === undefined ? name : `${name} ${relay}`
  )
}

describe('the way of a message', () => {
  it('begins where it was written', () => {
    assert.deepEqual(stepsOf(SENT), [{ name: 'written', atMs: 1_000 }])
  })

  it('has every proof in its order, with the relays by their names', () => {
    const storedAt = [
      { relay: '/dns4/b.example/tcp/443/wss/p2p/12D3', atMs: 3_000 },
      { relay: '/ip4/192.0.2.7/tcp/7700/ws/p2p/12D3', atMs: 2_000 },
      { relay: 'direct', atMs: 2_500 }
    ]
    const message = { ...SENT, storedAt, onRelayAtMs: 3_000, deliveredAtMs: 4_000, readAtMs: 5_000 }
    assert.deepEqual(names(message), [
      'written',
      'stored 192.0.2.7:7700',
      'direct',
      'stored b.example',
      'delivered',
      'read'
    ])
  })

  it('says that relays hold it where nobody knows which', () => {
    assert.deepEqual(names({ ...SENT, onRelayAtMs: 2_000 }), ['written', 'on-relay'])
  })

  it('ends where it was taken back', () => {
    assert.deepEqual(names({ ...SENT, deliveredAtMs: 2_000, withdrawnAtMs: 3_000 }), [
      'written',
      'delivered',
      'withdrawn'
    ])
  })

  it('is two times for what came, in their order even if a clock is wrong', () => {
    const received: Timeline = { ...SENT, kind: 'received', sentAtMs: 9_000, storedAtMs: 2_000 }
    assert.deepEqual(stepsOf(received), [
      { name: 'sent', atMs: 2_000 },
      { name: 'received', atMs: 2_000 }
    ])
  })
})
