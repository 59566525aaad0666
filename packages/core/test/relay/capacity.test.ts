import assert from 'node:assert/strict'
import { DEFAULT_RELAY_OPTIONS } from '@sealpost/core'
import type { Capacity } from '@sealpost/protocol'
import { nextCapacity, reserveBytesOf } from '../../src/relay/capacity.ts'
import {
  ack,
  deposit,
  destroy,
  recall,
  register,
  subscribe,
  testEnvelope,
  testMailbox
} from './cast.ts'
import { RelayWorld } from './relay-world.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB
const bobs = testMailbox(1)
const FULL = { type: 'refused', reason: 'busy', retryAfterMs: 300_000 }

/** A disk that is full to a share of what lies beyond the reserve. */
function disk(fullness: number): {
  readonly freeBytes: number
  readonly totalBytes: number
  readonly storeBytes: number
} {
  const totalBytes = 100 * GIB
  const usable = totalBytes - reserveBytesOf(DEFAULT_RELAY_OPTIONS, totalBytes)
  return { freeBytes: totalBytes - Math.round(fullness * usable), totalBytes, storeBytes: 0 }
}

function capacityAfter(...fullnesses: readonly number[]): Capacity {
  return fullnesses.reduce<Capacity>(
    (current, fullness) => nextCapacity(current, disk(fullness), DEFAULT_RELAY_OPTIONS),
    'open'
  )
}

describe('capacity', () => {
  it('steps down at 80, 90 and 95 percent, not below', () => {
    assert.deepEqual(
      [0, 0.7999, 0.8, 0.8999, 0.9, 0.9499, 0.95, 1, 1.04].map((fullness) =>
        capacityAfter(fullness)
      ),
      [
        'open',
        'open',
        'no-new-mailboxes',
        'no-new-mailboxes',
        'busy',
        'busy',
        'read-only',
        'read-only',
        'read-only'
      ]
    )
  })

  it('steps up only two points below where it stepped down', () => {
    assert.equal(capacityAfter(0.8, 0.79), 'no-new-mailboxes')
    assert.equal(capacityAfter(0.8, 0.7799), 'open')
    assert.equal(capacityAfter(0.9, 0.89), 'busy')
    assert.equal(capacityAfter(0.9, 0.8799), 'no-new-mailboxes')
    assert.equal(capacityAfter(0.95, 0.94), 'read-only')
    assert.equal(capacityAfter(0.95, 0.9299), 'busy')
    assert.equal(capacityAfter(0.95, 0.1), 'open')
  })

  it('does not flap around a step', () => {
    let current: Capacity = 'open'
    let changes = 0
    for (let i = 0; i < 100; i++) {
      const next = nextCapacity(
        current,
        disk(0.8 + (i % 2 === 0 ? 0.001 : -0.001)),
        DEFAULT_RELAY_OPTIONS
      )
      changes += next === current ? 0 : 1
      current = next
    }
    assert.equal(changes, 1)
  })

  it('keeps 5 percent of the disk in reserve, at least 512 MiB, at most a quarter', () => {
    const reserves = [100 * GIB, 4 * GIB, 1 * GIB, 64 * MIB].map((total) =>
      reserveBytesOf(DEFAULT_RELAY_OPTIONS, total)
    )
    assert.deepEqual(reserves, [5 * GIB, 512 * MIB, 256 * MIB, 16 * MIB])
    assert.equal(reserveBytesOf({ ...DEFAULT_RELAY_OPTIONS, reserveBytes: 7 }, GIB), 7)
  })

  it('goes by the operator limit where that is nearer', () => {
    const options = { ...DEFAULT_RELAY_OPTIONS, storeBytesMax: 1_000 }
    const empty = disk(0.1)
    assert.deepEqual(
      [799, 800, 900, 950, 2_000].map((storeBytes) =>
        nextCapacity('open', { ...empty, storeBytes }, options)
      ),
      ['open', 'no-new-mailboxes', 'busy', 'read-only', 'read-only']
    )
  })

  it('is read-only while the reserve is touched, however the shares are', () => {
    const options = { ...DEFAULT_RELAY_OPTIONS, reserveBytes: 1_000 }
    const use = { totalBytes: 1_000_000, storeBytes: 0 }
    assert.equal(nextCapacity('open', { ...use, freeBytes: 1_000 }, options), 'read-only')
  })

  it('leaves the reserve only with a tenth of it free again', () => {
    // An operator's limit of its own, so that the shares of the disk say nothing.
    const options = { ...DEFAULT_RELAY_OPTIONS, reserveBytes: 100_000 }
    const use = { totalBytes: 100_001, storeBytes: 0 }
    const free = [100_000, 100_001].map((freeBytes) =>
      nextCapacity('open', { ...use, freeBytes }, options)
    )
    assert.deepEqual(free, ['read-only', 'open'])
    assert.equal(nextCapacity('read-only', { ...use, freeBytes: 100_001 }, options), 'read-only')
    const wide = { totalBytes: 10_000_000, storeBytes: 0, freeBytes: 9_000_000 }
    const reserve = { ...DEFAULT_RELAY_OPTIONS, reserveBytes: 8_500_000 }
    assert.equal(nextCapacity('read-only', wide, reserve), 'read-only')
    const wider = { ...wide, freeBytes: 9_350_001 }
    assert.equal(nextCapacity('read-only', wider, reserve), 'open')
  })
})

