import assert from 'node:assert/strict'
import { sha256 } from '@sealpost/core'
import { encodeInvitation, relayMultihash } from '@sealpost/protocol'
import { ClaimState } from '@sealpost/protocol/home'
import { linkSecrets, mailboxSecrets } from '../../src/address/seeds.ts'
import {
  bytesOf,
  contactId,
  content,
  DAY_MS,
  FIRST,
  HOUR_MS,
  identity,
  invitation,
  MINUTE_MS,
  SECOND_MS,
  START_MS
} from '../peer/cast.ts'
import type { TestRelay } from '../peer/test-relay.ts'
import {
  accepted,
  ALICE,
  answering,
  blobOf,
  CIPHERTEXT,
  compose,
  ends,
  linkOf,
  onlyOne,
  open,
  openClaimable,
  publish,
  row,
  type Scene,
  scene,
  SECRET
} from './claims-scene.ts'

describe('a link that is opened', () => {
  it('leads through all its states to an accepted contact', () => {
    const all = scene()
    const { bob, rita } = all
    open(all)
    assert.equal(bob.machine.linkProgress(ALICE), 'claiming')
    assert.equal(row(bob)?.state, ClaimState.CLAIMING)
    assert.ok(!bob.machine.canWriteTo(ALICE))
    openClaimable(all)
    assert.equal(row(bob)?.state, ClaimState.CLAIMED)
    assert.equal(row(bob)?.claimedAt, rita.nodeKey)
    assert.equal(bob.machine.contact(ALICE)?.identityKey, identity('alice'))
    assert.equal(bob.machine.contact(ALICE)?.name, 'alice')
    compose(all)
    assert.equal(bob.machine.linkProgress(ALICE), 'requested')
    assert.equal(row(bob)?.state, ClaimState.REQUESTED)
    assert.equal(rita.requests.length, 1)
    assert.ok(bob.machine.canWriteTo(ALICE))
    bob.send(ALICE, 'more')
    accepted(all)
    assert.equal(bob.machine.linkProgress(ALICE), 'accepted')
    assert.equal(bob.machine.contact(ALICE)?.standing, 'accepted')
    assert.equal(row(bob), undefined)
    assert.equal(rita.envelopes.length, 1)
    assert.deepEqual(bob.machine.theirProgress(ALICE, FIRST), { deliveredUpTo: 1, readUpTo: 0 })
  })

  it('is claimed with the secrets of its relay and work for its claim id', () => {
    const all = scene()
    all.rita.change({ workBits: 7 })
    all.bob.restart()
    let order: unknown
    const handle = all.bob.machine.handle.bind(all.bob.machine)
    all.bob.machine.handle = (input) => {
      const effects = handle(input)
      order =
        effects.find((effect) => effect.type === 'request' && effect.request.type === 'claim') ??
        order
      return effects
    }
    open(all)
    const claim = all.rita.all('claim')[0]
    const { linkId, claimToken } = linkSecrets(SECRET, all.rita.nodeKey)
    assert.equal(claim?.linkId, linkId)
    assert.deepEqual(claim.claimToken, claimToken)
    assert.deepEqual((order as { work: unknown }).work, {
      target: {
        relay: relayMultihash(all.rita.nodeKey),
        challenge: all.rita.info.challenge,
        verb: 'claim',
        subject: sha256(claim.claimId)
      },
      bits: 7
    })
  })

  it('is claimed at one relay, and not at another', () => {
    const all = scene(3)
    open(all)
    openClaimable(all)
    assert.deepEqual(
      all.relays.map((relay) => relay.count('claim')),
      [1, 0, 0]
    )
  })

  it('sends its request to every relay of the inviter, into its box there', () => {
    const all = scene(3)
    open(all)
    openClaimable(all)
    compose(all)
    for (const relay of all.relays) {
      const box = mailboxSecrets(bytesOf('box seed alice', 32), relay.nodeKey)
      assert.equal(relay.requests.length, 1)
      assert.equal(relay.requests[0]?.boxId, box.mailboxId)
      assert.deepEqual(relay.requests[0]?.boxToken, box.depositToken)
      assert.deepEqual(relay.requests[0]?.ciphertext, CIPHERTEXT)
    }
    assert.equal(new Set(all.relays.map(({ requests }) => requests[0]?.envelopeId)).size, 3)
  })

  it('sends no request before the answer has a mailbox to come to', () => {
    const all = scene()
    answering(all.home, 'register', 'silent', 1)
    open(all)
    openClaimable(all)
    assert.deepEqual(all.bob.take('compose-request'), [])
    all.bob.advance(2 * MINUTE_MS)
    compose({ ...all, bob: onlyOne(all.bob) })
    assert.equal(all.rita.requests.length, 1)
  })

  it('takes the name that was given, or the inviter’s, if nobody else has it', () => {
    const all = scene()
    const { bob, relays } = all
    bob.knows('alice', relays)
    bob.online()
    const second = contactId('second')
    bob.give({
      type: 'open-link',
      contactId: second,
      link: linkOf(relays),
      name: '',
      text: '',
      replaces: undefined
    })
    const [wanted] = bob.take('open-claimable')
    assert.equal(wanted?.contactId, second)
    const other = invitation(
      'alice',
      relays.map(({ address }) => address),
      {
        identityKey: identity('another alice')
      }
    )
    bob.give({
      type: 'claimable-opened',
      contactId: second,
      relay: relays[0]?.nodeKey ?? ('' as never),
      invitation: other,
      invitationBytes: encodeInvitation(other)
    })
    assert.equal(bob.machine.contact(second)?.name, 'alice 2')
  })
})

