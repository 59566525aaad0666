import assert from 'node:assert/strict'
import type { MailboxAnswer } from '@sealpost/protocol'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, START_MS } from './cast.ts'
import { TestPeer } from './test-peer.ts'
import { TestRelay } from './test-relay.ts'

function dialsOf(peer: TestPeer, relay: TestRelay): readonly number[] {
  return peer.dials
    .filter((dial) => dial.relay === relay.nodeKey)
    .map(({ atMs }) => atMs - START_MS)
}

function phaseOf(peer: TestPeer, relay: TestRelay): string | undefined {
  return peer.machine.relays().find(({ nodeKey }) => nodeKey === relay.nodeKey)?.phase
}

/** The waits between dials. */
function waits(dials: readonly number[]): readonly number[] {
  return dials.slice(1).map((atMs, index) => atMs - (dials[index] ?? 0))
}

describe('a relay, as a client sees it', () => {
  it('is not dialled before the client may use the network', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.advance(DAY_MS)
    assert.deepEqual(alice.dials, [])
    assert.equal(phaseOf(alice, rita), 'waiting')
    alice.online()
    assert.deepEqual(dialsOf(alice, rita), [DAY_MS])
  })

  it('is ready once it has told what it is', () => {
    const rita = new TestRelay('rita')
    rita.script = ({ request }) => (request.type === 'info' ? 'silent' : undefined)
    const alice = new TestPeer('alice', [rita])
    alice.online()
    assert.equal(phaseOf(alice, rita), 'greeting')
    assert.deepEqual(rita.all('info').length, 1)
    rita.script = () => undefined
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.equal(phaseOf(alice, rita), 'ready')
    assert.equal(alice.machine.relays()[0]?.capacity, 'open')
  })

  it('that answers pings but says nothing of itself is left and tried again', () => {
    const rita = new TestRelay('rita')
    rita.script = ({ request }) => (request.type === 'info' ? 'silent' : undefined)
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.advance(21 * SECOND_MS)
    assert.equal(dialsOf(alice, rita).length, 2)
  })

  it('that answers the greeting with anything else is left and tried again', () => {
    const answers: readonly MailboxAnswer[] = [
      { type: 'refused', reason: 'busy', retryAfterMs: 1 },
      { type: 'refused', reason: 'internal' },
      { type: 'acked' },
      { type: 'deposited', outcome: 'stored' }
    ]
    for (const answer of answers) {
      const rita = new TestRelay('rita')
      rita.script = () => answer
      const alice = new TestPeer('alice', [rita])
      alice.online()
      assert.equal(phaseOf(alice, rita), 'waiting')
      alice.advance(SECOND_MS)
      assert.ok(dialsOf(alice, rita).length >= 2)
    }
  })

  it('that cannot be reached is dialled after waits that double up to five minutes', () => {
    const rita = new TestRelay('rita')
    rita.isUp = false
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.advance(HOUR_MS)
    const between = waits(dialsOf(alice, rita))
    between.slice(0, 10).forEach((waitMs, index) => {
      const fullMs = Math.min(300_000, 500 * 2 ** index)
      assert.ok(waitMs >= fullMs / 2 && waitMs <= fullMs, `${String(index)}: ${String(waitMs)}`)
    })
    assert.ok(Math.max(...between) <= 300_000)
    assert.ok(between.length > 15 && between.length < 40, String(between.length))
  })

  it('is not dialled by all clients at the same moment', () => {
    const second = [1, 2, 3, 4, 5].map((seed) => {
      const rita = new TestRelay('rita')
      rita.isUp = false
      const alice = new TestPeer('alice', [rita], { seed })
      alice.online()
      alice.advance(10 * SECOND_MS)
      return dialsOf(alice, rita).at(-1)
    })
    assert.ok(new Set(second).size > 2)
  })

  it('that was ready for long is dialled at once when it is lost, as after a first failure', () => {
    const rita = new TestRelay('rita')
    rita.isUp = false
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.advance(30 * MINUTE_MS)
    rita.isUp = true
    alice.advance(5 * MINUTE_MS)
    assert.equal(phaseOf(alice, rita), 'ready')
    alice.advance(MINUTE_MS)
    const before = dialsOf(alice, rita).length
    alice.cut(rita.nodeKey)
    alice.advance(500)
    assert.equal(dialsOf(alice, rita).length, before + 1)
  })

  it('that greets and hangs up again and again is dialled less and less', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    for (let i = 0; i < 10; i++) {
      alice.cut(rita.nodeKey)
      const before = dialsOf(alice, rita).length
      while (dialsOf(alice, rita).length === before) {
        alice.advance(100)
      }
    }
    assert.ok((waits(dialsOf(alice, rita)).at(-1) ?? 0) > 60_000)
  })

  it('is left a minute after nobody needs it any more, and stays when somebody does again', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rosa])
    alice.online()
    assert.equal(rosa.asked.length, 0)
    alice.send(bob)
    assert.equal(phaseOf(alice, rosa), 'ready')
    alice.told(bob, { deliveredUpTo: 1 })
    alice.composeReceipts()
    alice.advance(59 * SECOND_MS)
    assert.equal(phaseOf(alice, rosa), 'ready')
    alice.send(bob)
    alice.advance(2 * SECOND_MS)
    assert.equal(phaseOf(alice, rosa), 'ready')
    alice.told(bob, { deliveredUpTo: 2 })
    alice.advance(61 * SECOND_MS)
    assert.equal(phaseOf(alice, rosa), 'idle')
    assert.equal(phaseOf(alice, rita), 'ready')
  })

  it('is left when the client may not use the network, and dialled at once when it may again', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.give({ type: 'offline' })
    assert.ok(!alice.isConnected(rita))
    alice.advance(HOUR_MS)
    assert.equal(dialsOf(alice, rita).length, 1)
    alice.online()
    assert.equal(dialsOf(alice, rita).length, 2)
    assert.equal(phaseOf(alice, rita), 'ready')
  })

  it('that was given up while nothing could be dialled is dialled once somebody needs it after all', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    const alice = new TestPeer('alice', [rita, rosa], { own: [rita.address] })
    alice.online()
    alice.give({ type: 'offline' })
    const choose = (relays: readonly TestRelay[]): void => {
      alice.give({ type: 'relays-changed', relays: relays.map(({ address }) => address) })
    }
    choose([rita, rosa])
    choose([rita])
    alice.online()
    assert.deepEqual(dialsOf(alice, rosa), [])
    choose([rita, rosa])
    assert.equal(dialsOf(alice, rosa).length, 1)
    assert.equal(phaseOf(alice, rosa), 'ready')
  })

  it('is pinged after half a minute of silence, and left after two pings without an answer', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    rita.isAlive = false
    alice.advance(29 * SECOND_MS)
    assert.equal(alice.heartbeats.length, 0)
    alice.advance(5 * SECOND_MS)
    assert.deepEqual(
      alice.heartbeats.map(({ frame }) => frame.type),
      ['ping']
    )
    alice.advance(33 * SECOND_MS)
    assert.equal(alice.heartbeats.length, 2)
    const dials = dialsOf(alice, rita).length
    alice.advance(40 * SECOND_MS)
    assert.ok(dialsOf(alice, rita).length > dials)
  })

  it('stays connected for as long as it answers pings', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.advance(DAY_MS)
    assert.equal(dialsOf(alice, rita).length, 1)
    assert.ok(alice.heartbeats.length > 2_000)
  })

  it('gets a pong with the number of its ping', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.frame(rita, { type: 'ping', number: 4_294_967_295 })
    assert.deepEqual(alice.heartbeats, [
      { type: 'heartbeat', relay: rita.nodeKey, frame: { type: 'pong', number: 4_294_967_295 } }
    ])
  })

  it('is dialled no earlier than it said when it went away, but within five minutes whatever it said', () => {
    for (const [said, least, most] of [
      [90_000, 90_000, 90_500],
      [Number.MAX_SAFE_INTEGER, 300_000, 300_500]
    ] as const) {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      alice.online()
      alice.push(rita, { type: 'going-away', retryAfterMs: said })
      alice.cut(rita.nodeKey)
      alice.advance(10 * MINUTE_MS)
      const waited = dialsOf(alice, rita)[1] ?? 0
      assert.ok(waited >= least && waited <= most, String(waited))
    }
  })

  it('is asked for its info at once where it says that this is another, and is still asked for all else', () => {
    const rita = new TestRelay('rita')
    const rosa = new TestRelay('rosa')
    const alice = new TestPeer('alice', [rita, rosa])
    alice.online()
    rita.change({ capacity: 'no-new-mailboxes', closesAtMs: START_MS + HOUR_MS })
    alice.push(rita, { type: 'going-away', retryAfterMs: 0 })
    assert.equal(rita.all('info').length, 2)
    assert.deepEqual(
      alice.machine.account.relays.map(({ nodeKey }) => nodeKey),
      [rosa.nodeKey]
    )
    assert.ok(alice.isConnected(rita))
  })

  it('is heard with twelve new notices of its operator a day, however often it says others', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    const say = (number: number): void => {
      const id = number.toString(16).padStart(16, '0')
      const endsAtMs = START_MS + 30 * 24 * HOUR_MS
      rita.change({ notices: [{ id, language: '', text: 'Look here.', endsAtMs }] })
      alice.push(rita, { type: 'going-away', retryAfterMs: 0 })
    }
    const shown = (): number => alice.machine.relays()[0]?.notices.length ?? 0
    for (let number = 1; number <= 12; number++) {
      say(number)
      assert.equal(shown(), 1)
    }
    say(13)
    assert.equal(shown(), 0)
    say(13)
    assert.equal(shown(), 0)
    alice.advance(25 * HOUR_MS)
    say(14)
    assert.equal(shown(), 1)
  })

  it('that closes is kept where no other one can be reached, and is asked for no new mailbox', () => {
    const rita = new TestRelay('rita')
    const rosa = new TestRelay('rosa')
    rosa.isUp = false
    const alice = new TestPeer('alice', [rita, rosa])
    rita.change({ closesAtMs: START_MS + HOUR_MS })
    alice.online()
    alice.meet('bob')
    alice.advance(10 * MINUTE_MS)
    assert.equal(alice.machine.account.relays.length, 2)
    const registered = rita.all('register').flatMap(({ registrations }) => registrations)
    const kinds = registered.flatMap((wanted) => (wanted.type === 'mailbox' ? [wanted.kind] : []))
    assert.ok(!kinds.includes('contact'))
    rosa.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.deepEqual(
      alice.machine.account.relays.map(({ nodeKey }) => nodeKey),
      [rosa.nodeKey]
    )
  })

  it('is dialled again as soon after its fifth goodbye in a row as after the first', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    for (let goodbye = 1; goodbye <= 5; goodbye++) {
      alice.push(rita, { type: 'going-away', retryAfterMs: 1_000 })
      alice.cut(rita.nodeKey)
      alice.advance(1_000)
      assert.equal(dialsOf(alice, rita).length, goodbye + 1)
    }
  })

  it('is asked for its clock and limits again every six hours', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    rita.change({ timeMs: START_MS + HOUR_MS, capacity: 'busy' })
    alice.advance(6 * HOUR_MS)
    assert.equal(rita.all('info').length, 2)
    assert.equal(alice.machine.relays()[0]?.capacity, 'busy')
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), alice.nowMs + HOUR_MS)
    alice.advance(12 * HOUR_MS)
    assert.equal(rita.all('info').length, 4)
  })

  it('that turns out to be another store on the same connection is greeted anew', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    rita.wipe()
    alice.advance(6 * HOUR_MS + MINUTE_MS)
    assert.equal(dialsOf(alice, rita).length, 2)
    assert.equal(phaseOf(alice, rita), 'ready')
  })

  it('is known by at most six addresses, its first ones before those that others tell', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    for (const number of [1, 2, 3]) {
      const lies = [1, 2, 3].map((at) => `/dns4/lie-${String(number)}-${String(at)}.example`)
      const relays = [{ nodeKey: rita.nodeKey, addresses: lies }]
      alice.send(alice.knows(`mallory ${String(number)}`, [], { record: { relays } }))
    }
    const known = alice.machine.relays()[0]?.addresses ?? []
    assert.equal(known.length, 6)
    assert.ok(known.includes('/dns4/rita.example/tcp/443/wss'))
  })

  it('that connects without being dialled is hung up on', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rosa])
    rosa.isUp = false
    alice.online()
    alice.send(bob)
    const effects = alice.machine.handle({
      type: 'relay-connected',
      atMs: alice.nowMs,
      relay: rosa.nodeKey
    })
    assert.deepEqual(effects, [{ type: 'hang-up', relay: rosa.nodeKey }])
    assert.equal(phaseOf(alice, rosa), 'waiting')
  })
})

