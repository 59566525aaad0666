import assert from 'node:assert/strict'
import { inviteHash, type KnownInvites } from '@sealpost/core'
import type { MailboxAnswer, MailboxRequest, RelayInvite } from '@sealpost/protocol'
import { register, subscribe, testMailbox } from './cast.ts'
import { RelayWorld, START_MS } from './relay-world.ts'

const DAY_MS = 86_400_000
const bobs = testMailbox(1)
const TOKEN = new Uint8Array(16).fill(7)
const REFUSED = { type: 'refused', reason: 'needs-invite' }
const DONE = { type: 'registered', outcomes: ['done'] }

function invited(usesMax: number, expiresAtMs = START_MS + DAY_MS): KnownInvites {
  return new Map([[inviteHash(TOKEN), { usesMax, expiresAtMs, claimants: new Set<string>() }]])
}

function by(claimant: number, token = TOKEN): RelayInvite {
  return { token, claimant: new Uint8Array(16).fill(claimant) }
}

/** A relay that takes people by invitation. */
function setUp(invites: KnownInvites = invited(1)): RelayWorld {
  const world = new RelayWorld({ registration: 'invite' })
  world.give({ type: 'invites', invites })
  return world
}

function begin(world: RelayWorld, number: number, invite?: RelayInvite): MailboxAnswer | undefined {
  const request: MailboxRequest = register(testMailbox(number))
  return world.ask(world.connect(), { ...request, invite } as MailboxRequest)
}

describe('a relay that takes people by invitation', () => {
  it('says so in its info, and makes nothing for who has no invite, or one that it does not know', () => {
    const world = setUp()
    const info = world.ask(world.connect(), { type: 'info' })
    assert.ok(info?.type === 'info' && info.info.needsInvite)
    assert.deepEqual(begin(world, 1), REFUSED)
    assert.deepEqual(begin(world, 1, by(1, new Uint8Array(16))), REFUSED)
    assert.equal(world.machine.status().mailboxCount, 0)
    assert.deepEqual(world.invitesUsed, [])
  })

  it('lets in as many as an invite is for, each as often as they come, and no one more', () => {
    const world = setUp(invited(2))
    assert.deepEqual(begin(world, 1, by(1)), DONE)
    assert.deepEqual(begin(world, 2, by(1)), DONE)
    assert.equal(world.invitesUsed.length, 1)
    assert.deepEqual(begin(world, 3, by(2)), DONE)
    assert.deepEqual(begin(world, 4, by(3)), REFUSED)
    assert.equal(world.invitesUsed.length, 2)
    const [first, second] = world.invitesUsed
    assert.equal(first?.inviteHash, inviteHash(TOKEN))
    assert.notEqual(first?.claimantHash, second?.claimantHash)
    assert.match(first?.claimantHash ?? '', /^[0-9a-f]{32}$/)
  })

  it('lets nobody in by an invite that is over', () => {
    const world = setUp()
    world.setClock(START_MS + DAY_MS)
    assert.deepEqual(begin(world, 1, by(1)), REFUSED)
  })

  it('asks nothing of who was let in on the same connection, or has a mailbox here', () => {
    const world = setUp()
    const bob = world.connect()
    world.ask(bob, { ...register(bobs), invite: by(1) } as MailboxRequest)
    assert.deepEqual(world.ask(bob, register(testMailbox(2))), DONE)
    const again = world.connect()
    // What is there already is no beginning.
    assert.deepEqual(world.ask(again, register(bobs)), DONE)
    assert.deepEqual(world.ask(again, register(testMailbox(3))), REFUSED)
    world.ask(again, subscribe([bobs]))
    assert.deepEqual(world.ask(again, register(testMailbox(3))), DONE)
  })

  it('goes by the options that hold, and by the invites that there are', () => {
    const world = setUp()
    world.give({ type: 'invites', invites: new Map() })
    assert.deepEqual(begin(world, 1, by(1)), REFUSED)
    world.give({ type: 'options', options: { ...world.options, registration: 'work' } })
    assert.deepEqual(begin(world, 1), DONE)
  })
})
