import assert from 'node:assert/strict'
import { HEARTBEAT_MS } from '@sealpost/protocol'
import { RelayWorld } from './relay-world.ts'

/** Pings are sent so long after the last frame at the latest. */
const LATEST_MS = HEARTBEAT_MS + 5_000

describe('heartbeat', () => {
  it('pings who was silent for 30 s and a little, not before', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.advance(HEARTBEAT_MS - 1)
    assert.equal(bob.frames.length, 0)
    world.advance(5_001)
    assert.deepEqual(
      bob.frames.map(({ frame }) => frame),
      [{ type: 'ping', number: 1 }]
    )
  })

  it('cuts who leaves two pings unanswered, not one', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.advance(3 * HEARTBEAT_MS - 1)
    assert.equal(bob.cutWith, undefined)
    world.advance(15_000 + 1)
    assert.equal(bob.cutWith, 'SEALPOST_STALLED')
    assert.deepEqual(
      bob.frames.map(({ frame }) => frame),
      [
        { type: 'ping', number: 1 },
        { type: 'ping', number: 2 }
      ]
    )
    assert.equal(world.machine.status().connectionCount, 0)
  })

  it('goes on as long as pongs come', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    for (let round = 1; round <= 10; round++) {
      world.advance(LATEST_MS)
      assert.deepEqual(bob.frames.at(-1)?.frame, { type: 'ping', number: round })
      world.give({ type: 'frame', connection: bob.id, frame: { type: 'pong', number: round } })
    }
    assert.equal(bob.cutWith, undefined)
  })

  it('takes any frame for a sign of life', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    for (let round = 0; round < 10; round++) {
      world.advance(HEARTBEAT_MS - 1)
      world.send(bob, { type: 'info' })
    }
    assert.ok(bob.frames.every(({ frame }) => frame.type === 'answer'))
  })

  it('answers pings with their number', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.give({ type: 'frame', connection: bob.id, frame: { type: 'ping', number: 77 } })
    assert.deepEqual(bob.frames[0]?.frame, { type: 'pong', number: 77 })
  })

  it('does not ping all at one moment that came at one moment', () => {
    const world = new RelayWorld()
    const clients = Array.from({ length: 100 }, () => world.connect())
    world.advance(LATEST_MS)
    const times = new Set(clients.map(({ frames }) => frames[0]?.atMs))
    assert.ok(times.size > 50, String(times.size))
  })

  it('forgets who closed', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.disconnect(bob)
    world.advance(10 * HEARTBEAT_MS)
    assert.equal(bob.frames.length, 0)
    assert.ok(world.notices.every(({ event }) => event !== 'connection-cut'))
  })
})
