/** Copies of homes: the same rows once more, as a copied profile has. */
import type { PeerTable, Write } from '@sealpost/core'
import { TestHome, type World } from './world.ts'

/** Every one of them, which the compiler sees to: a copy that lacks a table would be no copy. */
const EVERY_TABLE: Readonly<Record<PeerTable, true>> = {
  vault: true,
  account: true,
  contact: true,
  'own-address': true,
  'destroyed-mailbox': true,
  'their-address': true,
  progress: true,
  message: true,
  'message-index': true,
  unread: true,
  seen: true,
  'seen-week': true,
  outbox: true,
  receipt: true,
  recall: true,
  withdrawal: true,
  'pending-word': true,
  fade: true,
  star: true,
  invitation: true,
  'claimed-link': true,
  'declined-request': true,
  'known-relay': true,
  session: true,
  'trusted-identity': true,
  'one-time-prekey': true,
  'signed-prekey': true,
  'kyber-prekey': true,
  'kyber-prekey-use': true,
  'sender-key': true
}
const TABLES = Object.keys(EVERY_TABLE) as readonly PeerTable[]

/** What a home holds now: all of it. */
export function rowsOfHome({ disk }: TestHome): readonly Write[] {
  return TABLES.flatMap((table) =>
    disk.rows(table).map(({ key, value }) => ({ type: 'write' as const, table, key, value }))
  )
}

/** A home that holds just that. */
export async function homeOf(
  world: World,
  name: string,
  rows: readonly Write[]
): Promise<TestHome> {
  const copy = new TestHome(world, name, false)
  const store = await copy.disk.open()
  await store.commit(rows)
  await store.close()
  return copy
}
