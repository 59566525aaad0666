import assert from 'node:assert/strict'
import { sha256, WorkSearch } from '@sealpost/core'
import {
  CLAIMABLE_BYTES,
  CLAIMABLES_MAX,
  type Claimable,
  type MailboxAnswer,
  type MailboxRequest,
  type Work
} from '@sealpost/protocol'
import { CLAIMED_KEPT_MAX } from '../../src/relay/links.ts'
import { claimId, testLink } from './cast.ts'
import { type Client, RelayWorld, RITA, START_MS } from './relay-world.ts'

const link = testLink(1)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
const STORED = { type: 'claimables-stored' }
const TAKEN = { type: 'taken' }

function registerLink(of = link): MailboxRequest {
  return {
    type: 'register',
    registrations: [
      {
        type: 'link',
        linkId: of.id,
        claimHash: sha256(of.claimToken),
        ownerHash: sha256(of.ownerToken)
      }
    ],
    work: undefined
  }
}

function blob(number: number): Uint8Array {
  const bytes = new Uint8Array(CLAIMABLE_BYTES)
  bytes[0] = number >>> 8
  bytes[1] = number
  return bytes
}

function claimable(number: number, changes: Partial<Claimable> = {}): Claimable {
  return {
    blob: blob(number),
    expiresAtMs: START_MS + 30 * DAY_MS,
    isFallback: false,
    ...changes
  }
}

function put(claimables: readonly Claimable[], replaceAll = false, of = link): MailboxRequest {
  return {
    type: 'put-claimables',
    linkId: of.id,
    ownerToken: of.ownerToken,
    claimables,
    replaceAll
  }
}

function claim(number: number, of = link, work?: Work): MailboxRequest {
  return {
    type: 'claim',
    linkId: of.id,
    claimToken: of.claimToken,
    claimId: claimId(number),
    work
  }
}

function claimed(number: number): MailboxAnswer {
  return { type: 'claimed', blob: blob(number) }
}

function count(world: RelayWorld, client: Client): readonly number[] {
  const answer = world.ask(client, {
    type: 'count-claimables',
    linkId: link.id,
    ownerToken: link.ownerToken
  })
  assert.ok(answer?.type === 'claimables-counted')
  return [answer.left, answer.claimed, answer.fallbackClaimed]
}

function setUp(...claimables: readonly Claimable[]): { world: RelayWorld; bob: Client } {
  const world = new RelayWorld()
  const bob = world.connect()
  world.ask(bob, registerLink())
  if (claimables.length > 0) {
    assert.deepEqual(world.ask(bob, put(claimables)), STORED)
  }
  return { world, bob }
}

/** Rows of links, by table. */
function rowsLeft(world: RelayWorld): readonly number[] {
  return (['link', 'claimable', 'claim', 'expiry', 'idle-mailbox', 'doomed-mailbox'] as const).map(
    (table) => world.rows.count(table)
  )
}

