import assert from 'node:assert/strict'
import type { TicketView } from '../src/desk-calls.ts'
import { areCauses, causesOf, isOverdue, shownTickets } from '../src/tickets.ts'

const DAY_MS = 86_400_000
const NOW_MS = 10 * DAY_MS

function ticket(number: string, more: Partial<TicketView> = {}): TicketView {
  return {
    number,
    category: 'problem',
    state: 'received',
    version: undefined,
    tags: [],
    openedAtMs: NOW_MS,
    waitsSinceMs: 0,
    isWhole: true,
    ...more
  }
}

function numbers(tickets: readonly TicketView[]): readonly string[] {
  return tickets.map(({ number }) => number)
}

describe('the reports on a desk’s page', () => {
  const all = [
    ticket('AAAA-2222', { openedAtMs: 3 }),
    ticket('BBBB-2222', { openedAtMs: 4, state: 'looking', tags: ['disk'] }),
    ticket('CCCC-2222', { openedAtMs: 5, waitsSinceMs: 9 }),
    ticket('DDDD-2222', { openedAtMs: 6, waitsSinceMs: 7, category: 'abuse' }),
    ticket('EEEE-2222', { openedAtMs: 7, state: 'solved', tags: ['disk', 'slow'] }),
    ticket('FFFF-2222', { openedAtMs: 8, state: 'withdrawn', waitsSinceMs: 1 })
  ]

  it('are those that are open, who waits longest first, then the newest', () => {
    const open = ['DDDD-2222', 'CCCC-2222', 'BBBB-2222', 'AAAA-2222']
    assert.deepEqual(numbers(shownTickets(all, 'open', '')), open)
    assert.deepEqual(numbers(shownTickets(all, 'all', ' ')), [
      'DDDD-2222',
      'CCCC-2222',
      'FFFF-2222',
      'EEEE-2222',
      'BBBB-2222',
      'AAAA-2222'
    ])
  })

  it('are found by a part of a number, a cause or a kind', () => {
    assert.deepEqual(numbers(shownTickets(all, 'all', 'ccc')), ['CCCC-2222'])
    assert.deepEqual(numbers(shownTickets(all, 'all', ' Disk')), ['EEEE-2222', 'BBBB-2222'])
    assert.deepEqual(numbers(shownTickets(all, 'open', 'abuse')), ['DDDD-2222'])
    assert.deepEqual(shownTickets(all, 'all', 'nothing'), [])
  })

  it('are overdue after 24 h, where somebody waits at all', () => {
    const since = (waitsSinceMs: number, state: TicketView['state'] = 'received'): boolean =>
      isOverdue(ticket('AAAA-2222', { waitsSinceMs, state }), NOW_MS)
    assert.equal(since(NOW_MS - DAY_MS), true)
    assert.equal(since(NOW_MS - DAY_MS + 1), false)
    assert.equal(since(0), false)
    assert.equal(since(1, 'withdrawn'), false)
  })
})

describe('causes as somebody types them', () => {
  it('are words, each once, in small letters', () => {
    assert.deepEqual(causesOf(' Disk, slow-start;disk #memory、cpu '), [
      'disk',
      'slow-start',
      'memory',
      'cpu'
    ])
    assert.deepEqual(causesOf(' , '), [])
  })

  it('are taken up to five of 32 signs', () => {
    assert.equal(areCauses([]), true)
    assert.equal(areCauses(['a', 'b', 'c', 'd', 'e'.repeat(32)]), true)
    assert.equal(areCauses(['a', 'b', 'c', 'd', 'e', 'f']), false)
    for (const cause of ['e'.repeat(33), '-a', 'A', 'ä', 'a_b']) {
      assert.equal(areCauses([cause]), false, cause)
    }
  })
})
