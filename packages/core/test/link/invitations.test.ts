import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { isWorkDone, WorkSearch } from '@sealpost/core'
import type { MailboxAnswer } from '@sealpost/protocol'
import { type InvitationRow, InvitationRowSchema, InvitationState } from '@sealpost/protocol/home'
import { linkSecrets, mailboxSecrets } from '../../src/address/seeds.ts'
import {
  bytesOf,
  DAY_MS,
  deviceList,
  FIRST,
  HOUR_MS,
  identity,
  MINUTE_MS,
  SECOND_MS,
  START_MS
} from '../peer/cast.ts'
import { messagesOf } from '../peer/stored-messages.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { type Asked, TestRelay } from '../peer/test-relay.ts'

function scene(relayCount = 1): {
  readonly alice: TestPeer
  readonly relays: readonly TestRelay[]
  readonly rita: TestRelay
} {
  const relays = ['rita', 'rosa', 'ruth'].slice(0, relayCount).map((name) => new TestRelay(name))
  const alice = new TestPeer('alice', relays)
  alice.online()
  const [rita] = relays
  assert.ok(rita !== undefined)
  return { alice, relays, rita }
}

function row(alice: TestPeer, id = 'link'): InvitationRow | undefined {
  const value = alice.rows.get({ table: 'invitation', key: id })
  return value === undefined ? undefined : fromBinary(InvitationRowSchema, value)
}

function claimables(relay: TestRelay, id = 'link'): number | undefined {
  const { linkId } = linkSecrets(bytesOf(`link secret ${id}`, 32), relay.nodeKey)
  return relay.claimables.get(linkId)?.length
}

function boxOf(relay: TestRelay, id = 'link'): ReturnType<typeof mailboxSecrets>['mailboxId'] {
  return mailboxSecrets(bytesOf(`box seed ${id}`, 32), relay.nodeKey).mailboxId
}

function standing(alice: TestPeer, name: string): string | undefined {
  return alice.machine.contactOf(identity(name))?.standing
}

/** Answers so to the first `count` requests of a kind. */
function failing(
  relay: TestRelay,
  type: Asked['request']['type'],
  answer: MailboxAnswer,
  count = 1
): void {
  let left = count
  relay.script = ({ request }) => (request.type === type && left-- > 0 ? answer : undefined)
}

