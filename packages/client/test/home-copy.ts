/** Copies of homes: the same rows once more, as a copied profile has. */
import type { PeerTable, Write } from '@sealpost/core'
import { TestHome, type World } from './world.ts'

const TABLES: readonly PeerTable[] = [
  'vault',
  'account',
  'contact',
  'own-address',
  'destroyed-mailbox',
  'their-address',
  'progress',
  'message',
  'message-index',
  'unread',
  'seen',
  'seen-week',
  'outbox',
  'receipt',
  'recall',
  'withdrawal',
  'invitation',
  'claimed-link',
  'declined-request',
  'known-relay',
  'session',
  'trusted-identity',
  'one-time-prekey',
  'signed-prekey',
  'kyber-prekey',
  'kyber-prekey-use',
  'sender-key'
]

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
