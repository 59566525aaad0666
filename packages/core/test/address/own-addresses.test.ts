import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  EPOCH_MS,
  type MailboxAnswer,
  type MailboxId,
  mailboxIds,
  type MailboxRequest,
  relayMultihash
} from '@sealpost/protocol'
import { OwnAddressRowSchema } from '@sealpost/protocol/home'
import { mailboxSecrets, registerSubject, SeedChain } from '../../src/address/seeds.ts'
import { bytesOf, identity, MINUTE_MS, SECOND_MS, START_MS } from '../peer/cast.ts'
import { answer, DAY_MS, ownRows, tell } from './address-scene.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { type Asked, TestRelay } from '../peer/test-relay.ts'

/** Alice, who has accepted bob: a contact with mailboxes at her relays. */
function withContact(relays: readonly TestRelay[]): { alice: TestPeer; bob: ContactId } {
  const alice = new TestPeer('alice', relays)
  alice.online()
  return { alice, bob: alice.meet('bob') }
}

/** The epochs of the contact's mailboxes that a relay has, as of now. */
function epochsAt(alice: TestPeer, relay: TestRelay): readonly number[] {
  const epochs = [...relay.mailboxes].flatMap((id) => {
    const mailbox = alice.machine.mailbox(relay.nodeKey, id)
    return mailbox === undefined ? [] : [mailbox.epoch]
  })
  return epochs.sort((a, b) => a - b)
}

function presentEpoch(alice: TestPeer, bob: ContactId): number {
  const record = alice.machine.ownAddress(bob)
  assert.ok(record !== undefined)
  return Math.floor((alice.nowMs + record.phaseMs) / EPOCH_MS)
}

function storedSeedEpoch(alice: TestPeer, bob: ContactId): number {
  const value = alice.rows.get({ table: 'own-address', key: bob })
  assert.ok(value !== undefined)
  return fromBinary(OwnAddressRowSchema, value).seedEpoch
}

/** The epochs that the row of the contact's address names, at its only relay. */
function notedEpochs(alice: TestPeer, bob: ContactId): readonly number[] {
  const [served, ...others] = ownRows(alice, bob).present.relays
  assert.ok(served !== undefined && others.length === 0)
  return served.epochs
}

function mailboxRequests(relay: TestRelay, type: 'register' | 'subscribe' | 'destroy'): number {
  return relay.all(type).length
}

describe('mailboxes for a contact', () => {
  it('are registered from the epoch before the present to two ahead, then subscribed to', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    assert.deepEqual(epochsAt(alice, rita), [epoch - 1, epoch, epoch + 1, epoch + 2])
    const last = rita.all('subscribe').at(-1)
    assert.equal(last?.subscriptions.length, 4)
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  for (const outcome of ['done', 'empty'] as const) {
    it(`that a relay says are ${outcome} hold nothing more, and are destroyed once they are old`, () => {
      const rita = new TestRelay('rita')
      rita.saysEmpty = outcome === 'empty'
      const { alice } = withContact([rita])
      alice.takeNotices('drained')
      alice.restart()
      assert.ok(alice.machine.isDrained(rita.nodeKey))
      assert.notDeepEqual(alice.takeNotices('drained'), [])
      alice.advance(3 * EPOCH_MS)
      assert.ok(mailboxRequests(rita, 'destroy') > 0)
      assert.ok(alice.machine.isDrained(rita.nodeKey))
    })
  }

  it('are registered under hashes of the tokens that both sides derive', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const record = alice.machine.ownAddress(bob)
    assert.ok(record !== undefined)
    const chain = new SeedChain(record.seed, record.seedEpoch)
    const expected = [0, 1, 2, 3].map((step) => {
      const seed = chain.at(record.seedEpoch + step)
      assert.ok(seed !== undefined)
      return mailboxSecrets(seed, rita.nodeKey).mailboxId
    })
    for (const id of expected) {
      assert.ok(rita.mailboxes.has(id))
    }
  })

  it('are at every one of our relays, each with ids of its own', () => {
    const relays = ['rita', 'rosa', 'ruth'].map((name) => new TestRelay(name))
    const { alice } = withContact(relays)
    for (const relay of relays) {
      assert.equal(epochsAt(alice, relay).length, 4)
    }
    const ids = relays.flatMap(({ mailboxes }) => [...mailboxes])
    assert.equal(new Set(ids).size, ids.length)
  })

  it('let an answer be composed once one relay has them, not before', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    rita.script = ({ request }) => (request.type === 'register' ? 'silent' : undefined)
    rosa.isUp = false
    const { alice, bob } = withContact([rita, rosa])
    assert.deepEqual(alice.take('compose-answer'), [])
    rosa.isUp = true
    alice.advance(5 * SECOND_MS)
    assert.deepEqual(alice.take('compose-answer'), [
      { type: 'compose-answer', contactId: bob, answer: 'accept' }
    ])
  })

  it('are subscribed to at a restart, and registered again where the relay was wiped', () => {
    const rita = new TestRelay('rita')
    const { alice } = withContact([rita])
    const before = epochsAt(alice, rita)
    const registered = mailboxRequests(rita, 'register')
    alice.restart()
    assert.equal(mailboxRequests(rita, 'register'), registered)
    assert.deepEqual(epochsAt(alice, rita), before)
    rita.wipe()
    alice.restart()
    assert.ok(mailboxRequests(rita, 'register') > registered)
    assert.deepEqual(epochsAt(alice, rita), before)
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  it('are subscribed to again when the connection comes back', () => {
    const rita = new TestRelay('rita')
    const { alice } = withContact([rita])
    const before = mailboxRequests(rita, 'subscribe')
    alice.cut(rita.nodeKey)
    alice.advance(2 * SECOND_MS)
    assert.equal(rita.all('subscribe').slice(before)[0]?.subscriptions.length, 4)
  })

  it('are told of with the seed of the epoch before the present, which opens nothing older', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    assert.equal(alice.machine.ownAddress(bob)?.seedEpoch, epoch - 1)
    alice.advance(3 * EPOCH_MS)
    assert.equal(alice.machine.ownAddress(bob)?.seedEpoch, epoch + 2)
  })

  it('give out a seed that is not wiped under whoever holds it', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const seed = alice.machine.ownAddress(bob)?.seed
    alice.advance(5 * EPOCH_MS)
    assert.ok(seed?.some((byte) => byte !== 0))
  })
})

