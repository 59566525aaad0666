/** Alice, who sends to bob, as the tests of her outbox see it. */
import assert from 'node:assert/strict'
import { fromBinary } from '@bufbuild/protobuf'
import { outboxKey } from '@sealpost/core'
import type { ContactId, MailboxAnswer } from '@sealpost/protocol'
import { type OutboxRow, OutboxRowSchema } from '@sealpost/protocol/home'
import { EPOCH, FIRST, START_MS } from '../peer/cast.ts'
import { TestPeer } from '../peer/test-peer.ts'
import { TestRelay } from '../peer/test-relay.ts'

export interface Scene {
  readonly alice: TestPeer
  readonly bob: ContactId
  readonly relays: readonly TestRelay[]
}

/** Alice online, and bob at so many relays of his own. */
export function scene(relayCount: number, seedEpoch = EPOCH - 1): Scene {
  const names = ['rita', 'rosa', 'ruth', 'rhea', 'rania'].slice(0, relayCount)
  const relays = names.map((name) => new TestRelay(name))
  const alice = new TestPeer('alice', relays, { own: [] })
  const bob = alice.knows('bob', relays, { record: { seedEpoch } })
  alice.online()
  return { alice, bob, relays }
}

export function first(relays: readonly TestRelay[]): TestRelay {
  const [relay] = relays
  assert.ok(relay !== undefined)
  return relay
}

export function row(alice: TestPeer, bob: ContactId, number: number): OutboxRow | undefined {
  const value = alice.rows.get({ table: 'outbox', key: outboxKey(bob, FIRST, number) })
  return value === undefined ? undefined : fromBinary(OutboxRowSchema, value)
}

export function stored(relay: TestRelay): readonly number[] {
  return relay.envelopes.map(({ deposit }) => deposit.ciphertext.bytes[0] ?? 0)
}

/** Answers so to the deposits that `isMeant` picks. */
export function answering(
  relay: TestRelay,
  answer: MailboxAnswer | 'silent',
  isMeant: (count: number) => boolean = () => true
): void {
  let count = 0
  relay.script = ({ request }) =>
    request.type === 'deposit' && isMeant(count++) ? answer : undefined
}

export function depositTimes(relay: TestRelay): readonly number[] {
  return relay.asked
    .filter(({ request }) => request.type === 'deposit')
    .map(({ atMs }) => atMs - START_MS)
}