describe('a link that is made', () => {
  it('is new until one relay holds its claimable, then published', () => {
    const { alice, relays } = scene(2)
    for (const relay of relays) {
      alice.down(relay)
    }
    alice.invite('link')
    assert.equal(row(alice)?.state, InvitationState.NEW)
    assert.ok(!alice.machine.isPublished('link'))
    const [rita, rosa] = relays as [TestRelay, TestRelay]
    rosa.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.ok(alice.machine.isPublished('link'))
    assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
    assert.deepEqual([claimables(rita), claimables(rosa)], [undefined, 1])
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(claimables(rita), 1)
  })

  it('has a quiet request box beside it, which is subscribed to', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    const [register] = rita.all('register')
    assert.deepEqual(
      register?.registrations.map((registration) =>
        registration.type === 'mailbox' ? [registration.kind, registration.isQuiet] : ['link', true]
      ),
      [
        ['link', true],
        ['request', true]
      ]
    )
    const box = boxOf(rita)
    assert.ok(
      rita.all('subscribe').some(({ subscriptions }) => subscriptions[0]?.mailboxId === box)
    )
    assert.equal(alice.machine.requestBox(rita.nodeKey, box)?.invitationId, 'link')
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  it('is subscribed to, and not published again, on a new connection and after a restart', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    alice.restart()
    assert.equal(rita.count('register'), 1)
    assert.equal(rita.count('put-claimables'), 1)
    assert.equal(rita.count('subscribe'), 3)
  })

  it('is published again where a relay lost it', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    rita.wipe()
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    assert.equal(claimables(rita), 1)
    assert.ok(rita.mailboxes.has(boxOf(rita)))
    assert.equal(row(alice)?.relays[0]?.storeId, rita.info.storeId)
  })

  it('is published again where only its box is gone', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    rita.mailboxes.clear()
    alice.cut(rita.nodeKey)
    alice.advance(2 * MINUTE_MS)
    assert.ok(rita.mailboxes.has(boxOf(rita)))
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  for (const [type, answer] of [
    ['register', { type: 'refused', reason: 'busy', retryAfterMs: 1_000 }],
    ['register', { type: 'registered', outcomes: ['done', 'busy'] }],
    ['put-claimables', { type: 'refused', reason: 'internal' }],
    ['subscribe', { type: 'subscribed', outcomes: ['busy'] }]
  ] as const) {
    it(`is tried again a minute after ${type} was answered ${JSON.stringify(answer)}`, () => {
      const { alice, rita } = scene()
      failing(rita, type, answer)
      alice.invite('link')
      const before = rita.count(type)
      alice.advance(59 * SECOND_MS)
      assert.equal(rita.count(type), before)
      alice.advance(SECOND_MS)
      assert.ok(rita.count(type) > before)
      assert.equal(claimables(rita), 1)
      assert.ok(alice.machine.isDrained(rita.nodeKey))
    })
  }

  it('gets work for a challenge that has changed at once, but not over and over', () => {
    const { alice, rita } = scene()
    const challenge = bytesOf('new challenge', 16)
    const refusal = { type: 'refused', reason: 'needs-work', workBits: 5, challenge } as const
    failing(rita, 'register', refusal, 2)
    alice.invite('link')
    alice.advance(SECOND_MS)
    assert.equal(rita.count('register'), 2)
    alice.advance(MINUTE_MS)
    assert.equal(rita.count('register'), 3)
    assert.equal(rita.asked.filter(({ request }) => request.type === 'register').at(-1)?.bits, 5)
    assert.ok(alice.machine.isPublished('link'))
  })

  it('asks for work on its two ids, in their order', () => {
    const { alice, rita } = scene()
    rita.change({ workBits: 4 })
    alice.restart()
    const effects = alice.machine.handle({
      type: 'invite',
      atMs: alice.nowMs,
      invitation: new TestPeer('somebody', [rita]).invite('link')
    })
    const request = effects.find((effect) => effect.type === 'request')
    assert.ok(request?.type === 'request' && request.work !== undefined)
    const { target, bits } = request.work
    assert.equal(bits, 4)
    assert.equal(target.verb, 'register')
    const work = new WorkSearch(target, bits).advance(1_000)
    assert.ok(work !== undefined && isWorkDone(target, work, bits))
  })

  it('of many is repaired one by one: a new one asks nothing for those there are', () => {
    const { alice, rita } = scene()
    alice.invite('first')
    const before = rita.count('subscribe')
    alice.invite('second')
    assert.equal(rita.count('subscribe'), before + 1)
  })
})