describe('a relay that fills up', () => {
  function setUp(): { world: RelayWorld; bob: ReturnType<RelayWorld['connect']> } {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    world.ask(bob, deposit(bobs, testEnvelope(2)))
    world.ask(bob, deposit(bobs, testEnvelope(3)))
    return { world, bob }
  }

  const fresh = register(testMailbox(2))

  it('takes no new mailboxes at 80 percent but from connections that subscribe', () => {
    const { world, bob } = setUp()
    world.give({ type: 'disk', ...disk(0.8) })
    const busy = { type: 'registered', outcomes: ['busy'] }
    assert.deepEqual(world.ask(bob, fresh), busy)
    assert.deepEqual(world.ask(bob, register(bobs)), { type: 'registered', outcomes: ['done'] })
    world.ask(bob, subscribe([bobs]))
    assert.deepEqual(world.ask(bob, fresh), { type: 'registered', outcomes: ['done'] })
    assert.deepEqual(world.ask(world.connect(), register(testMailbox(3))), busy)
    assert.equal(world.ask(world.connect(), deposit(bobs, testEnvelope(9)))?.type, 'deposited')
  })

  it('takes no deposits at 90 percent, and new mailboxes from nobody', () => {
    const { world, bob } = setUp()
    world.ask(bob, subscribe([bobs]))
    world.give({ type: 'disk', ...disk(0.9) })
    assert.deepEqual(world.ask(bob, deposit(bobs, testEnvelope(9))), FULL)
    assert.deepEqual(world.ask(bob, fresh), { type: 'registered', outcomes: ['busy'] })
    const live = deposit(bobs, testEnvelope(9), { isLive: true })
    assert.deepEqual(world.ask(bob, live), { type: 'deposited', outcome: 'accepted' })
  })

  it('tells whoever it refused that there is room, once, and nobody else', () => {
    const { world, bob } = setUp()
    const other = world.connect()
    const told = (): number => bob.takePushes().length
    world.give({ type: 'disk', ...disk(0.96) })
    world.ask(bob, deposit(bobs, testEnvelope(9)))
    world.give({ type: 'disk', ...disk(0.92) })
    assert.equal(told(), 0)
    world.give({ type: 'disk', ...disk(0.85) })
    assert.deepEqual(bob.takePushes(), [{ type: 'going-away', retryAfterMs: 0 }])
    assert.equal(world.ask(bob, deposit(bobs, testEnvelope(9)))?.type, 'deposited')
    world.give({ type: 'disk', ...disk(0.96) })
    world.give({ type: 'disk', ...disk(0.5) })
    assert.equal(told(), 0)
    assert.deepEqual(other.pushes(), [])
  })

  it('still delivers, acks, recalls and destroys at 100 percent, and recovers by itself', () => {
    const { world, bob } = setUp()
    world.give({ type: 'disk', ...disk(1) })
    assert.equal(world.machine.status().capacity, 'read-only')
    assert.deepEqual(world.ask(world.connect(), recall(bobs, 3)), {
      type: 'recalled',
      outcome: 'recalled'
    })
    world.ask(bob, subscribe([bobs]))
    assert.equal(bob.pushes().length, 2)
    assert.deepEqual(world.ask(bob, ack(bobs, 1)), { type: 'acked' })
    assert.deepEqual(world.ask(bob, destroy(bobs)), { type: 'destroyed' })
    world.advance(0)
    assert.equal(world.rows.count('envelope'), 0)
    world.give({ type: 'disk', ...disk(0.5) })
    assert.deepEqual(world.ask(bob, register(bobs)), { type: 'registered', outcomes: ['done'] })
    assert.equal(world.ask(bob, deposit(bobs, testEnvelope(9)))?.type, 'deposited')
  })

  it('says so in info and tells its operator each change once', () => {
    const { world, bob } = setUp()
    for (const fullness of [0.1, 0.85, 0.86, 0.92, 0.99, 0.5]) {
      world.give({ type: 'disk', ...disk(fullness) })
    }
    const changes = world.notices.flatMap((notice) =>
      notice.event === 'capacity-changed' ? [[notice.from, notice.to]] : []
    )
    assert.deepEqual(changes, [
      ['open', 'no-new-mailboxes'],
      ['no-new-mailboxes', 'busy'],
      ['busy', 'read-only'],
      ['read-only', 'open']
    ])
    world.give({ type: 'disk', ...disk(0.92) })
    const answer = world.ask(bob, { type: 'info' })
    assert.equal(answer?.type === 'info' ? answer.info.capacity : undefined, 'busy')
  })

  it('goes by a new limit as soon as the operator sets it', () => {
    const { world } = setUp()
    world.give({ type: 'disk', ...disk(0.1), storeBytes: 1_000 })
    world.give({ type: 'options', options: { ...world.options, storeBytesMax: 1_000 } })
    assert.equal(world.machine.status().capacity, 'read-only')
  })
})
