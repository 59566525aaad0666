import assert from 'node:assert/strict'
import { sha256, WorkSearch } from '@sealpost/core'
import { concatBytes, mailboxIds, type MailboxRequest } from '@sealpost/protocol'
import {
  deposit,
  destroy,
  register,
  subscribe,
  testEnvelope,
  testLink,
  testMailbox
} from './cast.ts'
import { RelayWorld, RITA } from './relay-world.ts'

const bobs = testMailbox(1)
const HOUR_MS = 3_600_000

function registered(...outcomes: readonly string[]): unknown {
  return { type: 'registered', outcomes }
}

function registerLink(
  number: number,
  ownerHash = sha256(testLink(number).ownerToken)
): MailboxRequest {
  const { id, claimToken } = testLink(number)
  return {
    type: 'register',
    registrations: [{ type: 'link', linkId: id, claimHash: sha256(claimToken), ownerHash }],
    work: undefined
  }
}

describe('register', () => {
  it('makes mailboxes, and changes nothing when repeated', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    assert.deepEqual(world.ask(bob, register(bobs, testMailbox(2))), registered('done', 'done'))
    const before = JSON.stringify(world.rows.everything())
    assert.deepEqual(world.ask(world.connect(), register(bobs)), registered('done'))
    assert.equal(JSON.stringify(world.rows.everything()), before)
    assert.equal(world.machine.status().mailboxCount, 2)
  })

  it('keeps what the mailbox holds when repeated', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    world.ask(bob, register(bobs))
    world.ask(bob, subscribe([bobs]))
    assert.equal(bob.pushes()[0]?.type, 'deliver')
  })

  it('answers each of several on its own', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    const mixed: MailboxRequest = {
      type: 'register',
      registrations: [
        { ...bobs.registration, isQuiet: true },
        testMailbox(2).registration,
        bobs.registration
      ],
      work: undefined
    }
    assert.deepEqual(world.askPatiently(bob, mixed), registered('denied', 'done', 'done'))
  })

  it('sees its own mailboxes and links where one comes twice', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    const twice = register(bobs, bobs)
    assert.deepEqual(world.ask(bob, twice), registered('done', 'done'))
    const conflict: MailboxRequest = {
      type: 'register',
      registrations: [
        ...(registerLink(1) as Extract<MailboxRequest, { type: 'register' }>).registrations,
        ...(registerLink(1, new Uint8Array(32)) as Extract<MailboxRequest, { type: 'register' }>)
          .registrations
      ],
      work: undefined
    }
    assert.deepEqual(world.askPatiently(bob, conflict), registered('done', 'denied'))
    const status = world.machine.status()
    assert.deepEqual([status.mailboxCount, status.linkCount], [1, 1])
  })

  it('makes links, and denies other values', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    assert.deepEqual(world.ask(bob, registerLink(1)), registered('done'))
    assert.deepEqual(world.ask(bob, registerLink(1)), registered('done'))
    assert.deepEqual(
      world.askPatiently(bob, registerLink(1, new Uint8Array(32))),
      registered('denied')
    )
  })

  it('takes 64 at once and not one more', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    const many = Array.from({ length: 65 }, (_, number) => testMailbox(number))
    assert.deepEqual(world.ask(bob, register(...many)), { type: 'refused', reason: 'too-large' })
    const answer = world.ask(bob, register(...many.slice(1)))
    assert.deepEqual(answer, registered(...Array<string>(64).fill('done')))
  })

  it('begins anew after a destroy, with other values and nothing of what was there', () => {
    const world = new RelayWorld()
    const bob = world.connect()
    world.ask(bob, register(bobs))
    world.ask(bob, deposit(bobs, testEnvelope(1)))
    world.ask(bob, destroy(bobs))
    const again = testMailbox(1, 'group', true)
    assert.deepEqual(world.ask(bob, register(again)), registered('done'))
    const empty = { type: 'subscribed', outcomes: ['empty'] }
    assert.deepEqual(world.ask(bob, subscribe([again])), empty)
    assert.deepEqual(bob.pushes(), [])
  })
})

describe('work for register', () => {
  const request = register(bobs, testMailbox(2))

  function setUp(): { world: RelayWorld; challenge: Uint8Array } {
    const world = new RelayWorld({ workBits: 10 })
    const answer = world.ask(world.connect(), { type: 'info' })
    assert.ok(answer?.type === 'info')
    assert.equal(answer.info.workBits, 10)
    return { world, challenge: answer.info.challenge }
  }

  function withWork(challenge: Uint8Array, bits: number): MailboxRequest {
    const ids = [bobs.id, testMailbox(2).id].map((id) => mailboxIds.toBytes(id))
    const subject = sha256(concatBytes(...ids))
    const target = { relay: RITA, challenge, verb: 'register', subject } as const
    return { ...request, work: new WorkSearch(target, bits).advance(1_000_000) } as MailboxRequest
  }

  it('is asked of everyone, with what it must name', () => {
    const { world, challenge } = setUp()
    const needsWork = { type: 'refused', reason: 'needs-work', workBits: 10, challenge }
    assert.deepEqual(world.ask(world.connect(), request), needsWork)
    const other = { ...register(bobs), work: (withWork(challenge, 10) as { work: unknown }).work }
    assert.deepEqual(world.ask(world.connect(), other as MailboxRequest), needsWork)
    assert.deepEqual(
      world.ask(world.connect(), withWork(challenge, 10)),
      registered('done', 'done')
    )
  })

  it('must be as much as the relay asks when it comes', () => {
    const { world, challenge } = setUp()
    const work = withWork(challenge, 10)
    world.options = { ...world.options, workBits: 30 }
    world.give({ type: 'options', options: world.options })
    const answer = world.ask(world.connect(), work)
    assert.ok(answer?.type === 'refused' && answer.reason === 'needs-work')
    assert.equal(answer.workBits, 30)
  })

  it('outlives a restart of the relay', () => {
    const { world, challenge } = setUp()
    const work = withWork(challenge, 10)
    world.crash()
    assert.deepEqual(world.ask(world.connect(), work), registered('done', 'done'))
  })
})

describe('room for registrations', () => {
  it('is bounded for a range of addresses, and grows again within the hour', () => {
    const world = new RelayWorld({ registrationsPerHourPerRange: 10 })
    const mallory = world.connect('203.0.113.0/24')
    const many = Array.from({ length: 11 }, (_, number) => testMailbox(number))
    const outcomes = [...Array<string>(10).fill('done'), 'busy']
    assert.deepEqual(world.ask(mallory, register(...many)), registered(...outcomes))
    world.disconnect(mallory)
    const again = world.connect('203.0.113.0/24')
    const last = register(...many.slice(10))
    assert.deepEqual(world.ask(again, last), registered('busy'), 'a new connection')
    assert.deepEqual(
      world.ask(again, register(...many.slice(0, 10))),
      registered(...outcomes.slice(0, 10))
    )
    assert.deepEqual(world.ask(world.connect('198.51.100.0/24'), last), registered('done'))
    world.advance(HOUR_MS / 10)
    const later = world.connect('203.0.113.0/24')
    assert.deepEqual(world.ask(later, register(testMailbox(50))), registered('done'))
  })
})
