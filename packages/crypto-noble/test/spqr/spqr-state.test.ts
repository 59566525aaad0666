import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { bytesToHex } from '@sealpost/protocol'
import { decodeSpqr, encodeSpqr, initialSpqr, spqrSend, wipeSpqr } from '../../src/spqr/index.ts'
import { seededRandom } from '../seeded-random.ts'
import { stateOfEachKind, Talk } from './talk.ts'

describe('an SPQR state', () => {
  it('shows nothing of itself', () => {
    const state = initialSpqr(seededRandom('shown').bytes(32), 'a2b')
    assert.equal(inspect(state, { depth: 9 }), 'SpqrState {}')
    assert.equal(JSON.stringify(state), '{}')
  })

  it('is wiped but for what a later state still needs', () => {
    const talk = new Talk('wiped')
    for (let trip = 0; trip < 100; trip += 1) {
      const before = { ...talk.states }
      talk.roundTrip()
      wipeSpqr(before.alice, talk.states.alice)
      wipeSpqr(before.bob, talk.states.bob)
    }
    assert.equal(talk.epoch, 2)
  })

  it('has nothing secret left when it was wiped', () => {
    for (const [name, state] of stateOfEachKind()) {
      const copy = decodeSpqr(encodeSpqr(state))
      const { braid, chain } = copy.parts
      wipeSpqr(copy)
      const links = chain.links.flatMap(({ receive, send }) => [
        send.next ?? [],
        receive.next,
        receive.skipped
      ])
      const secrets = [chain.nextRoot, braid.authenticator.root, braid.authenticator.mac, ...links]
      const ofBraid = ['dk' in braid ? braid.dk : [], 'm' in braid ? braid.m : []]
      for (const secret of [...secrets, ...ofBraid]) {
        assert.ok(
          secret.every((byte) => byte === 0),
          name
        )
      }
    }
  })

  it('keeps secrets in buffers of their own, whatever they came from', () => {
    const random = {
      bytes: (count: number): Uint8Array => Buffer.alloc(2 * count, 9).subarray(count)
    }
    for (const [name, state] of stateOfEachKind()) {
      const record = Buffer.concat([Buffer.alloc(8), encodeSpqr(state)]).subarray(8)
      const decoded = decodeSpqr(record)
      const sent = spqrSend(decoded, random).state
      const before = bytesToHex(encodeSpqr(sent))
      record.fill(0)
      assert.equal(bytesToHex(encodeSpqr(sent)), before, name)
      const { braid } = sent.parts
      if ('m' in braid) {
        assert.equal(braid.m.buffer.byteLength, 32, name)
      }
    }
  })
})