describe('when the epoch turns', () => {
  it('the one two ahead is registered, and the one two back is drained once more and destroyed', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    assert.equal(mailboxRequests(rita, 'destroy'), 0)
    alice.advance(EPOCH_MS)
    assert.equal(presentEpoch(alice, bob), epoch + 1)
    assert.deepEqual(epochsAt(alice, rita), [epoch, epoch + 1, epoch + 2, epoch + 3])
    assert.equal(mailboxRequests(rita, 'destroy'), 1)
  })

  it('the seeds of destroyed mailboxes are erased', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    assert.equal(storedSeedEpoch(alice, bob), epoch - 1)
    alice.advance(4 * EPOCH_MS)
    assert.equal(storedSeedEpoch(alice, bob), epoch + 3)
  })

  it('nothing is destroyed before the relay has delivered all it held', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    const silence: MailboxId[] = []
    rita.script = ({ request }): MailboxAnswer | 'silent' | undefined => {
      if (request.type === 'subscribe') {
        silence.push(...request.subscriptions.map(({ mailboxId }) => mailboxId))
        return { type: 'registered', outcomes: [] }
      }
      return undefined
    }
    alice.advance(EPOCH_MS)
    assert.equal(mailboxRequests(rita, 'destroy'), 0)
    assert.ok(epochsAt(alice, rita).includes(epoch - 1))
    rita.script = () => undefined
    alice.advance(2 * MINUTE_MS)
    assert.equal(mailboxRequests(rita, 'destroy'), 1)
  })

  it('seeds stay for as long as one relay has not destroyed its mailbox', () => {
    const [rita, rosa] = [new TestRelay('rita'), new TestRelay('rosa')]
    const { alice, bob } = withContact([rita, rosa])
    const epoch = presentEpoch(alice, bob)
    alice.down(rosa)
    alice.advance(3 * EPOCH_MS)
    assert.deepEqual(epochsAt(alice, rita)[0], epoch + 2)
    assert.equal(storedSeedEpoch(alice, bob), epoch - 1)
    rosa.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(storedSeedEpoch(alice, bob), epoch + 2)
    assert.deepEqual(epochsAt(alice, rosa), [epoch + 2, epoch + 3, epoch + 4, epoch + 5])
  })

  it('a destroy that is refused is tried again', () => {
    const rita = new TestRelay('rita')
    const { alice } = withContact([rita])
    let refused = 0
    rita.script = ({ request }) =>
      request.type === 'destroy' && refused++ < 2
        ? { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }
        : undefined
    alice.advance(EPOCH_MS)
    alice.advance(5 * MINUTE_MS)
    assert.equal(mailboxRequests(rita, 'destroy'), 3)
  })

  it('whoever was away for a year serves the present epochs, and does not register those in between', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const registered = mailboxRequests(rita, 'register')
    alice.nowMs += 52 * EPOCH_MS
    alice.restart()
    alice.advance(2 * MINUTE_MS)
    const epoch = presentEpoch(alice, bob)
    assert.deepEqual(epochsAt(alice, rita).slice(-4), [epoch - 1, epoch, epoch + 1, epoch + 2])
    assert.equal(mailboxRequests(rita, 'register'), registered + 1)
    assert.equal(rita.all('register').at(-1)?.registrations.length, 4)
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  it('whoever was away for three weeks fetches from, then destroys, what was registered before', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    alice.nowMs += 4 * EPOCH_MS
    alice.restart()
    assert.deepEqual(epochsAt(alice, rita), [epoch + 3, epoch + 4, epoch + 5, epoch + 6])
    assert.equal(mailboxRequests(rita, 'destroy'), 4)
    assert.equal(storedSeedEpoch(alice, bob), epoch + 3)
  })
})

