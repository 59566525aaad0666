import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { ClaimState, InvitationRowSchema, InvitationState } from '@sealpost/protocol/home'
import type { InvitationRow } from '@sealpost/protocol/home'
import { linkSecrets } from '../../src/address/seeds.ts'
import { bytesOf, content, DAY_MS, identity, MINUTE_MS, SECOND_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import {
  ALICE,
  answering,
  compose,
  ends,
  onlyOne,
  open,
  openClaimable,
  row as claimRow,
  type Scene,
  scene
} from './claims-scene.ts'
import { crashEverywhere } from './crash-everywhere.ts'

/** Longer than the client takes to be asked again for what it did not give. */
const SETTLE_MS: number = 32 * SECOND_MS
const CLOSED_AFTER_MS: number = 38 * DAY_MS

function invitationOf(alice: TestPeer): InvitationRow | undefined {
  const value = alice.rows.get({ table: 'invitation', key: 'link' })
  return value === undefined ? undefined : fromBinary(InvitationRowSchema, value)
}

/** Time passes while the process sleeps, and a little while it does not. */
function skip(peer: TestPeer, ms: number): void {
  peer.nowMs += ms - 2 * MINUTE_MS
  peer.advance(2 * MINUTE_MS)
}

/** What a person does is done again where the process ended before it counted. */
function invited(alice: TestPeer, isPublic: boolean): void {
  for (let round = 0; round < 2; round++) {
    if (invitationOf(alice) === undefined) {
      alice.invite('link', { isPublic, expiresAtMs: alice.nowMs + 7 * DAY_MS })
    }
    alice.advance(SETTLE_MS)
  }
}

/** Nothing of a link is left anywhere, but that it was. */
function checkClosed(alice: TestPeer, relay: TestRelay): void {
  const { linkId } = linkSecrets(bytesOf('link secret link', 32), relay.nodeKey)
  assert.equal(relay.claimables.get(linkId)?.length ?? 0, 0)
  assert.ok(!relay.fallbacks.has(linkId))
  assert.equal(relay.mailboxes.size, 0)
  const row = invitationOf(alice)
  assert.ok(row === undefined || row.requestSecretKey.length === 0)
}

describe('a crash at every input of an inviter whose link ends', () => {
  for (const isPublic of [false, true]) {
    const kind = isPublic ? 'public' : 'one-time'
    for (const end of ['revoked', 'expired'] as const) {
      it(`leaves nothing of it 37 days later: ${kind}, ${end}`, () => {
        crashEverywhere((crash) => {
          const rita = new TestRelay('rita')
          const alice = new TestPeer('alice', [rita])
          alice.crash = crash
          alice.online()
          invited(alice, isPublic)
          if (end === 'expired') {
            skip(alice, 8 * DAY_MS)
          }
          for (let round = 0; round < (end === 'revoked' ? 2 : 0); round++) {
            alice.give({ type: 'revoke-link', invitationId: 'link' })
            alice.advance(SETTLE_MS)
          }
          const state = end === 'revoked' ? InvitationState.REVOKED : InvitationState.EXPIRED
          assert.equal(invitationOf(alice)?.state, state)
          for (let round = 0; round < 2; round++) {
            skip(alice, CLOSED_AFTER_MS)
          }
          checkClosed(alice, rita)
          return alice
        })
      }).timeout(60_000)
    }
  }

  it('hands out nothing twice while a pool is claimed from, filled up and renewed', () => {
    crashEverywhere((crash) => {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      alice.crash = crash
      alice.online()
      for (let round = 0; round < 2; round++) {
        if (invitationOf(alice) === undefined) {
          alice.invite('link', { isPublic: true, expiresAtMs: 0 })
        }
        alice.advance(SETTLE_MS)
      }
      const { linkId } = linkSecrets(bytesOf('link secret link', 32), rita.nodeKey)
      for (const days of [1, 29]) {
        for (let guest = 0; guest < 15; guest++) {
          rita.claimAs(linkId, bytesOf(`guest ${String(days)} ${String(guest)}`, 32))
        }
        skip(alice, days * DAY_MS)
      }
      const handedOut = new Set(rita.handedOut.map((blob) => Buffer.from(blob).toString('hex')))
      assert.equal(rita.handedOut.length, 30)
      assert.equal(handedOut.size, 30)
      assert.ok((rita.claimables.get(linkId)?.length ?? 0) >= 20)
      assert.ok(rita.fallbacks.has(linkId))
      return alice
    })
  }).timeout(60_000)

  it('tells who came too late so once, and forgets them', () => {
    crashEverywhere((crash) => {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      alice.crash = crash
      alice.online()
      invited(alice, false)
      for (const name of ['bob', 'bob', 'carol', 'carol']) {
        alice.request('link', name, { text: 'hello' })
        alice.advance(SETTLE_MS)
      }
      const bob = alice.contactOf(identity('bob'))
      const carol = alice.machine.contactOf(identity('carol'))
      assert.equal(alice.machine.contact(bob)?.standing, 'accepted')
      assert.equal(carol?.standing, 'refused')
      assert.equal(alice.rows.all('contact').length, 2)
      const told = alice.take('compose-answer').filter(({ answer }) => answer === 'link-used')
      assert.ok(told.length > 0 && told.every(({ contactId }) => contactId === carol.contactId))
      for (let round = 0; round < 2; round++) {
        skip(alice, 8 * DAY_MS)
      }
      assert.equal(alice.rows.all('contact').length, 1)
      assert.equal(alice.rows.all('their-address').length, 1)
      return alice
    })
  }).timeout(60_000)

  it('leaves nobody who was declined, however often they ask', () => {
    crashEverywhere((crash) => {
      const rita = new TestRelay('rita')
      const alice = new TestPeer('alice', [rita])
      alice.crash = crash
      alice.online()
      invited(alice, true)
      for (let round = 0; round < 3; round++) {
        alice.request('link', 'bob', { text: 'hello' })
        alice.advance(SETTLE_MS)
        const asking = alice.machine.contactOf(identity('bob'))
        if (asking !== undefined) {
          alice.give({ type: 'decline-request', contactId: asking.contactId })
        }
        alice.advance(SETTLE_MS)
      }
      assert.equal(alice.machine.contactOf(identity('bob')), undefined)
      for (const table of ['contact', 'their-address', 'message', 'own-address'] as const) {
        assert.equal(alice.rows.all(table).length, 0, table)
      }
      assert.equal(alice.rows.all('declined-request').length, 1)
      return alice
    })
  }).timeout(60_000)
})

/** Bob opens the link, and again where the process ended before it counted. */
function opened(all: Scene): void {
  for (let round = 0; round < 2; round++) {
    if (all.bob.machine.contact(ALICE) === undefined) {
      open(all)
    }
    all.bob.advance(SETTLE_MS)
  }
}

function opensAll(all: Scene, isBad: (relay: string) => boolean): void {
  for (let round = 0; round < 4; round++) {
    const [wanted] = all.bob.wanted.filter((effect) => effect.type === 'open-claimable')
    if (wanted !== undefined) {
      openClaimable(all, isBad(wanted.relay) ? 'bad' : {})
    }
    all.bob.advance(SETTLE_MS)
  }
}

function composed(all: Scene): void {
  for (let round = 0; round < 2; round++) {
    if (all.bob.wanted.some(({ type }) => type === 'compose-request')) {
      compose({ ...all, bob: onlyOne(all.bob) })
    }
    all.bob.advance(SETTLE_MS)
  }
}

describe('a crash at every input of a guest whose way is not straight', () => {
  it('goes on at the next relay where a claimable is none of the inviter', () => {
    crashEverywhere((crash) => {
      const all = scene(2)
      all.bob.crash = crash
      opened(all)
      opensAll(all, (relay) => relay === all.rita.nodeKey)
      composed(all)
      assert.equal(claimRow(all.bob)?.state, ClaimState.REQUESTED)
      assert.notEqual(claimRow(all.bob)?.claimedAt, all.rita.nodeKey)
      return all.bob
    })
  }).timeout(60_000)

  it('ends where the link was used, and says so', () => {
    crashEverywhere((crash) => {
      const all = scene(2)
      for (const relay of all.relays) {
        answering(relay, 'claim', { type: 'taken' })
      }
      all.bob.crash = crash
      opened(all)
      all.bob.advance(SETTLE_MS)
      assert.equal(claimRow(all.bob)?.state, ClaimState.TAKEN)
      assert.deepEqual(all.bob.machine.linkProgress(ALICE), { end: 'taken' })
      return all.bob
    })
  }).timeout(60_000)

  it('ends where nobody answers for 30 days, under one request id', () => {
    crashEverywhere((crash) => {
      const all = scene(2)
      all.bob.crash = crash
      opened(all)
      opensAll(all, () => false)
      composed(all)
      const requestId = claimRow(all.bob)?.requestId
      assert.ok(requestId !== undefined)
      skip(all.bob, 2 * DAY_MS)
      opensAll(all, () => false)
      composed(all)
      const row = claimRow(all.bob)
      assert.equal(row?.requestId, requestId)
      assert.equal(row.askedThrough.length, 2)
      for (let round = 0; round < 2; round++) {
        skip(all.bob, 31 * DAY_MS)
      }
      assert.equal(claimRow(all.bob)?.state, ClaimState.EXPIRED)
      return all.bob
    })
  }).timeout(60_000)

  it('ends where the inviter says that somebody else was first', () => {
    crashEverywhere((crash) => {
      const all = scene(1)
      all.bob.crash = crash
      opened(all)
      opensAll(all, () => false)
      composed(all)
      for (let round = 0; round < 2; round++) {
        all.bob.receive(ALICE, content(1, { type: 'link-used' }))
        all.bob.advance(SETTLE_MS)
      }
      assert.equal(claimRow(all.bob)?.state, ClaimState.TAKEN)
      assert.deepEqual(
        ends(all.bob).filter((end) => end !== 'taken'),
        []
      )
      return all.bob
    })
  }).timeout(60_000)
})
