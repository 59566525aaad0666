import assert from 'node:assert/strict'
import { seededRandom } from '@sealpost/host/testing'
import { DirectDials } from '../../src/direct/direct-dials.ts'
import { PeerKernel } from '../../src/peer/kernel.ts'
import { contactId, FIRST, relayKey, START_MS } from '../peer/cast.ts'

const NODES = 256

describe('ways to devices that failed', () => {
  it('are remembered of as many nodes as there can be, those that failed last', () => {
    const kernel = new PeerKernel(seededRandom(1), START_MS)
    kernel.begin(START_MS)
    const dials = new DirectDials(kernel, () => undefined)
    const own = { nodeKey: relayKey('alice'), addresses: [] }
    const isTried = (name: string): boolean => {
      const before = dials.count
      const here = {
        nodeKey: relayKey(name),
        addresses: ['/ip4/192.0.2.1/tcp/1'],
        validUntilMs: START_MS * 2
      }
      dials.try({ contactId: contactId('mallory'), device: FIRST }, here, own)
      return dials.count > before
    }
    for (let at = 0; at < NODES; at++) {
      dials.failed(relayKey(`node ${String(at)}`))
    }
    assert.equal(isTried('node 0'), false)
    dials.failed(relayKey('node 0'))
    dials.failed(relayKey('one more'))
    assert.equal(isTried('node 0'), false)
    assert.equal(isTried('node 2'), false)
    assert.equal(isTried('node 1'), true)
  })
})
