/** What the rows of a relay add up to, read without its machine: what its counters must say. */
import assert from 'node:assert/strict'
import {
  LIVE,
  parseEnvelope,
  parseIndex,
  parseMailbox,
  parseTimedKey,
  sequenceOfKey
} from '../../src/relay/rows.ts'
import type { RelayWorld } from './relay-world.ts'

interface Sums {
  envelopeCount: number
  envelopeBytes: number
  tombstoneCount: number
  mailboxCount: number
}

/**
 * Checks that every row belongs to another, that each mailbox's counters are those of its rows, and that the relay's totals
 * are those of its mailboxes. Garbage of destroyed mailboxes is passed over; `isSwept` says that there may be none.
 */
export function assertRowsAddUp(world: RelayWorld, isSwept = false): void {
  const { rows } = world
  const total: Sums = { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0, mailboxCount: 0 }
  const known = new Set<string>()
  for (const { key: mailboxId, value } of rows.all('mailbox')) {
    const mailbox = parseMailbox(value)
    assert.ok(mailbox !== 'corrupt')
    const own: Sums = { envelopeCount: 0, envelopeBytes: 0, tombstoneCount: 0, mailboxCount: 1 }
    const range = { from: mailboxId, to: `${mailboxId}g`, limit: 1e9 }
    for (const { key, value: bytes } of rows.range({ table: 'envelope', ...range }).rows) {
      const sequence = sequenceOfKey(key)
      const row = parseEnvelope(bytes)
      assert.ok(row !== 'corrupt')
      if (sequence < mailbox.firstSequence) {
        continue
      }
      const indexBytes = rows.get({ table: 'envelope-index', key: mailboxId + row.envelopeId })
      assert.deepEqual(indexBytes && parseIndex(indexBytes), {
        sequence,
        expiryHour: row.expiryHour
      })
      const expiry = `${row.expiryHour.toString(16).padStart(8, '0')}e${key}`
      assert.ok(rows.get({ table: 'expiry', key: expiry }) !== undefined, 'it expires')
      known
        .add(key)
        .add(expiry)
        .add(mailboxId + row.envelopeId)
      assert.ok(sequence < mailbox.nextSequence)
      if (row.state === LIVE) {
        own.envelopeCount += 1
        own.envelopeBytes += row.size
        assert.ok(sequence >= mailbox.firstLive)
      } else {
        own.tombstoneCount += 1
        assert.ok(sequence >= mailbox.firstTombstone)
      }
    }
    assert.deepEqual(
      [mailbox.liveCount, mailbox.liveBytes, mailbox.tombstoneCount],
      [own.envelopeCount, own.envelopeBytes, own.tombstoneCount]
    )
    const quota = world.options.quotas[mailbox.kind]
    assert.ok(own.envelopeCount <= quota.envelopeCountMax && own.envelopeBytes <= quota.bytesMax)
    for (const name of [
      'envelopeCount',
      'envelopeBytes',
      'tombstoneCount',
      'mailboxCount'
    ] as const) {
      total[name] += own[name]
    }
    const idle = `${mailbox.lastWeek.toString(16).padStart(8, '0')}m${mailboxId}`
    assert.ok(rows.get({ table: 'idle-mailbox', key: idle }) !== undefined, 'it becomes idle')
  }
  const { envelopeCount, envelopeBytes, tombstoneCount, mailboxCount } = world.machine.status()
  assert.deepEqual({ envelopeCount, envelopeBytes, tombstoneCount, mailboxCount }, total)
  if (isSwept) {
    assertNothingElse(world, known, total)
  }
}

function assertNothingElse(world: RelayWorld, known: ReadonlySet<string>, total: Sums): void {
  const { rows } = world
  for (const table of ['envelope', 'envelope-index'] as const) {
    assert.ok(
      rows.all(table).every(({ key }) => known.has(key)),
      `${table} holds garbage`
    )
  }
  for (const { key } of rows.all('expiry')) {
    const timed = parseTimedKey(key)
    assert.ok(timed !== 'corrupt' && (timed.what === 'l' || known.has(key)), 'expiry holds garbage')
  }
  assert.equal(rows.count('idle-mailbox'), total.mailboxCount)
  assert.equal(rows.count('doomed-mailbox'), 0)
}
