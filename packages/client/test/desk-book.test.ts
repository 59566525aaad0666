import assert from 'node:assert/strict'
import { seededRandom } from '@sealpost/host/testing'
import { contactIds, TICKET_CATEGORIES, ticketNumberOf } from '@sealpost/protocol'
import fc from 'fast-check'
import {
  countTickets,
  DESK_TICKETS_PER_MONTH_MAX,
  monthOf,
  readDeskNotes,
  readTickets,
  type Ticket,
  writeTickets
} from '../src/desk-book.ts'
import { NOTE_BYTES_MAX } from '../src/notes.ts'
import { readReportBook } from '../src/report-book.ts'

const CAUSES = ['slow', 'disk-full', 'phone', 'words', 'login']
const STATES = ['received', 'looking', 'solved', 'closed', 'withdrawn'] as const

function seededTickets(count: number, seed: number): readonly Ticket[] {
  const random = seededRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[(random.bytes(1)[0] ?? 0) % items.length]
    assert.ok(item !== undefined)
    return item
  }
  return Array.from({ length: count }, (_, at) => ({
    number: ticketNumberOf(random.bytes(8)),
    contactId: contactIds.fromBytes(random.bytes(16)),
    category: pick(TICKET_CATEGORIES),
    state: pick(STATES),
    version: undefined,
    tags: [...new Set([pick(CAUSES), pick(CAUSES)])].slice(0, at % 3),
    openedAtMs: Date.UTC(2026, pick([8, 9, 10]), pick([1, 15, 30]), 23, 59, 59),
    waitsSinceMs: 0,
    isAlarmed: false,
    isWhole: true
  }))
}

describe('the counts of a desk', () => {
  it('are exact on 200 drawn tickets, without what was withdrawn', () => {
    for (const seed of [1, 2, 3]) {
      const tickets = seededTickets(200, seed)
      const wanted = new Map<string, number>()
      const add = (key: string): void => {
        wanted.set(key, (wanted.get(key) ?? 0) + 1)
      }
      for (const { state, openedAtMs, category, tags } of tickets) {
        if (state !== 'withdrawn') {
          const month = new Date(openedAtMs).toISOString().slice(0, 7)
          const isOpen = state === 'received' || state === 'looking'
          add(month)
          add(`${month} ${category}`)
          add(`${month} open ${String(isOpen)}`)
          tags.forEach((tag) => {
            add(`${month} cause ${tag}`)
          })
        }
      }
      const counts = countTickets(tickets)
      assert.deepEqual(
        counts.map(({ month }) => month),
        ['2026-11', '2026-10', '2026-09']
      )
      for (const { month, count, openCount, byCategory, byCause } of counts) {
        assert.equal(count, wanted.get(month))
        assert.equal(openCount, wanted.get(`${month} open true`) ?? 0)
        for (const category of TICKET_CATEGORIES) {
          assert.equal(byCategory[category], wanted.get(`${month} ${category}`) ?? 0)
        }
        for (const cause of CAUSES) {
          const found = byCause.find((counted) => counted.cause === cause)?.count
          assert.equal(found ?? 0, wanted.get(`${month} cause ${cause}`) ?? 0)
        }
        const ordered = [...byCause].sort((a, b) => b.count - a.count)
        assert.deepEqual(
          byCause.map((counted) => counted.count),
          ordered.map((counted) => counted.count)
        )
      }
    }
  })

  it('are by months of UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (atMs) => {
        assert.equal(monthOf(atMs), new Date(atMs).toISOString().slice(0, 7))
      })
    )
  })
})

describe('the tickets of a month', () => {
  it('are read as they were written, and fit into a note', () => {
    const tickets = seededTickets(DESK_TICKETS_PER_MONTH_MAX, 7)
    const tags = Array.from({ length: 5 }, (_, at) => `${String(at)}${'x'.repeat(31)}`)
    const largest = tickets.map((ticket) => ({ ...ticket, tags, version: '1'.repeat(32) }))
    const written = writeTickets(largest)
    assert.ok(written.length <= NOTE_BYTES_MAX)
    assert.deepEqual(readTickets(written), largest)
  })

  it('are none where the note is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const note = Buffer.from(text)
        assert.ok(Array.isArray(readTickets(note)))
        assert.ok(Array.isArray(readDeskNotes(note).months))
        assert.ok(Array.isArray(readReportBook(note).reports))
      })
    )
  })
})