describe('claim', () => {
  it('hands out each claimable once, in the order put, then says taken', () => {
    const { world, bob } = setUp(claimable(1), claimable(2))
    assert.deepEqual(
      [1, 2, 3].map((number) => world.ask(bob, claim(number))),
      [claimed(1), claimed(2), TAKEN]
    )
    assert.deepEqual(count(world, bob), [0, 2, 0])
  })

  it('gives the same claim id the same one again, on whatever connection, after a crash too', () => {
    const { world, bob } = setUp(claimable(1), claimable(2))
    world.ask(bob, claim(1))
    assert.deepEqual(world.ask(world.connect(), claim(1)), claimed(1))
    world.crash()
    const again = world.connect()
    assert.deepEqual(world.ask(again, claim(1)), claimed(1))
    assert.deepEqual(count(world, again), [1, 1, 0])
  })

  it('gives it again only until it expires', () => {
    const { world, bob } = setUp(claimable(1, { expiresAtMs: START_MS + HOUR_MS }), claimable(2))
    world.ask(bob, claim(1))
    world.nowMs = START_MS + HOUR_MS - 1
    assert.deepEqual(world.ask(bob, claim(1)), claimed(1))
    world.nowMs += 1
    assert.deepEqual(world.ask(bob, claim(1)), claimed(2))
  })

  it('gives two that come at once two different ones', () => {
    const { world, bob } = setUp(claimable(1), claimable(2))
    world.isHolding = true
    const numbers = [1, 2, 3].map((number) => world.send(bob, claim(number)))
    world.answerReads()
    assert.deepEqual(
      numbers.map((number) => bob.answerTo(number)),
      [claimed(1), claimed(2), TAKEN]
    )
  })

  it('gives one that comes twice at once the same one', () => {
    const { world, bob } = setUp(claimable(1), claimable(2))
    world.isHolding = true
    const numbers = [1, 1].map((number) => world.send(bob, claim(number)))
    world.answerReads()
    assert.deepEqual(
      numbers.map((number) => bob.answerTo(number)),
      [claimed(1), claimed(1)]
    )
  })

  it('hands out the fallback again and again where no other is left, and none before', () => {
    const { world, bob } = setUp(claimable(9, { isFallback: true }), claimable(1))
    assert.deepEqual(world.ask(bob, claim(1)), claimed(1))
    for (let number = 2; number < 20; number++) {
      assert.deepEqual(world.ask(bob, claim(number)), claimed(9))
    }
    assert.deepEqual(count(world, bob), [0, 1, 18])
  })

  it('gives who got the fallback the fallback again, even once there are others', () => {
    const { world, bob } = setUp(claimable(9, { isFallback: true }))
    world.ask(bob, claim(1))
    world.ask(bob, put([claimable(2)]))
    assert.deepEqual(world.ask(bob, claim(1)), claimed(9))
    assert.deepEqual(world.ask(bob, claim(2)), claimed(2))
    assert.deepEqual(count(world, bob), [0, 1, 1])
  })

  it('remembers a bounded number of fallback claims, and serves ten thousand', () => {
    const world = new RelayWorld({ requestBurst: 100_000 })
    const bob = world.connect()
    world.ask(bob, registerLink())
    world.ask(bob, put([claimable(9, { isFallback: true })]))
    for (let number = 0; number < 10_000; number++) {
      const answer = world.ask(bob, claim(number))
      assert.equal(answer?.type, 'claimed')
      bob.frames.length = 0
    }
    assert.ok(world.rows.count('claim') <= 1_024)
    assert.deepEqual(count(world, bob), [0, 0, 10_000])
  })

  it('needs work where the relay asks for it, bound to the claim id', () => {
    const { world, bob } = setUp(claimable(1))
    world.give({ type: 'options', options: { ...world.options, workBits: 8 } })
    const info = world.ask(bob, { type: 'info' })
    assert.ok(info?.type === 'info')
    const { challenge } = info.info
    const needsWork = { type: 'refused', reason: 'needs-work', workBits: 8, challenge }
    assert.deepEqual(world.ask(bob, claim(1)), needsWork)
    assert.deepEqual(world.ask(bob, claim(1, testLink(99))), needsWork, 'an unknown link')
    const target = { relay: RITA, challenge, verb: 'claim', subject: sha256(claimId(1)) } as const
    const work = new WorkSearch(target, 8).advance(1_000_000)
    assert.deepEqual(world.ask(bob, claim(2, link, work)), needsWork, 'for another claim id')
    assert.deepEqual(world.ask(bob, claim(1, link, work)), claimed(1))
  })

  it('goes on with the next where one cannot be read', () => {
    const { world, bob } = setUp(claimable(1), claimable(2))
    const key = world.rows.all('claimable')[0]?.key ?? ''
    world.rows.apply({ type: 'erase', table: 'claimable', key })
    assert.deepEqual(world.ask(bob, claim(1)), { type: 'refused', reason: 'internal' })
    assert.deepEqual(world.ask(bob, claim(1)), claimed(2))
  })
})