describe('a relay that will not', () => {
  function refusing(
    answers: (asked: Asked, count: number) => MailboxAnswer | undefined,
    type: MailboxRequest['type']
  ): TestRelay {
    const rita = new TestRelay('rita')
    let count = 0
    rita.script = (asked) => (asked.request.type === type ? answers(asked, count++) : undefined)
    return rita
  }

  it('is asked to register what it was too busy for again, after a minute', () => {
    const rita = refusing(({ request }, count) => {
      if (request.type !== 'register' || count !== 1) {
        return undefined
      }
      const outcomes = request.registrations.map((registration, index) => {
        if (index % 2 === 0 || registration.type !== 'mailbox') {
          return 'busy'
        }
        rita.mailboxes.add(registration.mailboxId)
        return 'done'
      })
      return { type: 'registered', outcomes }
    }, 'register')
    const { alice } = withContact([rita])
    assert.equal(epochsAt(alice, rita).length, 2)
    alice.advance(59 * SECOND_MS)
    assert.equal(epochsAt(alice, rita).length, 2)
    alice.advance(SECOND_MS)
    assert.equal(epochsAt(alice, rita).length, 4)
    assert.equal(rita.all('register').at(-1)?.registrations.length, 2)
  })

  it('is asked to subscribe again when it is busy', () => {
    let isBusy = true
    const rita = refusing(
      ({ request }) =>
        request.type === 'subscribe' && isBusy
          ? { type: 'subscribed', outcomes: request.subscriptions.map(() => 'busy') }
          : undefined,
      'subscribe'
    )
    const { alice } = withContact([rita])
    assert.deepEqual(alice.take('compose-answer'), [])
    isBusy = false
    alice.advance(2 * MINUTE_MS)
    assert.ok(alice.take('compose-answer').length > 0)
  })

  it('waits as long as it asks for', () => {
    const rita = refusing(
      (_, count) =>
        count === 1 ? { type: 'refused', reason: 'slow-down', retryAfterMs: 200_000 } : undefined,
      'register'
    )
    const { alice } = withContact([rita])
    const before = mailboxRequests(rita, 'register')
    alice.advance(199_000)
    assert.equal(mailboxRequests(rita, 'register'), before)
    alice.advance(2_000)
    assert.equal(mailboxRequests(rita, 'register'), before + 1)
  })

  it('gets the work it asks for, on the ids in order', () => {
    const rita = new TestRelay('rita')
    rita.change({ workBits: 9 })
    const alice = new TestPeer('alice', [rita])
    const orders: unknown[] = []
    alice.online()
    const original = alice.machine.handle.bind(alice.machine)
    alice.machine.handle = (input) => {
      const effects = original(input)
      for (const effect of effects) {
        if (effect.type === 'request' && effect.request.type === 'register') {
          orders.push({ work: effect.work, ids: effect.request.registrations })
        }
      }
      return effects
    }
    alice.meet('bob')
    const last = orders.at(-1) as {
      readonly work: unknown
      readonly ids: readonly { readonly mailboxId: MailboxId }[]
    }
    const ids = last.ids.map(({ mailboxId }) => mailboxIds.toBytes(mailboxId))
    assert.equal(ids.length, 4)
    assert.deepEqual(last.work, {
      target: {
        relay: relayMultihash(rita.nodeKey),
        challenge: rita.info.challenge,
        verb: 'register',
        subject: registerSubject(ids)
      },
      bits: 9
    })
  })

  it('gets work for its new challenge at once, but not over and over', () => {
    const challenges = [1, 2, 3].map((number) => bytesOf(`new challenge ${String(number)}`, 16))
    const rita = refusing(
      (_, count) =>
        count >= 1
          ? {
              type: 'refused',
              reason: 'needs-work',
              workBits: 3,
              challenge: challenges[Math.min(count - 1, 2)] ?? bytesOf('', 16)
            }
          : undefined,
      'register'
    )
    const { alice } = withContact([rita])
    assert.equal(mailboxRequests(rita, 'register'), 2)
    alice.advance(1_000)
    assert.equal(mailboxRequests(rita, 'register'), 3)
    assert.equal(rita.asked.filter(({ request }) => request.type === 'register').at(-1)?.bits, 3)
    alice.advance(50_000)
    assert.equal(mailboxRequests(rita, 'register'), 3)
    alice.advance(20_000)
    assert.equal(mailboxRequests(rita, 'register'), 4)
  })

  it('is not given work that nobody can do', () => {
    const rita = new TestRelay('rita')
    rita.change({ workBits: 25 })
    const { alice } = withContact([rita])
    assert.equal(mailboxRequests(rita, 'register'), 0)
    rita.change({ workBits: 24 })
    alice.cut(rita.nodeKey)
    alice.advance(2_000)
    assert.ok(mailboxRequests(rita, 'register') > 0)
  })

  it('is asked again where it denies a first registration', () => {
    const rita = refusing(
      (_, count) =>
        count === 1
          ? { type: 'registered', outcomes: ['denied', 'denied', 'denied', 'denied'] }
          : undefined,
      'register'
    )
    const { alice } = withContact([rita])
    alice.advance(2 * MINUTE_MS)
    assert.equal(epochsAt(alice, rita).length, 4)
  })

  it('registers a thousand mailboxes one request after another, 64 in each', () => {
    const rita = new TestRelay('rita')
    const alice = new TestPeer('alice', [rita])
    alice.online()
    rita.script = ({ request }) => (request.type === 'register' ? 'silent' : undefined)
    for (let number = 0; number < 40; number++) {
      alice.meet(`contact ${String(number)}`)
    }
    const before = mailboxRequests(rita, 'register')
    rita.script = () => undefined
    alice.cut(rita.nodeKey)
    alice.advance(2_000)
    const sizes = rita
      .all('register')
      .slice(before)
      .map(({ registrations }) => registrations.length)
    assert.deepEqual(
      sizes.filter((size) => size > 2),
      [64, 64, 32]
    )
    for (let number = 0; number < 40; number++) {
      const id = alice.contactOf(identity(`contact ${String(number)}`))
      assert.ok(alice.machine.ownAddress(id) !== undefined)
    }
    assert.equal(rita.mailboxes.size, 160)
  })
})

