import assert from 'node:assert/strict'
import type { Relay } from '@sealpost/client'
import type { NodeKey } from '@sealpost/protocol'
import { connectionOf } from '../src/state/connection.ts'

function relay(phase: Relay['phase'], isOwn = true): Relay {
  return {
    address: '',
    nodeKey: '12D3' as NodeKey,
    isOwn,
    isServed: true,
    phase,
    capacity: undefined,
    isUninvited: false,
    closesAtMs: undefined,
    notices: [],
    desk: undefined,
    clockOffsetMs: undefined
  }
}

describe('how it is with the network', () => {
  const cases: readonly (readonly [title: string, relays: readonly Relay[], kind: string])[] = [
    ['trying before anything is known', [], 'trying'],
    ['ready where one relay of several answers', [relay('waiting'), relay('ready')], 'ready'],
    ['trying while one is dialed', [relay('waiting'), relay('dialing')], 'trying'],
    ['offline where all wait', [relay('waiting'), relay('waiting')], 'offline'],
    [
      'offline where only a relay that was left answers',
      [relay('idle'), relay('ready', false)],
      'offline'
    ]
  ]

  for (const [title, relays, kind] of cases) {
    it(`is ${title}`, () => {
      assert.equal(connectionOf(relays).kind, kind)
    })
  }

  it('counts own relays', () => {
    const { ready, all } = connectionOf([relay('ready'), relay('waiting'), relay('ready', false)])
    assert.deepEqual([ready, all], [1, 2])
  })
})