describe('put-claimables', () => {
  it('takes 40 free ones and not one more, until some are claimed', () => {
    const many = Array.from({ length: CLAIMABLES_MAX }, (_, number) => claimable(number))
    const { world, bob } = setUp(...many)
    const quotaExceeded = { type: 'refused', reason: 'quota-exceeded' }
    assert.deepEqual(world.ask(bob, put([claimable(99)])), quotaExceeded)
    world.ask(bob, claim(1))
    assert.deepEqual(world.ask(bob, put([claimable(99)])), STORED)
    assert.deepEqual(world.ask(bob, put([claimable(100)])), quotaExceeded)
  })

  it('takes fallbacks beside 40 free ones', () => {
    const many = Array.from({ length: CLAIMABLES_MAX }, (_, number) => claimable(number))
    const { world, bob } = setUp(...many)
    assert.deepEqual(world.ask(bob, put([claimable(99, { isFallback: true })])), STORED)
  })

  it('takes 40 at once and not one more, each of exactly 4,096 bytes', () => {
    const { world, bob } = setUp()
    const tooLarge = { type: 'refused', reason: 'too-large' }
    const many = Array.from({ length: CLAIMABLES_MAX + 1 }, (_, number) => claimable(number))
    assert.deepEqual(world.ask(bob, put(many)), tooLarge)
    for (const size of [0, CLAIMABLE_BYTES - 1, CLAIMABLE_BYTES + 1]) {
      const wrong = claimable(1, { blob: new Uint8Array(size) })
      assert.deepEqual(world.ask(bob, put([wrong])), tooLarge)
    }
  })

  it('refuses what has expired, all of it', () => {
    const { world, bob } = setUp()
    const old = claimable(2, { expiresAtMs: world.nowMs })
    assert.deepEqual(world.ask(bob, put([claimable(1), old])), {
      type: 'refused',
      reason: 'expired'
    })
    assert.deepEqual(world.ask(bob, claim(1)), TAKEN)
    const fresh = claimable(2, { expiresAtMs: world.nowMs + 1 })
    assert.deepEqual(world.ask(bob, put([fresh])), STORED)
  })

  it('replaces all in one write, and forgets who claimed the former ones', () => {
    const { world, bob } = setUp(claimable(1), claimable(2), claimable(9, { isFallback: true }))
    world.ask(bob, claim(1))
    world.ask(bob, claim(2))
    world.ask(bob, claim(3))
    assert.deepEqual(world.ask(bob, put([claimable(3)], true)), STORED)
    assert.deepEqual(count(world, bob), [1, 0, 0])
    world.advance(0)
    assert.deepEqual(rowsLeft(world), [1, 1, 0, 1, 1, 0])
    assert.deepEqual(world.ask(bob, claim(1)), claimed(3))
    assert.deepEqual(world.ask(bob, claim(2)), TAKEN)
  })

  it('takes all away where it replaces them by none', () => {
    const { world, bob } = setUp(claimable(1), claimable(9, { isFallback: true }))
    world.ask(bob, put([], true))
    assert.deepEqual(world.ask(bob, claim(1)), TAKEN)
    world.advance(0)
    assert.deepEqual(rowsLeft(world), [1, 0, 0, 0, 1, 0])
  })

  it('keeps the claims of what stays while those of what went are swept', () => {
    const { world, bob } = setUp(claimable(9, { isFallback: true }))
    for (let number = 0; number < 300; number++) {
      world.ask(bob, claim(number))
    }
    world.ask(bob, put([claimable(10, { isFallback: true })], true))
    world.ask(bob, claim(5))
    world.ask(bob, claim(299))
    world.advance(0)
    assert.equal(world.rows.count('claim'), 2)
    assert.deepEqual(world.ask(bob, claim(5)), claimed(10))
    assert.deepEqual(count(world, bob), [0, 0, 2])
  })

  it('keeps the newest four fallbacks', () => {
    const { world, bob } = setUp(claimable(0, { isFallback: true }))
    world.ask(bob, claim(0))
    for (let number = 1; number <= 4; number++) {
      world.ask(bob, put([claimable(number, { isFallback: true })]))
      world.ask(bob, claim(number))
    }
    world.advance(0)
    assert.equal(world.rows.count('claimable'), 4)
    assert.deepEqual(world.ask(bob, claim(1)), claimed(1))
    assert.deepEqual(world.ask(bob, claim(0)), claimed(4), 'the first is gone')
  })

  it('keeps a bounded number of claimed ones', () => {
    const world = new RelayWorld({ requestBurst: 100_000 })
    const bob = world.connect()
    world.ask(bob, registerLink())
    for (let number = 0; number <= CLAIMED_KEPT_MAX; number++) {
      world.ask(bob, put([claimable(number)]))
      assert.deepEqual(world.ask(bob, claim(number)), claimed(number))
    }
    assert.equal(world.rows.count('claimable'), CLAIMED_KEPT_MAX)
    assert.equal(world.rows.count('claim'), CLAIMED_KEPT_MAX)
    assert.deepEqual(world.ask(bob, claim(1)), claimed(1))
    assert.deepEqual(world.ask(bob, claim(0)), TAKEN)
  })
})