describe('requests to a relay', () => {
  function aliceAndBob(): { rita: TestRelay; alice: TestPeer; send: () => void } {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    return { rita, alice, send: () => alice.send(bob) }
  }

  it('count as lost when nothing comes for twenty seconds', () => {
    const { rita, alice, send } = aliceAndBob()
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    send()
    assert.ok(alice.machine.isBusy())
    alice.advance(19_999)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 1)
    alice.advance(1)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 0)
  })

  it('count as lost when the connection is', () => {
    const { rita, alice, send } = aliceAndBob()
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    send()
    alice.cut(rita.nodeKey)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 0)
    rita.script = () => undefined
    alice.advance(SECOND_MS)
    assert.equal(rita.envelopes.length, 1)
  })

  it('are numbered from 1 on each connection', () => {
    const { rita, alice, send } = aliceAndBob()
    send()
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    send()
    assert.deepEqual(
      rita.asked.map(({ number }) => number),
      [1, 2, 1, 2]
    )
  })

  it('take no answer that they did not ask for', () => {
    const { rita, alice, send } = aliceAndBob()
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    send()
    for (const number of [0, 1, 3, 999, 4_294_967_295]) {
      alice.frame(rita, {
        type: 'answer',
        number,
        answer: { type: 'deposited', outcome: 'stored' }
      })
    }
    assert.deepEqual(alice.takeNotices('message-state'), [])
    alice.frame(rita, {
      type: 'answer',
      number: 2,
      answer: { type: 'deposited', outcome: 'stored' }
    })
    assert.equal(alice.takeNotices('message-state').length, 1)
    alice.frame(rita, {
      type: 'answer',
      number: 2,
      answer: { type: 'deposited', outcome: 'stored' }
    })
    assert.deepEqual(alice.takeNotices('message-state'), [])
  })

  it('are 64 at a time, and the next ones follow as answers come', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    const people = Array.from({ length: 10 }, (_, index) =>
      alice.knows(`friend ${String(index)}`, [rita])
    )
    rita.script = ({ request }) => (request.type === 'deposit' ? 'silent' : undefined)
    for (const id of people) {
      for (let i = 0; i < 16; i++) {
        alice.send(id)
      }
    }
    alice.online()
    // One envelope finds the epoch for each, then the others follow.
    const answerAll = (): void => {
      const open = rita.asked.filter(({ request }) => request.type === 'deposit')
      for (const { number } of open) {
        alice.frame(rita, {
          type: 'answer',
          number,
          answer: { type: 'deposited', outcome: 'stored' }
        })
        assert.ok((alice.machine.relays()[0]?.inFlightCount ?? 0) <= 64)
      }
    }
    assert.equal(rita.count('deposit'), 10)
    answerAll()
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 64)
    for (let i = 0; i < 5; i++) {
      answerAll()
    }
    assert.equal(rita.count('deposit'), 160)
  })

  it('with a proof of work have so much more time as a slow device needs for it', () => {
    const rita = new TestRelay('rita')
    rita.change({ workBits: 20 })
    const alice = new TestPeer('alice', [rita])
    alice.online()
    rita.script = ({ request }) => (request.type === 'register' ? 'silent' : undefined)
    alice.invite('link')
    assert.equal(rita.all('register').length, 1)
    alice.advance(20_000 + 2 ** 20 / 20 - 1_000)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 1)
    alice.advance(2_000)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 0)
  })

  it('that need no work time out in time although one with work is under way', () => {
    const rita = new TestRelay('rita')
    rita.change({ workBits: 20 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rita])
    alice.online()
    rita.script = ({ request }) =>
      request.type === 'register' || request.type === 'deposit' ? 'silent' : undefined
    alice.invite('link')
    alice.send(bob)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 2)
    alice.advance(20_000)
    assert.equal(alice.machine.relays()[0]?.inFlightCount, 1)
  })
})