describe('a clock that is wrong', () => {
  it('moves the epochs with network time, not with our own', () => {
    const rita = new TestRelay('rita')
    rita.change({ timeMs: START_MS + 2 * EPOCH_MS })
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    assert.deepEqual(epochsAt(alice, rita), [epoch + 1, epoch + 2, epoch + 3, epoch + 4])
  })

  it('of the relays destroys nothing and erases no seed', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const epoch = presentEpoch(alice, bob)
    rita.change({ timeMs: START_MS + 52 * EPOCH_MS })
    alice.cut(rita.nodeKey)
    alice.advance(MINUTE_MS)
    assert.equal(mailboxRequests(rita, 'destroy'), 0)
    assert.equal(storedSeedEpoch(alice, bob), epoch - 1)
    rita.change({ timeMs: START_MS })
    alice.cut(rita.nodeKey)
    alice.advance(EPOCH_MS)
    for (const at of [epoch, epoch + 1, epoch + 2, epoch + 3]) {
      assert.ok(epochsAt(alice, rita).includes(at))
    }
  })

  it('of our own destroys nothing that the relays say is present', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    const before = epochsAt(alice, rita)
    alice.setClock(alice.nowMs + 52 * EPOCH_MS)
    rita.change({ timeMs: START_MS - 52 * EPOCH_MS })
    alice.advance(MINUTE_MS)
    assert.deepEqual(epochsAt(alice, rita), before)
    assert.equal(mailboxRequests(rita, 'destroy'), 0)
    assert.ok(alice.machine.ownAddress(bob) !== undefined)
  })

  it('that was ahead when an address was made leads to another seed, and both are served', () => {
    const rita = new TestRelay('rita')
    rita.change({ timeMs: START_MS + 52 * EPOCH_MS })
    const { alice, bob } = withContact([rita])
    answer(alice, bob)
    const ahead = epochsAt(alice, rita)
    rita.change({ timeMs: START_MS })
    alice.restart()
    const epoch = presentEpoch(alice, bob)
    const present = [epoch - 1, epoch, epoch + 1, epoch + 2]
    assert.deepEqual(epochsAt(alice, rita), [...present, ...ahead])
    assert.ok(alice.machine.isDrained(rita.nodeKey))
    assert.equal(alice.machine.ownAddress(bob)?.seedEpoch, epoch - 1)
    assert.deepEqual(tell(alice), [2])
  })

  for (const [when, meanwhile] of [
    [
      'the epoch turned',
      (alice: TestPeer): void => {
        alice.advance(EPOCH_MS)
      }
    ],
    [
      'nothing was heard for two days',
      (alice: TestPeer, rita: TestRelay): void => {
        alice.down(rita)
        alice.advance(2 * DAY_MS)
      }
    ],
    [
      'the clock was right again for two days',
      (alice: TestPeer, rita: TestRelay): void => {
        rita.change({ timeMs: START_MS })
        alice.cut(rita.nodeKey)
        alice.advance(2 * DAY_MS)
      }
    ]
  ] as const) {
    it(`leaves no mailbox without its owner where ${when} before a restart`, () => {
      const rita = new TestRelay('rita')
      const { alice, bob } = withContact([rita])
      rita.change({ timeMs: START_MS + 400 * DAY_MS })
      alice.cut(rita.nodeKey)
      alice.advance(MINUTE_MS)
      meanwhile(alice, rita)
      const known = [...rita.mailboxes].filter((id) => alice.machine.mailbox(rita.nodeKey, id))
      const before = mailboxRequests(rita, 'subscribe')
      rita.isUp = true
      rita.change({ timeMs: START_MS })
      alice.restart()
      alice.cut(rita.nodeKey)
      alice.advance(MINUTE_MS)
      const left = known.filter((id) => rita.mailboxes.has(id))
      assert.ok(left.length > 30, String(left.length))
      const subscribed = new Set(
        rita
          .all('subscribe')
          .slice(before)
          .flatMap(({ subscriptions }) => subscriptions.map(({ mailboxId }) => mailboxId))
      )
      assert.deepEqual(
        left.filter((id) => !subscribed.has(id)),
        []
      )
      alice.give({ type: 'block', contactId: bob })
      alice.advance(MINUTE_MS)
      assert.ok(known.every((id) => !rita.mailboxes.has(id)))
    })
  }

  it('is in the row of an address before a relay is asked for mailboxes that follow from it', () => {
    const rita = new TestRelay('rita')
    const { alice, bob } = withContact([rita])
    let asked = 0
    rita.script = ({ request }) => {
      if (request.type === 'register') {
        const noted = notedEpochs(alice, bob)
        for (const registration of request.registrations) {
          assert.ok(registration.type === 'mailbox')
          const mailbox = alice.machine.mailbox(rita.nodeKey, registration.mailboxId)
          assert.ok(mailbox !== undefined && noted.includes(mailbox.epoch))
          asked += 1
        }
      }
      return undefined
    }
    rita.change({ timeMs: START_MS + 400 * DAY_MS })
    alice.cut(rita.nodeKey)
    alice.advance(EPOCH_MS)
    assert.ok(asked > 4)
  })

  it('far in the future makes no more mailboxes than any other', () => {
    const rita = new TestRelay('rita')
    const { alice } = withContact([rita])
    rita.change({ timeMs: Number.MAX_SAFE_INTEGER })
    alice.cut(rita.nodeKey)
    alice.advance(MINUTE_MS)
    alice.restart()
    alice.advance(MINUTE_MS)
    assert.ok(rita.mailboxes.size < 40, String(rita.mailboxes.size))
  })
})
