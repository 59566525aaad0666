/** How most tests of clients begin: two people who know each other, in a world of their own. */
import assert from 'node:assert/strict'
import type { RelayOptions } from '@sealpost/core'
import type { ContactId, MessageId } from '@sealpost/protocol'
import { type TestHome, World } from './world.ts'

export interface Acquainted {
  readonly world: World
  readonly alice: TestHome
  readonly bob: TestHome
  /** Bob, as alice's contact, and the other way round. */
  readonly toBob: ContactId
  readonly toAlice: ContactId
}

export interface AcquaintedOptions {
  readonly relayCount?: number
  readonly relayOptions?: Partial<RelayOptions>
  /** How the homes are made. */
  readonly alice?: Parameters<World['addHome']>[2]
  readonly bob?: Parameters<World['addHome']>[2]
}

/** Two people with all relays, whose homes are open: alice, and bob, who opened her link. */
export async function acquainted(options: AcquaintedOptions = {}): Promise<Acquainted> {
  const { relayCount = 2, relayOptions } = options
  const world = new World()
  await world.addRelays(relayCount, relayOptions)
  const alice = await world.addHome('alice', world.relays, options.alice)
  const bob = await world.addHome('bob', world.relays, options.bob)
  await alice.open()
  await bob.open()
  await world.meet(alice, bob)
  const { contactId: toBob } = await world.run(alice.client.findContact('bob'))
  const { contactId: toAlice } = await world.run(bob.client.findContact('alice'))
  return { world, alice, bob, toBob, toAlice }
}

/** Has somebody write a text to the contact of that name. */
export async function write(
  world: World,
  from: TestHome,
  to: string,
  text: string
): Promise<MessageId> {
  const { contactId } = await world.run(from.client.findContact(to))
  const { messageId } = await world.run(from.client.send(contactId, text))
  assert.ok(messageId)
  return messageId
}