describe('the first request through a link', () => {
  it('is accepted, uses the link, and withdraws its claimables at once', () => {
    const { alice, relays } = scene(2)
    alice.invite('link')
    alice.request('link', 'bob')
    assert.equal(standing(alice, 'bob'), 'accepted')
    assert.equal(row(alice)?.state, InvitationState.USED)
    assert.equal(row(alice)?.usedBy, identity('bob'))
    for (const relay of relays) {
      assert.equal(claimables(relay), 0)
    }
    assert.ok(row(alice)?.relays.every(({ isWithdrawn }) => isWithdrawn))
  })

  it('is answered once the contact has mailboxes, and asked for until it is', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.request('link', 'bob')
    const bob = alice.contactOf(identity('bob'))
    assert.deepEqual(alice.take('compose-answer'), [
      { type: 'compose-answer', contactId: bob, answer: 'accept' }
    ])
    assert.ok(alice.machine.isBusy())
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    assert.ok(alice.machine.isBusy())
    alice.advance(30 * SECOND_MS)
    assert.equal(alice.take('compose-answer').length, 1)
    assert.ok(!alice.machine.isBusy())
    alice.restart()
    accept(alice)
    alice.advance(5 * MINUTE_MS)
    assert.deepEqual(alice.take('compose-answer'), [])
    assert.equal(alice.machine.contact(bob)?.owesAnswer, false)
    assert.equal(
      rita.envelopes.filter(({ deposit }) => deposit.ciphertext.bytes[0] === 1).length,
      1
    )
  })

  it('may bring a text, which is shown', () => {
    const { alice } = scene()
    alice.invite('link')
    alice.request('link', 'bob', { text: 'it is me' })
    assert.deepEqual(
      messagesOf(alice.rows, alice.contactOf(identity('bob'))).map(({ text }) => text),
      ['it is me']
    )
  })

  it('gives a name that nobody here has', () => {
    const { alice } = scene()
    for (const id of ['one', 'two', 'three']) {
      alice.invite(id)
    }
    alice.request('one', 'bob')
    alice.give({ type: 'rename', contactId: alice.contactOf(identity('bob')), name: 'carol' })
    alice.request('two', 'carol')
    assert.equal(alice.machine.contactOf(identity('carol'))?.name, 'carol 2')
    assert.equal(alice.machine.contactOf(identity('carol'))?.profileName, 'carol')
  })

  it('again from the same guest is a repeat: a receipt is owed, and nothing else happens', () => {
    const { alice } = scene()
    const bob = alice.meet('bob')
    accept(alice)
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    const before = alice.rows.count('contact')
    alice.request('link for bob', 'bob')
    alice.advance(SECOND_MS)
    assert.equal(alice.rows.count('contact'), before)
    assert.deepEqual(alice.take('compose-answer'), [])
    assert.equal(alice.composeReceipts(), 1)
    assert.equal(alice.machine.contact(bob)?.nextNumber, 2)
  })

  it('whose devices do not fit together is no request, and leaves the link open', () => {
    const malformed = { body: Uint8Array.of(255, 255, 255), signature: new Uint8Array(64) }
    for (const changes of [
      { deviceList: malformed },
      { deviceList: deviceList(1, 2, 3) },
      { deviceList: deviceList(1) }
    ]) {
      const { alice, rita } = scene()
      alice.invite('link')
      alice.request('link', 'mallory', changes)
      assert.equal(standing(alice, 'mallory'), undefined)
      assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
      alice.advance(SECOND_MS)
      assert.equal(rita.count('ack'), 1)
      alice.request('link', 'bob')
      assert.equal(standing(alice, 'bob'), 'accepted')
    }
  })

  it('at a link that no relay has published yet is accepted all the same', () => {
    const { alice, rita } = scene()
    alice.down(rita)
    alice.invite('link')
    alice.request('link', 'bob')
    assert.equal(standing(alice, 'bob'), 'accepted')
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(claimables(rita) ?? 0, 0)
  })
})

/** Composes the accept that is wanted. */
function accept(alice: TestPeer): void {
  const { machine } = alice
  for (const { contactId } of alice.take('compose-answer')) {
    const address = machine.ownAddress(contactId)
    const contact = machine.contact(contactId)
    assert.ok(address !== undefined && contact !== undefined)
    const { name, deviceList: list } = machine.account
    alice.submit(contactId, {
      number: contact.nextNumber,
      messageId: 'ab'.repeat(16) as never,
      sentAtMs: alice.nowMs,
      progress: machine.progress(contactId).words,
      body: { type: 'accept', profile: { name }, address, deviceList: list }
    })
  }
}

