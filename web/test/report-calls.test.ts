import assert from 'node:assert/strict'
import { TICKET_LINES_MAX } from '@sealpost/protocol'
import { listenedForUntil } from '../src/peer/reports-keeper.ts'
import { begunWith, leaveBeginning, takeBeginning } from '../src/state/report-about.ts'
import { charactersLeft } from '../src/state/report-room.ts'
import { parseSentReport, type SentReport } from '../src/wire/report-calls.ts'

const REPORT: SentReport = {
  number: 'ABCD-2345',
  desk: 'sealpost:i/AQEP',
  category: 'abuse',
  text: 'He writes and writes.',
  lines: ['Sealpost 1.0.0']
}
const DAY_MS = 86_400_000

describe('a report that a page sends', () => {
  it('is taken as it is, with as many lines as go with one', () => {
    assert.deepEqual(parseSentReport(REPORT), REPORT)
    const lines = Array.from({ length: TICKET_LINES_MAX }, (_, at) => String(at))
    const most = { ...REPORT, lines }
    assert.deepEqual(parseSentReport({ ...most, lines: [...lines, 'one more'], more: 1 }), most)
    assert.deepEqual(parseSentReport({ ...REPORT, lines: [7, '', 'x'] })?.lines, ['x'])
    assert.deepEqual(parseSentReport({ ...REPORT, lines: 'x' })?.lines, [])
  })

  it('is none where anything is missing or of another kind', () => {
    const all = [
      undefined,
      'x',
      {},
      { ...REPORT, number: 'abcd-2345' },
      { ...REPORT, number: 'AB0D-2345' },
      { ...REPORT, category: 'rant' },
      { ...REPORT, text: 7 },
      { ...REPORT, desk: undefined }
    ]
    for (const value of all) {
      assert.equal(parseSentReport(value), undefined)
    }
  })
})

describe('how long a desk is listened for', () => {
  it('is a year for what is open, a month for what is over, and the longest of all', () => {
    const open = { openedAtMs: 0, isOver: false }
    const over = { openedAtMs: 10 * DAY_MS, isOver: true }
    assert.equal(listenedForUntil([over]), 40 * DAY_MS)
    assert.equal(listenedForUntil([over, open]), 366 * DAY_MS)
    assert.ok(listenedForUntil([]) > 0)
  })
})

describe('the room in a report', () => {
  it('is counted in characters of the kind that is written', () => {
    assert.equal(charactersLeft(''), 10_000)
    assert.equal(charactersLeft('x'.repeat(9_999)), 1)
    assert.equal(charactersLeft('x'.repeat(10_000)), 0)
    assert.ok(charactersLeft('x'.repeat(10_001)) < 0)
    assert.equal(charactersLeft('日'), 3_332)
    assert.equal(charactersLeft('日'.repeat(3_333)), 0)
    assert.ok(charactersLeft('日'.repeat(3_334)) < 0)
  })
})

describe('what a report begins with', () => {
  it('stands before what was being written, once', () => {
    const draft = { category: 'wish', text: 'more colours' } as const
    leaveBeginning({ category: 'abuse', text: 'about mallory' })
    const begun = begunWith(draft, takeBeginning())
    assert.deepEqual(begun, { category: 'abuse', text: 'about mallory\n\nmore colours' })
    assert.deepEqual(begunWith({ ...draft, text: '' }, { category: 'abuse', text: 'x' }).text, 'x')
    assert.equal(begunWith(draft, takeBeginning()), draft)
  })
})