describe('network time', () => {
  function timeWith(offsets: readonly number[], ownCount = offsets.length): number {
    const relays = offsets.map((offsetMs, index) => {
      const relay = new TestRelay(`relay-${String(index)}`)
      relay.change({ timeMs: START_MS + offsetMs })
      return relay
    })
    const own = relays.slice(0, ownCount).map(({ address }) => address)
    const alice = new TestPeer('alice', relays, { own })
    const bob = alice.knows('bob', relays)
    alice.online()
    alice.send(bob)
    return alice.machine.networkTimeMs(alice.nowMs) - alice.nowMs
  }

  it('is our own clock where no relay was heard', () => {
    const alice = new TestPeer('alice', [new TestRelay('rita')])
    assert.equal(alice.machine.networkTimeMs(START_MS), START_MS)
    assert.equal(alice.machine.networkTimeMs(START_MS + 5), START_MS + 5)
  })

  it('is the one relay’s, or the middle one’s', () => {
    assert.equal(timeWith([5_000]), 5_000)
    assert.equal(timeWith([-9_000, 5_000, 70_000]), 5_000)
    assert.equal(timeWith([1, 2, 3, 4, 9_999_999]), 3)
  })

  it('is of an even number the one nearer zero, on either side', () => {
    assert.equal(timeWith([5_000, 70_000]), 5_000)
    assert.equal(timeWith([-5_000, -70_000]), -5_000)
    assert.equal(timeWith([-5_000, 70_000]), -5_000)
    assert.equal(timeWith([-70_000, 5_000]), 5_000)
    assert.equal(timeWith([-9_000_000, 3_000, 4_000, 9_000_000]), 3_000)
  })

  it('is not moved by relays that contacts brought, however many', () => {
    assert.equal(timeWith([3_000, 9e9, 9e9, 9e9, 9e9], 1), 3_000)
  })

  it('is moved by theirs where none of ours was heard', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    rita.isUp = false
    rosa.change({ timeMs: START_MS + 4_000 })
    const alice = new TestPeer('alice', [rita])
    const bob = alice.knows('bob', [rosa])
    alice.online()
    alice.send(bob)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), alice.nowMs + 4_000)
  })

  it('forgets what was heard more than a day ago', () => {
    const rita = new TestRelay('rita')
    rita.change({ timeMs: START_MS + 60_000 })
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.down(rita)
    alice.advance(DAY_MS)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), alice.nowMs + 60_000)
    alice.advance(1)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), alice.nowMs)
  })

  it('survives a restart', () => {
    const rita = new TestRelay('rita')
    rita.change({ timeMs: START_MS + 60_000 })
    const alice = new TestPeer('alice', [rita])
    alice.online()
    alice.restart(false)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), alice.nowMs + 60_000)
  })

  it('does not move when our own clock is set', () => {
    const rita = new TestRelay('rita')
    rita.change({ timeMs: START_MS + 60_000 })
    const alice = new TestPeer('alice', [rita])
    alice.online()
    const before = alice.machine.networkTimeMs(alice.nowMs)
    alice.setClock(START_MS - 400 * DAY_MS)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), before)
    alice.setClock(START_MS + 400 * DAY_MS)
    assert.equal(alice.machine.networkTimeMs(alice.nowMs), before)
  })

  it('is never before 1970 nor beyond what a link can say', () => {
    assert.equal(timeWith([-START_MS * 2]), -START_MS)
    assert.ok(timeWith([Number.MAX_SAFE_INTEGER - START_MS]) + START_MS < 2 ** 32 * 1_000)
  })
})
