/** What must be true of a home, and what is said of a message. */
import assert from 'node:assert/strict'
import type { Message } from '../src/index.ts'
import type { Name } from './scenario-plan.ts'
import type { TestHome } from './world.ts'

/** The seeds of one contact that are told or still served, and some whose mailboxes are being destroyed. */
const SEEDS_MAX = 12

/** What may grow without a bound is bounded: nothing is left of what is over. */
export function checkRows({ disk }: TestHome, name: Name, contactCount: number): void {
  const count = (table: Parameters<typeof disk.rows>[0]): number => disk.rows(table).length
  assert.equal(count('outbox'), 0, `${name}: nothing is on its way`)
  assert.ok(count('progress') <= contactCount, `${name}: one progress a device`)
  assert.ok(count('receipt') <= contactCount, `${name}: one receipt a device`)
  assert.ok(count('own-address') <= contactCount * SEEDS_MAX, `${name}: few seeds a contact`)
  assert.ok(count('their-address') <= contactCount, `${name}: one address a device`)
}

export function isDelivered({ state }: Message): boolean {
  return state === 'delivered' || state === 'read'
}

export function isOver({ withdrawnAtMs }: Message): boolean {
  return withdrawnAtMs !== undefined
}
