import assert from 'node:assert/strict'
import { sha256, WorkSearch } from '@sealpost/core'
import {
  concatBytes,
  envelopeIds,
  LIFETIMES_MS,
  mailboxIds,
  type MailboxAnswer,
  type MailboxKind,
  type MailboxRequest,
  SIZE_CLASSES,
  type Work
} from '@sealpost/protocol'
import { parseEnvelope } from '../../src/relay/rows.ts'
import { ack, deposit, recall, register, subscribe, testEnvelope, testMailbox } from './cast.ts'
import { type Client, RelayWorld, RITA } from './relay-world.ts'

const STORED = { type: 'deposited', outcome: 'stored' }
const GONE = { type: 'deposited', outcome: 'gone' }
const ACCEPTED = { type: 'deposited', outcome: 'accepted' }
const HOUR_MS = 3_600_000

function refused(reason: string): MailboxAnswer {
  return { type: 'refused', reason } as MailboxAnswer
}

/** Bob's mailbox at rita's, and two connections. */
function setUp(
  kind: MailboxKind = 'contact',
  options: ConstructorParameters<typeof RelayWorld>[0] = {},
  isQuiet = false
): { world: RelayWorld; alice: Client; bob: Client; bobs: ReturnType<typeof testMailbox> } {
  const world = new RelayWorld(options)
  const bobs = testMailbox(1, kind, isQuiet)
  const bob = world.connect()
  const alice = world.connect()
  world.ask(bob, register(bobs))
  return { world, alice, bob, bobs }
}

/** Deposits envelopes `first` to `last`, each on a connection of its own burst. */
function fill(
  world: RelayWorld,
  mailbox: ReturnType<typeof testMailbox>,
  first: number,
  last: number,
  size = 2_048
): readonly (MailboxAnswer | undefined)[] {
  let client = world.connect()
  const answers: (MailboxAnswer | undefined)[] = []
  for (let number = first; number <= last; number++) {
    if ((number - first) % 60 === 0) {
      client = world.connect()
    }
    answers.push(world.ask(client, deposit(mailbox, testEnvelope(number, size))))
  }
  return answers
}

