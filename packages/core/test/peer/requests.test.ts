import assert from 'node:assert/strict'
import type { ContactId } from '@sealpost/protocol'
import {
  contactId,
  content,
  DAY_MS,
  FIRST,
  HOUR_MS,
  identity,
  MINUTE_MS,
  SECOND_MS
} from './cast.ts'
import { messagesOf } from './stored-messages.ts'
import { TestPeer } from './test-peer.ts'
import { TestRelay } from './test-relay.ts'

/** Alice, with a public address. */
function scene(): {
  readonly alice: TestPeer
  readonly rita: TestRelay
  readonly theirs: TestRelay
} {
  const rita = new TestRelay('rita')
  const theirs = new TestRelay('theirs')
  const alice = new TestPeer('alice', [rita, theirs], { own: [rita.address] })
  alice.online()
  alice.invite('address', { isPublic: true, expiresAtMs: 0 })
  return { alice, rita, theirs }
}

/** Somebody asks alice, who is reached at a relay of their own. */
function ask(
  { alice, theirs }: ReturnType<typeof scene>,
  name: string,
  changes: Parameters<TestPeer['request']>[2] = {}
): ContactId {
  alice.request('address', name, { relays: [theirs], ...changes })
  return alice.contactOf(identity(name))
}

function accept(alice: TestPeer, id: ContactId, name = '', replaces?: ContactId): void {
  alice.give({ type: 'accept-request', contactId: id, name, replaces })
}

function standing(alice: TestPeer, name: string): string | undefined {
  return alice.machine.contactOf(identity(name))?.standing
}

/** How many texts of a conversation are shown. */
function texts(alice: TestPeer, id: ContactId): readonly string[] {
  return messagesOf(alice.rows, id).map(({ text }) => text)
}

