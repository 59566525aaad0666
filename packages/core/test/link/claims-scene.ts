/** Bob, who opens alice's link, as the tests of his way to her see it. */
import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { encodeLink, type Link } from '@sealpost/core'
import {
  type ContactId,
  encodeInvitation,
  type Invitation,
  type MailboxAnswer
} from '@sealpost/protocol'
import { type ClaimedLinkRow, ClaimedLinkRowSchema } from '@sealpost/protocol/home'
import { linkSecrets } from '../../src/address/seeds.ts'
import {
  addressRecord,
  bytesOf,
  contactId,
  content,
  DAY_MS,
  deviceList,
  FIRST,
  invitation,
  START_MS
} from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { type Asked, TestRelay } from '../peer/test-relay.ts'

export const ALICE = contactId('alice')
export const SECRET = bytesOf('link secret', 32)
export const CIPHERTEXT = { type: 3 as const, bytes: bytesOf('request ciphertext', 3_000) }

export interface Scene {
  readonly bob: TestPeer
  /** Where alice's link points to. */
  readonly relays: readonly TestRelay[]
  readonly rita: TestRelay
  /** Bob's own. */
  readonly home: TestRelay
}

/** Bob with a relay of his own, and relays that hold a claimable of alice's each. */
export function scene(relayCount = 1): Scene {
  const relays = ['rita', 'rosa', 'ruth'].slice(0, relayCount).map((name) => new TestRelay(name))
  const home = new TestRelay('home')
  const bob = new TestPeer('bob', [home, ...relays], { own: [home.address] })
  for (const relay of relays) {
    publish(relay)
  }
  bob.online()
  const [rita] = relays
  assert.ok(rita !== undefined)
  return { bob, relays, rita, home }
}

export function publish(relay: TestRelay, ...blobs: readonly Uint8Array[]): void {
  const { linkId } = linkSecrets(SECRET, relay.nodeKey)
  relay.claimables.set(linkId, blobs.length === 0 ? [blobOf(relay)] : blobs)
}

export function blobOf(relay: TestRelay): Uint8Array {
  return bytesOf(`claimable at ${relay.name}`, 4_096)
}

export function linkOf(relays: readonly TestRelay[], changes: Partial<Link> = {}): Uint8Array {
  return encodeLink({
    kind: 'one-time',
    linkSecret: SECRET,
    inviterHash: bytesOf('inviter hash', 32),
    expiresAtMs: START_MS + 7 * DAY_MS,
    relays: relays.map(({ address }) => address),
    ...changes
  })
}

export function open({ bob, relays }: Scene, changes: Partial<Link> = {}, text = ''): void {
  bob.give({
    type: 'open-link',
    contactId: ALICE,
    link: linkOf(relays, changes),
    name: '',
    text,
    replaces: undefined
  })
}

/** What was handed out turns out to be alice's, or nobody's. */
export function openClaimable(
  { bob, relays }: Scene,
  changes: Partial<Invitation> | 'bad' = {}
): void {
  const [wanted] = bob.take('open-claimable')
  assert.ok(wanted !== undefined, 'a claimable is to be opened')
  const addresses = relays.map(({ address }) => address)
  const opened = changes === 'bad' ? undefined : invitation('alice', addresses, changes)
  bob.give({
    type: 'claimable-opened',
    contactId: wanted.contactId,
    relay: wanted.relay,
    invitation: opened,
    invitationBytes: opened === undefined ? new Uint8Array(0) : encodeInvitation(opened)
  })
}

export function compose({ bob }: Scene): void {
  assert.equal(bob.take('compose-request').length, 1)
  bob.give({
    type: 'request-composed',
    contactId: ALICE,
    ciphertext: CIPHERTEXT,
    addressVersion: 1,
    sentAtMs: START_MS
  })
}

export function row(bob: TestPeer, id: ContactId = ALICE): ClaimedLinkRow | undefined {
  const value = bob.rows.get({ table: 'claimed-link', key: id })
  return value === undefined ? undefined : fromBinary(ClaimedLinkRowSchema, value)
}

/** Alice's accept arrives. */
export function accepted({ bob, relays }: Scene, version = 1): void {
  const addresses = relays.map(({ address }) => address)
  const body = {
    type: 'accept' as const,
    profile: { name: 'alice' },
    address: addressRecord('alice', addresses, { version }),
    deviceList: deviceList(1, 1)
  }
  const progress = [{ device: FIRST, deliveredUpTo: 1, deliveredBeyond: [], readUpTo: 0 }]
  bob.receive(ALICE, content(1, body, { progress }))
}

export function answering(
  relay: TestRelay,
  type: Asked['request']['type'],
  answer: MailboxAnswer | 'silent',
  count = Infinity
): void {
  let left = count
  relay.script = ({ request }) => (request.type === type && left-- > 0 ? answer : undefined)
}

export function ends(bob: TestPeer): readonly string[] {
  return bob.takeNotices('link-failed').map(({ end }) => end)
}

/** Composing is asked for again and again; one is enough. */
export function onlyOne(bob: TestPeer): TestPeer {
  const wanted = bob.take('compose-request')
  assert.ok(wanted.length > 0)
  bob.wanted.push(...wanted.slice(0, 1))
  return bob
}