describe('a crash of a guest', () => {
  /** What becomes of a guest whose process ends after each write. */
  function crashAfter(writes: number): { readonly all: Scene; readonly wasReached: boolean } {
    const all = scene(2)
    const { bob } = all
    let written = 0
    let wasReached = false
    const crash = (): void => {
      const count = bob.rows.all('claimed-link').length + bob.rows.count('contact')
      written += count > 0 ? 1 : 0
      if (written === writes) {
        wasReached = true
        bob.restart()
      }
    }
    const steps = [
      () => {
        if (bob.machine.contact(ALICE) === undefined) {
          open(all)
        }
      },
      () => {
        if (row(bob)?.state === ClaimState.CLAIMING && bob.wanted.length > 0) {
          openClaimable(all)
        }
      },
      () => {
        if (row(bob)?.state === ClaimState.CLAIMED && bob.wanted.length > 0) {
          compose({ ...all, bob: onlyOne(bob) })
        }
      }
    ]
    for (let round = 0; round < 4; round++) {
      for (const step of steps) {
        step()
        crash()
        bob.advance(SECOND_MS)
      }
    }
    return { all, wasReached }
  }

  for (let writes = 1; writes <= 4; writes++) {
    it(`after step ${String(writes)} repeats the step, with the same claim and the same request`, () => {
      const { all, wasReached } = crashAfter(writes)
      assert.ok(wasReached)
      assert.equal(row(all.bob)?.state, ClaimState.REQUESTED)
      const claims = all.relays.flatMap((relay) => relay.all('claim'))
      const ids = new Set(claims.map(({ claimId }) => claimId.join(' ')))
      assert.equal(ids.size, 1)
      for (const relay of all.relays) {
        assert.equal(new Set(relay.requests.map(({ envelopeId }) => envelopeId)).size, 1)
      }
      accepted(all)
      assert.equal(all.bob.machine.contact(ALICE)?.standing, 'accepted')
    })
  }

  it('while a claimable is opened leads to a claim under the same id', () => {
    const all = scene()
    open(all)
    all.bob.restart()
    const [first, second] = all.rita.all('claim')
    assert.ok(first !== undefined && second !== undefined)
    assert.deepEqual(first.claimId, second.claimId)
  })
})

describe('what the client does not do', () => {
  it('is asked for again after half a minute: to open a claimable', () => {
    const all = scene()
    const blob = blobOf(all.rita)
    all.rita.script = ({ request }) =>
      request.type === 'claim' ? { type: 'claimed', blob } : undefined
    open(all)
    assert.equal(all.bob.take('open-claimable').length, 1)
    assert.ok(!all.bob.machine.isBusy())
    all.bob.advance(30 * SECOND_MS)
    openClaimable(all)
    assert.equal(row(all.bob)?.state, ClaimState.CLAIMED)
  })

  it('is asked for again after half a minute: to compose a request', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    all.bob.take('compose-request')
    all.bob.advance(30 * SECOND_MS)
    compose(all)
    assert.equal(row(all.bob)?.state, ClaimState.REQUESTED)
    all.bob.advance(HOUR_MS)
    assert.deepEqual(all.bob.take('compose-request'), [])
  })

  it('is done once: a second request for the same link is not taken', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    assert.equal(all.bob.machine.invitation(ALICE), undefined)
    const other = { type: 3 as const, bytes: bytesOf('another', 100) }
    all.bob.give({
      type: 'request-composed',
      contactId: ALICE,
      ciphertext: other,
      addressVersion: 1,
      sentAtMs: START_MS
    })
    assert.deepEqual(row(all.bob)?.ciphertext, CIPHERTEXT.bytes)
  })
})

