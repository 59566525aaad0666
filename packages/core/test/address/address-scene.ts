/** Alice, who is reached by bob, as the tests of her address see it. */
import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import type { AddressRecord, ContactId, PrekeyBundle } from '@sealpost/protocol'
import { type OwnAddressRow, OwnAddressRowSchema } from '@sealpost/protocol/home'
import { account, content, deviceList } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

export const DAY_MS = 86_400_000
export const WEEK_MS: number = 7 * DAY_MS

export interface Scene {
  readonly alice: TestPeer
  readonly bob: ContactId
  readonly relays: Readonly<Record<'rita' | 'rosa' | 'ruth', TestRelay>>
}

/** Alice at rita, with bob accepted and told so; rosa and ruth are there to be chosen. */
export function scene(): Scene {
  const relays = {
    rita: new TestRelay('rita'),
    rosa: new TestRelay('rosa'),
    ruth: new TestRelay('ruth')
  }
  const all = Object.values(relays)
  const alice = new TestPeer('alice', all, { own: [relays.rita.address] })
  alice.online()
  alice.invite('link for bob')
  alice.request('link for bob', 'bob', { relays: all.slice(0, 1) })
  const [bob] = alice.machine.contacts()
  assert.ok(bob !== undefined)
  answer(alice, bob.contactId)
  return { alice, bob: bob.contactId, relays }
}

export function recordOf(alice: TestPeer, bob: ContactId): AddressRecord {
  const record = alice.machine.ownAddress(bob)
  assert.ok(record !== undefined)
  return record
}

/** The client composes the accept that was asked for. */
export function answer(alice: TestPeer, bob: ContactId): void {
  const number = alice.machine.contact(bob)?.nextNumber ?? 0
  const address = recordOf(alice, bob)
  const profile = { name: 'alice' }
  const body = { type: 'accept' as const, profile, address, deviceList: deviceList(1, 1) }
  alice.submit(bob, content(number, body))
}

/** The client composes the updates that were asked for. @returns the versions, by whom they were for. */
export function tell(alice: TestPeer): readonly number[] {
  const versions: number[] = []
  for (;;) {
    const asked = alice.take('compose-address')
    if (asked.length === 0) {
      return versions
    }
    for (const contactId of new Set(asked.map((effect) => effect.contactId))) {
      const number = alice.machine.contact(contactId)?.nextNumber ?? 0
      const address = recordOf(alice, contactId)
      versions.push(address.version)
      const body = { type: 'address-update' as const, address, deviceList: undefined }
      alice.submit(contactId, content(number, body))
    }
  }
}

/** Bob's device says that it has everything so far. */
export function receipt(alice: TestPeer, bob: ContactId): void {
  const number = alice.machine.contact(bob)?.nextNumber ?? 1
  alice.told(bob, { deliveredUpTo: number - 1 })
}

/** How many mailboxes of the contact a relay has. */
export function mailboxCount(alice: TestPeer, relay: TestRelay): number {
  return [...relay.mailboxes].filter((id) => alice.machine.mailbox(relay.nodeKey, id)).length
}

/** The rows of a contact's addresses: the present one, and those of older seeds. */
export function ownRows(
  alice: TestPeer,
  bob: ContactId
): { readonly present: OwnAddressRow; readonly old: readonly OwnAddressRow[] } {
  const { rows } = alice.rows.range({
    table: 'own-address',
    from: bob,
    to: `${bob}/`,
    limit: 100
  })
  const [present, ...old] = rows.map(({ value }) => fromBinary(OwnAddressRowSchema, value))
  assert.ok(present !== undefined)
  return { present, old }
}

/** Gives in what `make-bundle` asked for. */
export function makeBundle(alice: TestPeer): PrekeyBundle | undefined {
  const asked = alice.take('make-bundle').at(-1)
  if (asked === undefined) {
    return undefined
  }
  const { signedPrekeyId, kyberPrekeyId } = asked
  const bundle = { ...account('alice', []).bundle, signedPrekeyId, kyberPrekeyId }
  alice.give({ type: 'bundle-made', bundle })
  return bundle
}
