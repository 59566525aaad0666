import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { ClaimState, InvitationRowSchema, InvitationState } from '@sealpost/protocol/home'
import { linkSecrets } from '../../src/address/seeds.ts'
import { bytesOf, DAY_MS, FIRST, identity, SECOND_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'
import { crashEverywhere } from './crash-everywhere.ts'
import {
  accepted,
  ALICE,
  compose,
  onlyOne,
  open,
  openClaimable,
  row as claimRow,
  scene
} from './claims-scene.ts'

/** Longer than the client takes to be asked again for what it did not give. */
const SETTLE_MS: number = 32 * SECOND_MS

function hex(blobs: readonly Uint8Array[]): ReadonlySet<string> {
  return new Set(blobs.map((blob) => Buffer.from(blob).toString('hex')))
}

describe('a crash at every input of an inviter', () => {
  for (const isPublic of [false, true]) {
    it(`leaves nothing stuck, and no claimable handed out twice: ${isPublic ? 'public' : 'one-time'}`, () => {
      crashEverywhere((crash) => {
        const names = isPublic ? ['rita'] : ['rita', 'rosa']
        const relays = names.map((name) => new TestRelay(name))
        const alice = new TestPeer('alice', relays)
        alice.crash = crash
        alice.online()
        const state = (): InvitationState | undefined => {
          const value = alice.rows.get({ table: 'invitation', key: 'link' })
          return value === undefined ? undefined : fromBinary(InvitationRowSchema, value).state
        }
        for (let round = 0; round < 2; round++) {
          if (state() === undefined) {
            alice.invite('link', { isPublic, expiresAtMs: alice.nowMs + 60 * DAY_MS })
          }
          alice.advance(SETTLE_MS)
        }
        assert.equal(state(), InvitationState.PUBLISHED)
        for (const [index, relay] of relays.entries()) {
          const { linkId } = linkSecrets(bytesOf('link secret link', 32), relay.nodeKey)
          for (let guest = 0; guest < (isPublic ? 20 : 1); guest++) {
            relay.claimAs(linkId, bytesOf(`guest ${String(index)} ${String(guest)}`, 32))
          }
        }
        for (let round = 0; round < 2; round++) {
          alice.request('link', 'bob', { text: 'hello' })
          alice.advance(SETTLE_MS)
        }
        const bob = alice.contactOf(identity('bob'))
        if (isPublic) {
          for (let round = 0; round < 2; round++) {
            alice.give({ type: 'accept-request', contactId: bob, name: '', replaces: undefined })
            alice.advance(SETTLE_MS)
          }
          for (let round = 0; round < 2; round++) {
            alice.give({ type: 'revoke-link', invitationId: 'link' })
            alice.advance(SETTLE_MS)
          }
        }
        alice.advance(SETTLE_MS)
        assert.equal(state(), isPublic ? InvitationState.REVOKED : InvitationState.USED)
        assert.equal(alice.machine.contact(bob)?.standing, 'accepted')
        assert.ok(alice.take('compose-answer').some(({ answer }) => answer === 'accept'))
        assert.equal(alice.rows.all('message').length, 1)
        const handedOut = relays.flatMap((relay) => relay.handedOut)
        assert.equal(hex(handedOut).size, handedOut.length)
        for (const relay of relays) {
          const { linkId } = linkSecrets(bytesOf('link secret link', 32), relay.nodeKey)
          assert.equal(relay.claimables.get(linkId)?.length, 0)
          assert.ok(!relay.fallbacks.has(linkId))
        }
        return alice
      })
    }).timeout(60_000)
  }
})

describe('a crash at every input of a guest', () => {
  it('leaves one contact, one request id and one claim id, and ends accepted', () => {
    crashEverywhere((crash) => {
      const all = scene(2)
      const { bob, relays } = all
      bob.crash = crash
      for (let round = 0; round < 3; round++) {
        if (bob.machine.contact(ALICE) === undefined) {
          open(all)
        }
        bob.advance(SETTLE_MS)
        if (bob.wanted.some(({ type }) => type === 'open-claimable')) {
          openClaimable(all)
        }
        bob.advance(SETTLE_MS)
        if (bob.wanted.some(({ type }) => type === 'compose-request')) {
          compose({ ...all, bob: onlyOne(bob) })
        }
        bob.advance(SETTLE_MS)
      }
      assert.equal(claimRow(bob)?.state, ClaimState.REQUESTED)
      const claims = relays.flatMap((relay) => relay.all('claim'))
      assert.equal(hex(claims.map(({ claimId }) => claimId)).size, 1)
      for (const relay of relays) {
        assert.ok(relay.requests.length > 0)
        assert.equal(new Set(relay.requests.map(({ envelopeId }) => envelopeId)).size, 1)
      }
      for (let round = 0; round < 2; round++) {
        accepted(all)
        bob.advance(SETTLE_MS)
      }
      assert.equal(bob.machine.contact(ALICE)?.standing, 'accepted')
      assert.equal(claimRow(bob), undefined)
      assert.equal(bob.machine.gaps(ALICE, FIRST).length, 0)
      assert.equal(bob.rows.all('contact').length, 1)
      return bob
    })
  }).timeout(60_000)
})