describe('deposit', () => {
  it('is stored once its rows are written', () => {
    const { world, alice, bobs } = setUp()
    world.isHolding = true
    const number = world.send(alice, deposit(bobs, testEnvelope(1)))
    assert.equal(alice.answerTo(number), undefined)
    assert.equal(world.rows.count('envelope'), 0)
    world.answerReads()
    assert.deepEqual(alice.answerTo(number), STORED)
    assert.equal(world.rows.count('envelope'), 1)
    assert.equal(world.rows.count('envelope-index'), 1)
    assert.equal(world.rows.count('expiry'), 1)
  })

  it('is stored once, however often and by whatever connection it is repeated', () => {
    const { world, alice, bobs } = setUp()
    const mine = deposit(bobs, testEnvelope(1))
    assert.deepEqual(world.ask(alice, mine), STORED)
    assert.deepEqual(world.ask(alice, mine), STORED)
    assert.deepEqual(world.ask(world.connect(), mine), STORED)
    assert.equal(world.rows.count('envelope'), 1)
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('is stored once where the repetition overtakes the first answer', () => {
    const { world, alice, bobs } = setUp()
    world.isHolding = true
    const first = world.send(alice, deposit(bobs, testEnvelope(1)))
    const second = world.send(alice, deposit(bobs, testEnvelope(1)))
    world.answerReads()
    assert.deepEqual([alice.answerTo(first), alice.answerTo(second)], [STORED, STORED])
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('of one id is another envelope in another mailbox', () => {
    const { world, alice, bob, bobs } = setUp()
    const carols = testMailbox(2)
    world.ask(bob, register(carols))
    world.ask(alice, deposit(bobs, testEnvelope(1)))
    assert.deepEqual(world.ask(alice, deposit(carols, testEnvelope(1))), STORED)
    assert.equal(world.machine.status().envelopeCount, 2)
  })

  it('answers gone after the ack, and after a recall, until it would have expired', () => {
    const { world, alice, bob, bobs } = setUp()
    world.ask(bob, subscribe([bobs]))
    world.ask(alice, deposit(bobs, testEnvelope(1, 2_048, 0)))
    world.ask(alice, deposit(bobs, testEnvelope(2, 2_048, 0)))
    world.ask(bob, ack(bobs, 1, 2))
    world.disconnect(bob)
    world.ask(alice, deposit(bobs, testEnvelope(3, 2_048, 0)))
    world.ask(alice, recall(bobs, 3))
    for (const number of [1, 2, 3]) {
      assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(number, 2_048, 0))), GONE)
    }
    world.advance(2 * HOUR_MS)
    assert.deepEqual(world.ask(world.connect(), deposit(bobs, testEnvelope(1, 2_048, 0))), STORED)
  })

  it('never tells whether an envelope was fetched from a quiet mailbox', () => {
    const { world, alice, bob, bobs } = setUp('contact', {}, true)
    world.ask(bob, subscribe([bobs]))
    world.ask(alice, deposit(bobs, testEnvelope(1)))
    world.ask(bob, ack(bobs, 1))
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(1))), STORED)
    assert.equal(world.machine.status().envelopeCount, 0)
  })

  it('takes exactly the size classes', () => {
    const { world, alice, bobs } = setUp()
    let number = 1
    for (const size of SIZE_CLASSES) {
      assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(number++, size))), STORED)
      for (const other of [size - 1, size + 1]) {
        const answer = world.ask(alice, deposit(bobs, testEnvelope(number++, other)))
        assert.deepEqual(answer, refused('too-large'))
      }
    }
    const empty = { ...testEnvelope(number), sealed: new Uint8Array() }
    assert.deepEqual(world.ask(alice, deposit(bobs, empty)), refused('too-large'))
  })

  it('gives each lifetime its hour of expiry, and those of weeks one that tells no hour of arrival', () => {
    const { world, alice, bobs } = setUp()
    const ownHour = Number.parseInt(bobs.id.slice(0, 4), 16) % 24
    world.nowMs += 1
    let number = 0
    for (let hoursLater = 0; hoursLater < 30; hoursLater++) {
      for (const lifetime of [0, 1, 2, 3] as const) {
        world.ask(alice, deposit(bobs, testEnvelope(++number, 2_048, lifetime)))
        const hour = Math.floor((world.nowMs + (LIFETIMES_MS[lifetime] ?? 0)) / HOUR_MS) + 1
        const isOwn = (one: number): boolean => one % 24 === ownHour
        const hours = Array.from({ length: 24 }, (_, later) => hour + later)
        const expected = lifetime < 2 ? hour : hours.find(isOwn)
        const row = world.rows.all('envelope').at(-1)
        const parsed = row === undefined ? 'corrupt' : parseEnvelope(row.value)
        assert.equal(parsed === 'corrupt' ? undefined : parsed.expiryHour, expected)
      }
      world.nowMs += HOUR_MS
    }
  })

  it('goes on where its connection closed before the rows came', () => {
    const { world, alice, bobs } = setUp()
    world.isHolding = true
    world.send(alice, deposit(bobs, testEnvelope(1)))
    world.disconnect(alice)
    world.answerReads()
    assert.equal(world.machine.status().envelopeCount, 1)
  })

  it('reads the summary again where it had to make room while the index row was read', () => {
    const { world, alice, bobs } = setUp('contact', { mailboxCacheSize: 1 })
    world.isHolding = true
    const number = world.send(alice, deposit(bobs, testEnvelope(1)))
    for (let first = 10; first < 10 + 2_048; first += 64) {
      const others = Array.from({ length: 64 }, (_, at) => testMailbox(first + at))
      const [read] = world.reads.splice(0, 1)
      world.send(alice, register(...others))
      world.answerReads()
      world.reads.unshift(...(read === undefined ? [] : [read]))
    }
    assert.ok(world.machine.status().cachedMailboxCount <= 1_024)
    world.answerReads()
    assert.deepEqual(alice.answerTo(number), STORED)
  })
})

