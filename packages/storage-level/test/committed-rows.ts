import assert from 'node:assert/strict'
import type { Mutation, Store, TableName } from '@sealpost/host'

function keyOf(number: number): string {
  return String(number).padStart(8, '0')
}

/** What the commit of this number does: two rows that stay, and one that the next commit erases. */
export function commitOf(number: number): readonly Mutation[] {
  const key = keyOf(number)
  // Enough for LevelDB to write tables and compact them now and then.
  const value = new Uint8Array(500 + (number % 7) * 500).fill(number)
  return [
    { type: 'write', table: 'message', key, value },
    { type: 'write', table: 'message-index', key, value: new Uint8Array([number]) },
    { type: 'write', table: 'outbox', key, value },
    { type: 'erase', table: 'outbox', key: keyOf(number - 1) }
  ]
}

/** Checks that all commits up to some number are there, each whole, and no others. @returns how many they are. */
export async function checkCommitted(store: Store): Promise<number> {
  const rowsOf = (table: TableName): ReturnType<Store['getRange']> =>
    store.getRange({ table, from: '', to: '~', limit: 1_000_000 })
  const messages = await rowsOf('message')
  const count = messages.length
  assert.deepEqual(
    messages.map((row) => row.key),
    Array.from({ length: count }, (_, number) => keyOf(number)),
    'commits are there in the order they were made'
  )
  for (const [number, { value }] of messages.entries()) {
    assert.deepEqual(value, commitOf(number).flatMap((m) => (m.type === 'write' ? m.value : []))[0])
  }
  const index = await rowsOf('message-index')
  assert.deepEqual(
    index.map((row) => row.key),
    messages.map((row) => row.key),
    'commits are whole'
  )
  const outbox = await rowsOf('outbox')
  assert.deepEqual(
    outbox.map((row) => row.key),
    count === 0 ? [] : [keyOf(count - 1)],
    'what was erased stays erased'
  )
  return count
}