describe('somebody who asks through a public address', () => {
  it('waits: nothing is sent to them, nobody dials their relay, and they have no mailbox', () => {
    const all = scene()
    const { alice, rita, theirs } = all
    const before = rita.mailboxes.size
    const bob = ask(all, 'bob', { text: 'hello' })
    for (let restarts = 0; restarts < 2; restarts++) {
      alice.advance(DAY_MS)
      assert.equal(standing(alice, 'bob'), 'pending')
      assert.equal(theirs.asked.length, 0)
      assert.equal(rita.mailboxes.size, before)
      assert.deepEqual(alice.take('compose-receipt'), [])
      assert.deepEqual(alice.take('compose-answer'), [])
      assert.deepEqual(texts(alice, bob), [])
      alice.restart()
    }
    assert.equal(alice.machine.contact(bob)?.request?.text, 'hello')
  })

  it('is told of once, although the request comes again', () => {
    const all = scene()
    const bob = ask(all, 'bob')
    assert.deepEqual(all.alice.takeNotices('request'), [{ type: 'request', contactId: bob }])
    ask(all, 'bob')
    assert.deepEqual(all.alice.takeNotices('request'), [])
    assert.equal(all.alice.rows.count('contact'), 1)
  })

  it('is accepted: the text is shown, mailboxes are made, and the word of it goes out, over restarts', () => {
    const all = scene()
    const { alice } = all
    const bob = ask(all, 'bob', { text: 'hello' })
    alice.restart()
    accept(alice, bob, 'my bob')
    alice.restart()
    assert.equal(standing(alice, 'bob'), 'accepted')
    assert.equal(alice.machine.contact(bob)?.name, 'my bob')
    assert.deepEqual(texts(alice, bob), ['hello'])
    assert.ok(alice.take('compose-answer').some(({ answer }) => answer === 'accept'))
    assert.equal(alice.machine.theirAddress(bob, FIRST)?.version, 1)
    assert.equal(alice.machine.progress(bob).words[0]?.deliveredUpTo, 1)
    accept(alice, bob)
    assert.equal(alice.rows.count('contact'), 1)
  })

  it('is declined: all that there is of them goes, and the same request is dropped for a month', () => {
    const all = scene()
    const { alice } = all
    const bob = ask(all, 'bob')
    alice.rows.apply({
      type: 'write',
      table: 'session',
      key: `${identity('bob')}.1`,
      value: Uint8Array.of(1)
    })
    alice.give({ type: 'decline-request', contactId: bob })
    alice.advance(SECOND_MS)
    for (const table of ['contact', 'their-address', 'progress', 'outbox', 'session'] as const) {
      assert.equal(alice.rows.count(table), 0, table)
    }
    alice.restart()
    alice.request('address', 'bob')
    assert.equal(standing(alice, 'bob'), undefined)
    alice.advance(30 * DAY_MS)
    alice.request('address', 'bob')
    assert.equal(standing(alice, 'bob'), 'pending')
  })

  it('is let in at once where they come through a link that was made for one person', () => {
    const all = scene()
    const bob = ask(all, 'bob')
    all.alice.invite('link')
    all.alice.request('link', 'bob')
    assert.equal(standing(all.alice, 'bob'), 'accepted')
    assert.equal(all.alice.contactOf(identity('bob')), bob)
  })

  it('is let in at once where we asked them', () => {
    const { alice, rita } = scene()
    const bob = alice.knows('bob', [rita], { contact: { state: 1, nextNumber: 2 } })
    alice.online()
    alice.request('address', 'bob')
    assert.equal(alice.machine.contact(bob)?.standing, 'accepted')
  })

  it('has asked in vain where the address was revoked', () => {
    const { alice } = scene()
    alice.give({ type: 'revoke-link', invitationId: 'address' })
    alice.request('address', 'bob')
    assert.equal(standing(alice, 'bob'), undefined)
    assert.equal(alice.rows.count('contact'), 0)
  })

  it('is one of 512 that wait: the oldest gives way', () => {
    const all = scene()
    const { alice } = all
    const first = ask(all, 'stranger 0')
    for (let number = 1; number < 512; number++) {
      alice.nowMs += 1
      ask(all, `stranger ${String(number)}`)
    }
    assert.equal(alice.machine.contact(first)?.standing, 'pending')
    ask(all, 'one more')
    assert.equal(alice.machine.contact(first), undefined)
    assert.equal(alice.machine.contacts().length, 512)
  })

  it('is told of as one of at most 20 an hour', () => {
    const all = scene()
    const { alice } = all
    for (let number = 0; number < 40; number++) {
      ask(all, `stranger ${String(number)}`)
    }
    assert.equal(alice.notices.filter(({ type }) => type === 'request').length, 20)
    assert.equal(alice.notices.filter(({ type }) => type === 'many-requests').length, 1)
    alice.advance(HOUR_MS)
    ask(all, 'later')
    assert.equal(alice.notices.filter(({ type }) => type === 'request').length, 21)
  })
})