describe('a second guest', () => {
  it('is told that the link was used, and is not shown', () => {
    const { alice } = scene()
    alice.meet('bob')
    alice.take('compose-answer')
    alice.request('link for bob', 'mallory')
    assert.equal(standing(alice, 'mallory'), 'refused')
    const mallory = alice.contactOf(identity('mallory'))
    assert.deepEqual(alice.take('compose-answer'), [
      { type: 'compose-answer', contactId: mallory, answer: 'link-used' }
    ])
    assert.equal(messagesOf(alice.rows, mallory).length, 0)
  })

  it('is told although the client crashed before it was composed', () => {
    const { alice } = scene()
    alice.meet('bob')
    alice.request('link for bob', 'mallory')
    alice.restart()
    assert.ok(alice.take('compose-answer').some(({ answer }) => answer === 'link-used'))
  })

  it('is forgotten after a week, with all that was on its way', () => {
    const { alice } = scene()
    alice.meet('bob')
    alice.request('link for bob', 'mallory')
    const mallory = alice.contactOf(identity('mallory'))
    alice.submit(mallory, { ...contentOf(1), body: { type: 'link-used' } })
    assert.equal(alice.rows.count('outbox'), 1)
    alice.advance(7 * DAY_MS - 1)
    assert.equal(standing(alice, 'mallory'), 'refused')
    alice.advance(HOUR_MS)
    assert.equal(standing(alice, 'mallory'), undefined)
    for (const table of ['outbox', 'receipt'] as const) {
      assert.equal(alice.rows.count(table), 0)
    }
    for (const table of ['contact', 'their-address', 'progress'] as const) {
      assert.ok(
        alice.rows.all(table).every(({ key }) => !key.startsWith(mallory)),
        table
      )
    }
  })

  it('is forgotten after a week also where the client was away', () => {
    const { alice } = scene()
    alice.meet('bob')
    alice.request('link for bob', 'mallory')
    alice.nowMs += 8 * DAY_MS
    alice.restart()
    assert.equal(standing(alice, 'mallory'), undefined)
  })

  it('who comes again with a link of their own is accepted for good', () => {
    const { alice } = scene()
    alice.meet('bob')
    alice.request('link for bob', 'carol')
    assert.equal(standing(alice, 'carol'), 'refused')
    alice.invite('another')
    alice.request('another', 'carol')
    const carol = alice.machine.contactOf(identity('carol'))
    assert.equal(carol?.standing, 'accepted')
    assert.equal(carol.name, 'carol')
    assert.equal(carol.nextNumber, 1)
    alice.advance(30 * DAY_MS)
    assert.equal(standing(alice, 'carol'), 'accepted')
    assert.equal(alice.rows.all('contact').length, 2)
  })

  it('is one of at most 32 that are told', () => {
    const { alice } = scene()
    alice.meet('bob')
    for (let number = 0; number < 40; number++) {
      alice.request('link for bob', `mallory ${String(number)}`)
    }
    const refused = alice.machine.contacts().filter((contact) => contact.standing === 'refused')
    assert.equal(refused.length, 32)
    alice.advance(8 * DAY_MS)
    alice.request('link for bob', 'mallory 50')
    assert.equal(standing(alice, 'mallory 50'), 'refused')
  })

  it('through a link that nobody here knows is told the same', () => {
    const { alice } = scene()
    alice.request('no link of ours', 'mallory')
    assert.equal(standing(alice, 'mallory'), 'refused')
  })

  it('who is a contact already is no stranger: the request counts as a message', () => {
    const { alice } = scene()
    alice.meet('bob')
    const carol = alice.meet('carol')
    alice.request('link for bob', 'carol', { number: 2 })
    assert.equal(standing(alice, 'carol'), 'accepted')
    assert.deepEqual(alice.machine.gaps(carol, FIRST), [])
    assert.equal(alice.machine.progress(carol).words[0]?.deliveredUpTo, 2)
  })
})

function contentOf(number: number): {
  readonly number: number
  readonly messageId: never
  readonly sentAtMs: number
  readonly progress: readonly []
} {
  return { number, messageId: 'cd'.repeat(16) as never, sentAtMs: START_MS, progress: [] }
}