describe('a relay of the link', () => {
  it('that has nothing left is passed over for the next', () => {
    const all = scene(3)
    const [rita, rosa] = all.relays as [TestRelay, TestRelay, TestRelay]
    rita.claimables.set(linkSecrets(SECRET, rita.nodeKey).linkId, [])
    open(all)
    assert.equal(rosa.count('claim'), 1)
    openClaimable(all)
    assert.equal(row(all.bob)?.claimedAt, rosa.nodeKey)
    assert.deepEqual(row(all.bob)?.refusedAt, [rita.nodeKey])
  })

  it('that gives something that is not the inviter’s is passed over for the next', () => {
    const all = scene(2)
    const [rita, rosa] = all.relays as [TestRelay, TestRelay]
    open(all)
    openClaimable(all, 'bad')
    assert.deepEqual(row(all.bob)?.refusedAt, [rita.nodeKey])
    openClaimable(all)
    assert.equal(row(all.bob)?.claimedAt, rosa.nodeKey)
  })

  it('that gives an invitation whose time is over is passed over for the next', () => {
    const all = scene(2)
    open(all)
    openClaimable(all, { expiresAtMs: START_MS - 1 })
    openClaimable(all, { expiresAtMs: START_MS })
    assert.equal(row(all.bob)?.state, ClaimState.CLAIMED)
  })

  for (const answer of [
    { type: 'refused', reason: 'busy', retryAfterMs: 1_000 },
    { type: 'refused', reason: 'internal' },
    { type: 'refused', reason: 'slow-down', retryAfterMs: 1 },
    { type: 'acked' },
    'silent'
  ] as const) {
    it(`that answers ${JSON.stringify(answer)} is passed over for the next, and tried again`, () => {
      const all = scene(2)
      const [rita, rosa] = all.relays as [TestRelay, TestRelay]
      answering(rita, 'claim', answer)
      rosa.isUp = false
      open(all)
      all.bob.advance(5 * MINUTE_MS)
      assert.ok(rita.count('claim') > 2 && rita.count('claim') < 12, String(rita.count('claim')))
      rosa.isUp = true
      all.bob.advance(5 * MINUTE_MS)
      assert.equal(rosa.count('claim') > 0, true)
      openClaimable(all)
      assert.equal(row(all.bob)?.claimedAt, rosa.nodeKey)
    })
  }

  it('that asks for work of another challenge gets it', () => {
    const all = scene()
    const challenge = bytesOf('new challenge', 16)
    answering(
      all.rita,
      'claim',
      { type: 'refused', reason: 'needs-work', workBits: 3, challenge },
      1
    )
    open(all)
    all.bob.advance(3 * SECOND_MS)
    assert.equal(all.rita.asked.filter(({ request }) => request.type === 'claim').at(-1)?.bits, 3)
    openClaimable(all)
  })

  it('that has lost the link may be given it again, until its time is over', () => {
    const all = scene(2)
    for (const relay of all.relays) {
      relay.claimables.clear()
    }
    open(all)
    all.bob.advance(2 * DAY_MS)
    assert.equal(all.bob.machine.linkProgress(ALICE), 'claiming')
    const tries = all.rita.count('claim')
    assert.ok(tries > 100 && tries < 600, String(tries))
    publish(all.rita)
    all.bob.advance(15 * MINUTE_MS)
    openClaimable(all)
    assert.equal(row(all.bob)?.state, ClaimState.CLAIMED)
  })

  it('that loses its store is sent the request again', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    all.rita.wipe()
    all.bob.cut(all.rita.nodeKey)
    all.bob.advance(SECOND_MS)
    assert.equal(all.rita.requests.length, 1)
  })

  it('that refuses the request is tried again, and the others have it at once', () => {
    const all = scene(2)
    const [rita, rosa] = all.relays as [TestRelay, TestRelay]
    answering(rita, 'deposit-request', { type: 'refused', reason: 'denied' }, 3)
    open(all)
    openClaimable(all)
    compose(all)
    assert.equal(rosa.requests.length, 1)
    assert.equal(all.bob.machine.linkProgress(ALICE), 'requested')
    all.bob.advance(MINUTE_MS)
    assert.equal(rita.requests.length, 1)
    assert.equal(rosa.requests.length, 1)
  })

  it('that only accepts the request has not stored it', () => {
    const all = scene()
    answering(all.rita, 'deposit-request', { type: 'deposited', outcome: 'accepted' }, 1)
    open(all)
    openClaimable(all)
    compose(all)
    assert.equal(all.bob.machine.linkProgress(ALICE), 'composed')
    all.bob.advance(5 * SECOND_MS)
    assert.equal(all.bob.machine.linkProgress(ALICE), 'requested')
  })

  it('is sent the request anew, under another id, before it would expire there', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    all.bob.advance(10 * DAY_MS)
    assert.equal(all.rita.requests.length, 1)
    all.bob.advance(2 * DAY_MS)
    assert.equal(all.rita.requests.length, 2)
    assert.equal(new Set(all.rita.requests.map(({ envelopeId }) => envelopeId)).size, 2)
  })
})