describe('quota', () => {
  const many = { depositBurst: 10_000, mailboxDepositsPerMinute: 10_000 }

  it('holds as many envelopes as it says and not one more, until one is acked', () => {
    const { world, bob, bobs } = setUp('request', { knocksPerMinutePerRange: 1_000 })
    assert.ok(fill(world, bobs, 1, 64, 8_192).every((answer) => answer?.type === 'deposited'))
    const alice = world.connect()
    assert.deepEqual(
      world.ask(alice, deposit(bobs, testEnvelope(65, 8_192))),
      refused('quota-exceeded')
    )
    world.ask(bob, subscribe([bobs]))
    world.ask(bob, ack(bobs, 1))
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(65, 8_192))), STORED)
    assert.deepEqual(
      world.ask(alice, deposit(bobs, testEnvelope(66, 8_192))),
      refused('quota-exceeded')
    )
  })

  it('holds 512 envelopes of a contact', () => {
    const { world, bobs } = setUp('contact', many)
    fill(world, bobs, 1, 512)
    assert.equal(world.machine.status().envelopeCount, 512)
    const [answer] = fill(world, bobs, 513, 513)
    assert.deepEqual(answer, refused('quota-exceeded'))
  })

  it('holds 8 MiB of a contact', () => {
    const { world, bobs } = setUp('contact', many)
    fill(world, bobs, 1, 256, 32_768)
    assert.equal(world.machine.status().envelopeBytes, 8 * 1024 * 1024)
    const [answer] = fill(world, bobs, 257, 257)
    assert.deepEqual(answer, refused('quota-exceeded'))
  })

  it('of one mailbox is not that of another', () => {
    const { world, bob, bobs } = setUp('request')
    const carols = testMailbox(2)
    world.ask(bob, register(carols))
    fill(world, bobs, 1, 64, 8_192)
    assert.deepEqual(world.ask(world.connect(), deposit(carols, testEnvelope(1))), STORED)
  })

  it('still answers stored for what is there already', () => {
    const { world, bobs } = setUp('request')
    fill(world, bobs, 1, 64, 8_192)
    assert.deepEqual(world.ask(world.connect(), deposit(bobs, testEnvelope(1, 8_192))), STORED)
  })
})

describe('rates of deposits', () => {
  it('lets a connection deposit 60 at once and then 20 a second', () => {
    const { world, alice, bobs } = setUp()
    for (let number = 1; number <= 60; number++) {
      assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(number))), STORED)
    }
    const refusal = { type: 'refused', reason: 'slow-down', retryAfterMs: 50 }
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(61))), refusal)
    world.nowMs += 49
    assert.equal(world.ask(alice, deposit(bobs, testEnvelope(61)))?.type, 'refused')
    world.nowMs += 1
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(61))), STORED)
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(62))), refusal)
  })

  for (const [kind, perMinute] of [
    ['contact', 120],
    ['own', 120],
    ['group', 600]
  ] as const) {
    it(`lets a ${kind} mailbox take ${String(perMinute)} a minute and not one more`, () => {
      const { world, bobs } = setUp(kind)
      const startMs = world.nowMs
      const answers = fill(world, bobs, 1, perMinute)
      assert.ok(answers.every((answer) => answer?.type === 'deposited'))
      world.nowMs += 10_000
      const mallory = world.connect()
      assert.deepEqual(world.ask(mallory, deposit(bobs, testEnvelope(perMinute + 1))), {
        type: 'refused',
        reason: 'slow-down',
        retryAfterMs: 50_000
      })
      world.nowMs = startMs + 60_000
      assert.deepEqual(world.ask(mallory, deposit(bobs, testEnvelope(perMinute + 1))), STORED)
    })
  }

  it('does not count a repetition', () => {
    const { world, bobs } = setUp()
    fill(world, bobs, 1, 119)
    const alice = world.connect()
    for (let i = 0; i < 10; i++) {
      world.ask(alice, deposit(bobs, testEnvelope(1)))
    }
    assert.deepEqual(world.ask(alice, deposit(bobs, testEnvelope(120))), STORED)
  })
})