describe('claimables in time', () => {
  it('expire each at its time, and are erased within the hour', () => {
    const { world } = setUp(
      claimable(1, { expiresAtMs: START_MS + 2 * HOUR_MS }),
      claimable(2, { expiresAtMs: START_MS + 5 * HOUR_MS })
    )
    world.advance(3 * HOUR_MS)
    assert.equal(world.rows.count('claimable'), 1)
    assert.deepEqual(count(world, world.connect()), [1, 0, 0])
    world.advance(3 * HOUR_MS)
    assert.deepEqual(rowsLeft(world), [1, 0, 0, 0, 1, 0])
    assert.deepEqual(world.ask(world.connect(), claim(1)), TAKEN)
  })

  it('live no longer than half a year and a week, whatever their owner says', () => {
    const { world } = setUp(claimable(1, { expiresAtMs: START_MS + 2_000 * WEEK_MS }))
    world.advance(20 * WEEK_MS)
    world.ask(world.connect(), put([claimable(2, { expiresAtMs: world.nowMs + DAY_MS })]))
    world.advance(7 * WEEK_MS + HOUR_MS)
    assert.equal(world.rows.count('claimable'), 0)
    assert.equal(world.rows.count('link'), 1)
  })

  it('and their link are erased half a year after the last put', () => {
    const { world, bob } = setUp(
      claimable(9, { expiresAtMs: START_MS + 40 * WEEK_MS, isFallback: true })
    )
    world.ask(bob, claim(1))
    world.advance(27 * WEEK_MS + HOUR_MS)
    assert.deepEqual(rowsLeft(world), [0, 0, 0, 0, 0, 0])
    assert.equal(world.machine.status().linkCount, 0)
  })

  it('and their link are kept by a put in time, and erased half a year after it', () => {
    const { world } = setUp(claimable(1))
    world.advance(20 * WEEK_MS)
    world.ask(world.connect(), put([claimable(2, { expiresAtMs: world.nowMs + DAY_MS })]))
    world.advance(26 * WEEK_MS)
    assert.equal(world.rows.count('link'), 1)
    world.advance(WEEK_MS)
    assert.deepEqual(rowsLeft(world), [0, 0, 0, 0, 0, 0])
  })

  it('are not lost where their owner puts more while the sweep reads', () => {
    const { world } = setUp(claimable(1))
    const weekEndMs = (Math.floor(world.nowMs / WEEK_MS) + 1) * WEEK_MS
    world.advance(weekEndMs + 26 * WEEK_MS - 1 - world.nowMs)
    const bob = world.connect()
    world.isHolding = true
    world.nowMs += 1
    world.give({ type: 'timeout' })
    world.send(bob, put([claimable(2, { expiresAtMs: world.nowMs + DAY_MS })]))
    world.answerReads()
    world.isHolding = false
    assert.deepEqual(world.ask(bob, claim(1)), claimed(2))
    assert.equal(world.rows.count('idle-mailbox'), 1)
  })

  it('of a link that comes again do not meet its former claims', () => {
    const { world, bob } = setUp(
      claimable(9, { expiresAtMs: START_MS + 40 * WEEK_MS, isFallback: true })
    )
    for (let number = 0; number < 600; number++) {
      world.ask(bob, claim(number))
    }
    world.isHolding = true
    world.nowMs += 28 * WEEK_MS
    world.give({ type: 'timeout' })
    for (let i = 0; i < 100 && world.rows.count('link') > 0; i++) {
      world.answerRead()
      world.give({ type: 'timeout' })
    }
    assert.ok(world.rows.count('claim') > 0, 'claims are left to be swept')
    world.isHolding = false
    const again = world.connect()
    world.send(again, registerLink())
    world.send(again, put([claimable(1, { expiresAtMs: world.nowMs + DAY_MS })]))
    const number = world.send(again, claim(0))
    assert.deepEqual(again.answerTo(number), claimed(1))
    world.advance(0)
    assert.equal(world.rows.count('claim'), 1)
  })
})