describe('a link that leads nowhere', () => {
  it('was taken, when no relay has anything left', () => {
    const all = scene(2)
    for (const relay of all.relays) {
      relay.claimables.set(linkSecrets(SECRET, relay.nodeKey).linkId, [])
    }
    open(all)
    assert.deepEqual(ends(all.bob), ['taken'])
    assert.deepEqual(all.bob.machine.linkProgress(ALICE), { end: 'taken' })
    assert.equal(all.bob.machine.contact(ALICE)?.standing, 'failed')
    assert.ok(!all.bob.machine.canWriteTo(ALICE))
    all.bob.restart()
    assert.deepEqual(all.bob.machine.linkProgress(ALICE), { end: 'taken' })
    all.bob.advance(2 * MINUTE_MS)
    assert.ok(!all.bob.isConnected(all.rita))
  })

  it('was taken, when one relay has nothing left and the other knows nothing of it', () => {
    const all = scene(2)
    const [rita, rosa] = all.relays as [TestRelay, TestRelay]
    rita.claimables.set(linkSecrets(SECRET, rita.nodeKey).linkId, [])
    rosa.claimables.clear()
    open(all)
    assert.deepEqual(ends(all.bob), ['taken'])
  })

  it('is not given up while a relay that may have something is away', () => {
    const all = scene(2)
    const [rita, rosa] = all.relays as [TestRelay, TestRelay]
    rita.claimables.set(linkSecrets(SECRET, rita.nodeKey).linkId, [])
    rosa.isUp = false
    open(all)
    all.bob.advance(DAY_MS)
    assert.deepEqual(ends(all.bob), [])
    rosa.isUp = true
    all.bob.advance(10 * MINUTE_MS)
    openClaimable(all)
    assert.equal(row(all.bob)?.state, ClaimState.CLAIMED)
  })

  it('is untrusted, when nothing that was handed out is the inviter’s', () => {
    const all = scene(2)
    open(all)
    openClaimable(all, 'bad')
    openClaimable(all, 'bad')
    assert.deepEqual(ends(all.bob), ['untrusted'])
  })

  it('expires with its own time before it is claimed, by network time', () => {
    const all = scene()
    all.home.change({ timeMs: START_MS + DAY_MS })
    all.bob.cut(all.home.nodeKey)
    all.bob.advance(SECOND_MS)
    all.bob.down(all.rita)
    all.rita.isUp = false
    open(all, { expiresAtMs: START_MS + 3 * DAY_MS })
    all.bob.advance(2 * DAY_MS - MINUTE_MS)
    assert.deepEqual(ends(all.bob), [])
    all.bob.advance(2 * MINUTE_MS)
    assert.deepEqual(ends(all.bob), ['expired'])
  })

  it('without a time of its own is given up after a month', () => {
    const all = scene()
    all.rita.isUp = false
    open(all, { expiresAtMs: undefined })
    all.bob.advance(30 * DAY_MS - MINUTE_MS)
    assert.deepEqual(ends(all.bob), [])
    all.bob.advance(MINUTE_MS)
    assert.deepEqual(ends(all.bob), ['expired'])
  })

  it('expires a month after its request was composed, over restarts', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    all.bob.advance(29 * DAY_MS)
    all.bob.restart()
    assert.deepEqual(ends(all.bob), [])
    all.bob.advance(DAY_MS)
    assert.deepEqual(ends(all.bob), ['expired'])
    assert.equal(all.bob.machine.contact(ALICE)?.standing, 'failed')
  })

  it('is taken, when the inviter says so', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    all.bob.receive(ALICE, content(1, { type: 'link-used' }))
    assert.deepEqual(ends(all.bob), ['taken'])
    all.bob.advance(2 * MINUTE_MS)
    all.bob.wanted.length = 0
    assert.ok(!all.bob.isConnected(all.rita))
  })

  it('leads somewhere after all when the accept comes late', () => {
    const all = scene()
    open(all)
    openClaimable(all)
    compose(all)
    all.bob.advance(31 * DAY_MS)
    assert.deepEqual(ends(all.bob), ['expired'])
    accepted(all)
    assert.equal(all.bob.machine.contact(ALICE)?.standing, 'accepted')
    assert.equal(all.bob.machine.linkProgress(ALICE), 'accepted')
    assert.equal(row(all.bob), undefined)
    all.bob.send(ALICE)
    assert.equal(all.rita.envelopes.length, 1)
  })
})