describe('whom one blocked', () => {
  function blocked(): ReturnType<typeof scene> & { readonly bob: ContactId } {
    const all = scene()
    const bob = ask(all, 'bob', { text: 'hello' })
    accept(all.alice, bob)
    all.alice.take('compose-answer')
    return { ...all, bob }
  }

  it('has no mailbox any more, and gets nothing of what was on its way', () => {
    const { alice, rita, theirs, bob } = blocked()
    alice.down(theirs)
    const before = rita.mailboxes.size
    alice.send(bob)
    alice.give({ type: 'block', contactId: bob })
    alice.advance(MINUTE_MS)
    assert.ok(rita.mailboxes.size < before)
    assert.equal(rita.mailboxes.size, 1)
    assert.equal(alice.rows.count('outbox'), 0)
    theirs.isUp = true
    alice.advance(DAY_MS)
    alice.restart()
    assert.equal(theirs.envelopes.length, 0)
    assert.equal(standing(alice, 'bob'), 'blocked')
  })

  it('has none left at a relay that was away, when that is back, nor at one with an old store', () => {
    const { alice, rita, bob } = blocked()
    const mailboxes = [...rita.mailboxes]
    alice.down(rita)
    alice.give({ type: 'block', contactId: bob })
    alice.restart()
    rita.isUp = true
    alice.advance(10 * MINUTE_MS)
    assert.equal(rita.mailboxes.size, 1)
    rita.wipe()
    for (const id of mailboxes) {
      rita.mailboxes.add(id)
    }
    alice.cut(rita.nodeKey)
    alice.advance(10 * MINUTE_MS)
    const left = mailboxes.filter((id) => rita.mailboxes.has(id))
    assert.equal(left.length, 1)
  })

  it('is not heard: neither messages, nor requests through whatever link', () => {
    const { alice, bob } = blocked()
    alice.give({ type: 'block', contactId: bob })
    alice.receive(bob, content(2))
    alice.request('address', 'bob', { text: 'please' })
    alice.invite('link')
    alice.request('link', 'bob', { text: 'please' })
    assert.deepEqual(texts(alice, bob), ['hello'])
    assert.equal(standing(alice, 'bob'), 'blocked')
    assert.equal(
      alice.machine.links().find(({ invitationId }) => invitationId === 'link')?.state,
      'published'
    )
    alice.advance(DAY_MS)
    assert.deepEqual(alice.take('compose-receipt'), [])
    assert.deepEqual(alice.take('compose-answer'), [])
  })

  it('is told another address once they are unblocked, and is heard again', () => {
    const { alice, bob } = blocked()
    alice.advance(SECOND_MS)
    const before = alice.machine.ownAddress(bob)
    alice.give({ type: 'block', contactId: bob })
    assert.equal(alice.machine.ownAddress(bob), undefined)
    alice.advance(MINUTE_MS)
    alice.restart()
    alice.give({ type: 'unblock', contactId: bob })
    const after = alice.machine.ownAddress(bob)
    assert.ok(before !== undefined && after !== undefined)
    assert.ok(after.version > before.version)
    assert.notDeepEqual(after.seed, before.seed)
    alice.advance(MINUTE_MS)
    assert.ok(alice.take('compose-address').some(({ contactId: id }) => id === bob))
    alice.receive(bob, content(2))
    assert.deepEqual(texts(alice, bob), ['hello', 'text 2'])
    assert.equal(alice.machine.theirAddress(bob, FIRST)?.version, 1)
  })

  it('is written to in another session once they are unblocked: theirs may have broken, and they could not tell', () => {
    const { alice, bob } = blocked()
    assert.ok(!alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs))
    alice.give({ type: 'block', contactId: bob })
    alice.give({ type: 'unblock', contactId: bob })
    alice.restart()
    assert.ok(alice.machine.mustReplaceSession(bob, FIRST, alice.nowMs))
  })

  it('is told of what was read meanwhile once they are unblocked, and not before', () => {
    const { alice, bob } = blocked()
    alice.advance(SECOND_MS)
    alice.composeReceipts()
    alice.give({ type: 'block', contactId: bob })
    const messages = messagesOf(alice.rows, bob).map(({ key, device, number }) => {
      return { contactId: bob, device, number, messageKey: key }
    })
    alice.give({ type: 'shown', messages })
    alice.advance(HOUR_MS)
    alice.restart()
    alice.advance(HOUR_MS)
    assert.equal(alice.take('compose-receipt').length, 0)
    alice.give({ type: 'unblock', contactId: bob })
    alice.advance(SECOND_MS)
    assert.equal(alice.take('compose-receipt').length, 1)
  })

  it('is not listened to, so that what they send meanwhile can be read once they are unblocked', () => {
    const { alice, bob } = blocked()
    assert.ok(alice.machine.isSenderAllowed(bob, FIRST, content(2)))
    alice.give({ type: 'block', contactId: bob })
    assert.ok(!alice.machine.isSenderAllowed(bob, FIRST, content(2)))
    alice.give({ type: 'unblock', contactId: bob })
    assert.ok(alice.machine.isSenderAllowed(bob, FIRST, content(2)))
  })

  it('while they waited waits again once they are unblocked', () => {
    const all = scene()
    const bob = ask(all, 'bob', { text: 'hello' })
    all.alice.give({ type: 'block', contactId: bob })
    all.alice.restart()
    all.alice.give({ type: 'unblock', contactId: bob })
    assert.equal(standing(all.alice, 'bob'), 'pending')
    accept(all.alice, bob)
    assert.deepEqual(texts(all.alice, bob), ['hello'])
  })

  it('cannot be blocked twice, nor unblocked without', () => {
    const { alice, bob } = blocked()
    alice.give({ type: 'unblock', contactId: bob })
    alice.give({ type: 'block', contactId: bob })
    alice.give({ type: 'block', contactId: bob })
    alice.give({ type: 'unblock', contactId: bob })
    assert.equal(standing(alice, 'bob'), 'accepted')
    alice.give({ type: 'block', contactId: contactId('nobody') })
  })
})

