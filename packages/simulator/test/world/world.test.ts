import assert from 'node:assert/strict'
import { ENGINE_CIPHERS } from '../../src/cipher/engine-cipher.ts'
import { NULL_CIPHERS } from '../../src/cipher/null-cipher.ts'
import { OBJECT_CARRIER, WIRE_CARRIER } from '../../src/nodes/frame-carrier.ts'
import { SmallWorld } from './small-world.ts'

/** Says something every few seconds while one of them is away, then lets everything settle. */
function talk(small: SmallWorld): void {
  for (let round = 0; round < 6; round++) {
    small.world.clients[1]?.setOnline(round % 3 !== 1)
    small.say(0, 1, `${String(round)} to bob`)
    small.say(2, 0, `${String(round)} to alice`)
    small.pass(7)
  }
  small.pass(120)
}

describe('a world', () => {
  it('delivers every message once, to who is online and to who comes back', () => {
    const small = new SmallWorld(1)
    talk(small)
    const rounds = Array.from({ length: 6 }, (_, round) => String(round))
    assert.deepEqual(
      small.received[1]?.toSorted(),
      rounds.map((round) => `${round} to bob`)
    )
    assert.deepEqual(
      small.received[0]?.toSorted(),
      rounds.map((round) => `${round} to alice`)
    )
    assert.equal(small.delivered.size, 12)
    for (const relay of small.world.relays) {
      assert.equal(relay.status?.envelopeCount, 0)
    }
  })

  it('is the same for the same seed, and another for another', () => {
    const traces = [1, 1, 2].map((seed) => {
      const small = new SmallWorld(seed)
      talk(small)
      return small.kernel.traceHash
    })
    assert.equal(traces[0], traces[1])
    assert.notEqual(traces[0], traces[2])
  })

  it('goes through the same events whether frames are encoded or handed over, encrypted or not', () => {
    const ways = [
      [OBJECT_CARRIER, NULL_CIPHERS],
      [WIRE_CARRIER, NULL_CIPHERS],
      [WIRE_CARRIER, ENGINE_CIPHERS]
    ] as const
    const [object, wire, crypto] = ways.map(([carrier, ciphers]) => {
      const small = new SmallWorld(3, 3, carrier, ciphers)
      talk(small)
      return small.kernel.traceHash
    })
    assert.equal(object, wire)
    assert.equal(wire, crypto)
  })

  it('goes on after clients and relays have crashed, whether or not the power failed', () => {
    for (const losesUnsynced of [false, true]) {
      const small = new SmallWorld(4)
      const { clients, relays } = small.world
      const sent = [small.say(0, 1, 'before')]
      clients[0]?.stop(losesUnsynced)
      relays[0]?.stop(losesUnsynced)
      small.pass(20)
      clients[0]?.start()
      sent.push(small.say(0, 1, 'after'))
      small.pass(10)
      clients[1]?.stop(losesUnsynced)
      relays[0]?.start()
      small.pass(20)
      clients[1]?.start()
      small.pass(400)
      // What had not been written to the disk when the power failed was never said to be sent.
      const expected = losesUnsynced ? ['after'] : ['before', 'after']
      assert.deepEqual(small.received[1], expected)
      assert.equal(small.delivered.size, expected.length)
      assert.ok(sent.every((id) => id !== undefined))
    }
  })

  it('tells a client that a relay is out of reach, and delivers once it is not', () => {
    const small = new SmallWorld(5)
    small.cut.add(0)
    small.cut.add(1)
    small.cut.add(2)
    small.say(0, 1, 'into the void')
    small.pass(120)
    assert.deepEqual(small.received[1], [])
    small.cut.clear()
    small.pass(700)
    assert.deepEqual(small.received[1], ['into the void'])
    assert.equal(small.delivered.size, 1)
  })

  it('lets clocks be wrong by hours', () => {
    const small = new SmallWorld(6)
    small.world.clients[0]?.setClock(2 * 3_600_000)
    small.world.relays[1]?.setClock(-7 * 86_400_000)
    small.say(0, 1, 'late')
    small.say(1, 0, 'early')
    small.pass(200)
    assert.deepEqual([small.received[0], small.received[1]], [['early'], ['late']])
  })

  it('shows what relays are told and what everybody says', () => {
    const small = new SmallWorld(7)
    talk(small)
    for (const type of ['opened', 'frame', 'records', 'timeout'] as const) {
      assert.ok(small.told.has(type), type)
    }
    assert.ok(small.relaysSaid.has('send'))
    assert.ok(small.clientsSaid.has('deposit'))
  })

  it('keeps from a relay, and from its clients, what is tampered with', () => {
    const small = new SmallWorld(8)
    for (const relay of small.world.relays) {
      relay.tamper = {
        fromClient: (connection, frame) => {
          if (frame.type !== 'request' || frame.request.type !== 'deposit') {
            return true
          }
          const answer = { type: 'deposited', outcome: 'stored' } as const
          connection.toClient({ type: 'answer', number: frame.number, answer })
          return false
        },
        toClient: () => true
      }
    }
    small.say(0, 1, 'dropped by all')
    small.pass(30)
    assert.ok(small.world.relays.every(({ status }) => status?.envelopeCount === 0))
    for (const relay of small.world.relays) {
      relay.tamper = { fromClient: () => true, toClient: ({ id }) => id < 0 }
    }
    small.say(0, 1, 'held back by all')
    small.pass(30)
    assert.deepEqual(small.received[1], [])
    assert.ok(small.world.relays.every(({ status }) => status?.envelopeCount !== 0))
  })

  it('dials anew after a relay hung up, and is told when a disk is full', () => {
    const small = new SmallWorld(9)
    const [relay, other] = small.world.relays
    const client = small.world.clients[0]
    relay?.hangUp(client?.node ?? -1)
    small.pass(0)
    assert.equal(relay?.status?.connectionCount, 2)
    small.pass(30)
    assert.equal(relay.status?.connectionCount, 3)
    other?.measured({ freeBytes: 0, totalBytes: 1e9 })
    assert.equal(other?.status?.capacity, 'read-only')
  })
})