describe('a link whose time is over', () => {
  it('expires by network time, and is withdrawn', () => {
    const { alice, rita } = scene()
    rita.change({ timeMs: START_MS + DAY_MS })
    alice.cut(rita.nodeKey)
    alice.advance(SECOND_MS)
    alice.invite('link', { expiresAtMs: START_MS + 3 * DAY_MS })
    alice.advance(2 * DAY_MS - MINUTE_MS)
    assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
    alice.advance(2 * MINUTE_MS)
    assert.equal(row(alice)?.state, InvitationState.EXPIRED)
    assert.equal(claimables(rita), 0)
  })

  it('does not expire because our own clock was set', () => {
    const { alice } = scene()
    alice.invite('link')
    alice.setClock(START_MS + 300 * DAY_MS)
    assert.equal(row(alice)?.state, InvitationState.PUBLISHED)
  })

  it('accepts who asked in time', () => {
    const { alice } = scene()
    alice.invite('link')
    alice.advance(8 * DAY_MS)
    alice.request('link', 'carol', { sentAtMs: START_MS + 8 * DAY_MS })
    assert.equal(standing(alice, 'carol'), 'refused')
    alice.request('link', 'bob', { sentAtMs: START_MS + 6 * DAY_MS })
    assert.equal(standing(alice, 'bob'), 'accepted')
    assert.equal(row(alice)?.state, InvitationState.USED)
  })

  it('is withdrawn where a relay was away, when that is back', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.down(rita)
    alice.advance(8 * DAY_MS)
    assert.equal(claimables(rita), 1)
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(claimables(rita), 0)
    assert.ok(alice.machine.isDrained(rita.nodeKey))
  })

  it('is withdrawn again where a relay would not', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    failing(rita, 'put-claimables', { type: 'refused', reason: 'internal' })
    alice.request('link', 'bob')
    assert.equal(claimables(rita), 1)
    alice.advance(MINUTE_MS)
    assert.equal(claimables(rita), 0)
  })

  it('hands nothing out any more although it ended while it was being published', () => {
    const { alice, rita } = scene()
    const held: number[] = []
    rita.script = ({ request, number }) => {
      if (request.type === 'register') {
        held.push(number)
        return 'silent'
      }
      return undefined
    }
    alice.invite('link')
    rita.script = () => undefined
    alice.request('link', 'bob')
    for (const number of held) {
      const answer = { type: 'registered', outcomes: ['done', 'done'] } as const
      alice.frame(rita, { type: 'answer', number, answer })
    }
    alice.advance(MINUTE_MS)
    assert.equal(claimables(rita), 0)
  })
})

describe('a link that is closed', () => {
  it('forgets its key 37 days after its end, and destroys its box', () => {
    const { alice, relays, rita } = scene(2)
    alice.invite('link')
    alice.request('link', 'bob')
    alice.advance(37 * DAY_MS - MINUTE_MS)
    assert.ok(alice.machine.requestBox(rita.nodeKey, boxOf(rita)) !== undefined)
    alice.advance(HOUR_MS)
    assert.equal(alice.machine.requestBox(rita.nodeKey, boxOf(rita)), undefined)
    for (const relay of relays) {
      assert.ok(!relay.mailboxes.has(boxOf(relay)))
    }
    assert.equal(row(alice), undefined)
  })

  it('waits for a relay that is away, and asks nobody in the meantime', () => {
    const { alice, relays } = scene(2)
    const [rita, rosa] = relays as [TestRelay, TestRelay]
    alice.invite('link')
    alice.request('link', 'bob')
    alice.down(rosa)
    alice.advance(38 * DAY_MS)
    const destroyed = rita.all('destroy').filter(({ mailboxId }) => mailboxId === boxOf(rita))
    assert.equal(destroyed.length, 1)
    assert.equal(row(alice)?.requestSecretKey.length, 0)
    alice.restart()
    alice.advance(DAY_MS)
    assert.equal(rita.all('destroy').filter(({ mailboxId }) => mailboxId === boxOf(rita)).length, 1)
    rosa.isUp = true
    alice.advance(HOUR_MS)
    assert.equal(row(alice), undefined)
  })

  it('gives up on a relay that does not come back for half a year', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.request('link', 'bob')
    alice.advance(DAY_MS)
    alice.nowMs += 250 * DAY_MS
    rita.isUp = false
    alice.restart()
    assert.equal(row(alice), undefined)
  })

  it('is not closed because a relay says that the time has come', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.request('link', 'bob')
    rita.change({ timeMs: START_MS + 400 * DAY_MS })
    alice.cut(rita.nodeKey)
    alice.advance(DAY_MS)
    assert.ok((row(alice)?.requestSecretKey.length ?? 0) > 0)
    assert.equal(rita.all('destroy').filter(({ mailboxId }) => mailboxId === boxOf(rita)).length, 0)
  })

  it('at a relay that refuses is tried again', () => {
    const { alice, rita } = scene()
    alice.invite('link')
    alice.request('link', 'bob')
    let left = 3
    rita.script = ({ request }) =>
      request.type === 'destroy' && request.mailboxId === boxOf(rita) && left-- > 0
        ? { type: 'refused', reason: 'internal' }
        : undefined
    alice.advance(38 * DAY_MS)
    assert.equal(row(alice), undefined)
  })
})