describe('live deposit', () => {
  it('goes to who subscribes now and is never written', () => {
    const { world, alice, bob, bobs } = setUp()
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    const effects = world.give({
      type: 'frame',
      connection: alice.id,
      frame: {
        type: 'request',
        number: 7,
        request: deposit(bobs, testEnvelope(1), { isLive: true })
      }
    })
    assert.deepEqual(alice.answerTo(7), ACCEPTED)
    assert.ok(effects.every(({ type }) => type === 'send'))
    assert.deepEqual(bob.takePushes(), [
      { type: 'deliver', mailboxId: bobs.id, envelope: testEnvelope(1), isLive: true }
    ])
    assert.equal(world.machine.status().unackedCount, 0)
  })

  it('is accepted where nobody subscribes, and gone', () => {
    const { world, alice, bob, bobs } = setUp()
    const live = deposit(bobs, testEnvelope(1), { isLive: true })
    assert.deepEqual(world.ask(alice, live), ACCEPTED)
    world.crash()
    const alone = world.connect()
    assert.deepEqual(world.ask(alone, live), ACCEPTED)
    assert.equal(bob.pushes().length, 0)
    assert.equal(world.rows.count('envelope'), 0)
  })

  it('counts as a deposit of its mailbox', () => {
    const { world, bobs } = setUp()
    fill(world, bobs, 1, 120)
    const answer = world.ask(world.connect(), deposit(bobs, testEnvelope(0), { isLive: true }))
    assert.equal(answer?.type === 'refused' ? answer.reason : undefined, 'slow-down')
  })

  it('does not fill the memory of who reads slowly', () => {
    const { world, bob, bobs } = setUp('contact', {
      depositBurst: 10_000,
      mailboxDepositsPerMinute: 10_000
    })
    world.ask(bob, subscribe([bobs]))
    bob.takePushes()
    const mallory = world.connect()
    for (let number = 1; number <= 1_000; number++) {
      const live = deposit(bobs, testEnvelope(number), { isLive: true })
      assert.deepEqual(world.ask(mallory, live), ACCEPTED)
    }
    assert.equal(bob.pushes().length, 256)
  })
})

describe('request box', () => {
  function knock(number: number, work?: Work, size = 8_192): MailboxRequest {
    return deposit(testMailbox(1, 'request', true), testEnvelope(number, size), { work })
  }

  function workFor(world: RelayWorld, number: number, bits: number, challenge: Uint8Array): Work {
    const envelope = testEnvelope(number, 8_192)
    const subject = sha256(
      concatBytes(
        mailboxIds.toBytes(testMailbox(1).id),
        envelopeIds.toBytes(envelope.envelopeId),
        sha256(envelope.sealed)
      )
    )
    const target = { relay: RITA, challenge, verb: 'deposit', subject } as const
    const work = new WorkSearch(target, bits).advance(1_000_000)
    assert.ok(work !== undefined)
    return work
  }

  function challengeOf(world: RelayWorld, client: Client): Uint8Array {
    const answer = world.ask(client, { type: 'info' })
    assert.ok(answer?.type === 'info')
    return answer.info.challenge
  }

  function box(): { world: RelayWorld; mallory: Client } {
    const world = new RelayWorld()
    world.ask(world.connect(), register(testMailbox(1, 'request', true)))
    world.options = { ...world.options, workBits: 8 }
    world.give({ type: 'options', options: world.options })
    return { world, mallory: world.connect() }
  }

  it('takes requests of one size only', () => {
    const { world, mallory } = box()
    assert.deepEqual(world.ask(mallory, knock(1, undefined, 2_048)), refused('too-large'))
    assert.deepEqual(world.ask(mallory, knock(1, undefined, 32_768)), refused('too-large'))
  })

  it('asks for work, and says how much and for what challenge', () => {
    const { world, mallory } = box()
    const challenge = challengeOf(world, mallory)
    const needsWork = { type: 'refused', reason: 'needs-work', workBits: 8, challenge }
    assert.deepEqual(world.ask(mallory, knock(1)), needsWork)
    const work = workFor(world, 1, 8, challenge)
    assert.deepEqual(world.ask(mallory, knock(2, work)), needsWork, 'work for another envelope')
    const stale = workFor(world, 1, 8, new Uint8Array(16))
    assert.deepEqual(world.ask(mallory, knock(1, stale)), needsWork, 'a challenge never given')
    assert.deepEqual(world.ask(mallory, knock(1, work)), STORED)
  })

  it('takes work for the challenge before, and not for the one before that', () => {
    const { world, mallory } = box()
    const challenge = challengeOf(world, mallory)
    const work = workFor(world, 1, 8, challenge)
    world.advance(HOUR_MS)
    assert.notDeepEqual(challengeOf(world, world.connect()), challenge)
    assert.deepEqual(world.ask(world.connect(), knock(1, work)), STORED)
    const second = workFor(world, 2, 8, challenge)
    world.advance(HOUR_MS)
    const answer = world.ask(world.connect(), knock(2, second))
    assert.equal(answer?.type === 'refused' ? answer.reason : undefined, 'needs-work')
  })

  it('asks no work of contacts, and none of who has no token', () => {
    const { world, mallory } = box()
    const mine = knock(1)
    const forged = { ...mine, depositToken: new Uint8Array(32) }
    assert.deepEqual(world.askPatiently(mallory, forged as MailboxRequest), refused('denied'))
  })
})