describe('another identity', () => {
  function takenOver(isVerified: boolean): {
    readonly alice: TestPeer
    readonly old: ContactId
    readonly bob: ContactId
  } {
    const all = scene()
    const { alice } = all
    const old = ask(all, 'bob', { text: 'hello' })
    accept(alice, old, 'bob')
    if (isVerified) {
      alice.give({ type: 'verify', contactId: old, isVerified })
    }
    const bob = ask(all, 'bob again')
    alice.notices.length = 0
    accept(alice, bob, '', old)
    return { alice, old, bob }
  }

  it('takes a conversation over, with its name and a notice in it', () => {
    const { alice, old, bob } = takenOver(false)
    const contact = alice.machine.contact(bob)
    assert.equal(contact?.name, 'bob')
    assert.equal(contact.replaces, old)
    assert.equal(contact.identityChange, 'unseen')
    assert.equal(alice.machine.contact(old)?.standing, 'replaced')
    assert.deepEqual(
      messagesOf(alice.rows, bob).map(({ notice }) => notice),
      ['identity-changed']
    )
    assert.deepEqual(alice.takeNotices('identity-changed'), [
      { type: 'identity-changed', contactId: bob, wasVerified: false }
    ])
  })

  it('holds what is sent until the person has looked, where the one before was verified', () => {
    for (const type of ['verify', 'acknowledge-identity'] as const) {
      const { alice, bob } = takenOver(true)
      alice.restart()
      assert.equal(alice.machine.contact(bob)?.identityChange, 'held')
      assert.equal(alice.machine.contact(bob)?.verifiedAtMs, 0)
      alice.give(
        type === 'verify' ? { type, contactId: bob, isVerified: true } : { type, contactId: bob }
      )
      assert.equal(alice.machine.contact(bob)?.identityChange, 'none')
      assert.equal(alice.machine.contact(bob)?.verifiedAtMs !== 0, type === 'verify')
    }
  })

  it('leaves who was there before a stranger, whose word counts no more', () => {
    const { alice, old } = takenOver(false)
    alice.receive(old, content(2))
    assert.deepEqual(texts(alice, old), ['hello'])
    alice.request('address', 'bob')
    const stranger = alice.contactOf(identity('bob'))
    // The same request as before, from an identity that is nobody here.
    assert.notEqual(stranger, old)
    assert.equal(alice.machine.contact(stranger)?.standing, 'pending')
  })

  it('cannot take over whom one blocked, or nobody', () => {
    const { alice, old, bob } = takenOver(false)
    assert.ok(!alice.machine.mayReplace(old))
    assert.ok(!alice.machine.mayReplace(contactId('nobody')))
    alice.give({ type: 'block', contactId: bob })
    assert.ok(!alice.machine.mayReplace(bob))
  })
})
