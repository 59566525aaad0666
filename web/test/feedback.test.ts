import assert from 'node:assert/strict'
import { TICKET_LINE_BYTES_MAX } from '@sealpost/protocol'
import { feedbackCalls } from '../src/peer/feedback-calls.ts'
import { excerptOf, failuresOf, type LoggedEvent, RecentLog } from '../src/peer/recent-log.ts'
import { browserOf, diagnosticLines } from '../src/state/diagnostics.ts'
import {
  cutLine,
  type Feedback,
  FEEDBACK_LINES_MAX,
  FEEDBACK_UNITS_MAX,
  type FeedbackCalls,
  FEEDBACKS_MAX,
  NO_FEEDBACK,
  parseFeedback
} from '../src/wire/feedback.ts'

const ABOUT: Feedback = {
  number: 'ABCD-2345',
  category: 'wish',
  text: 'more colours',
  lines: ['Sealpost 1.0.0'],
  writtenAtMs: 1_700_000_000_000
}

class Keeper {
  readonly kept = new Map<string, Uint8Array>()

  async notes(names: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return names.map((name) => this.kept.get(name))
  }

  async keepNote(name: string, note: Uint8Array | undefined): Promise<void> {
    assert.match(name, /^[a-z0-9/-]{1,96}$/)
    if (note === undefined) {
      this.kept.delete(name)
    } else {
      this.kept.set(name, note)
    }
  }
}

function made(): { readonly home: Keeper; readonly calls: FeedbackCalls } {
  const home = new Keeper()
  return { home, calls: feedbackCalls({ client: home }, new RecentLog(() => 0)) }
}

const numbered = (at: number): string => `${String(at).padStart(4, '0')}-AAAA`

describe('what somebody tells those who make the app', () => {
  it('is kept once under its number, newest first, and its draft is no more', async () => {
    const { home, calls } = made()
    await calls.keepFeedbackDraft({ category: 'wish', text: 'more' })
    assert.deepEqual(await calls.feedbackDraft(), { category: 'wish', text: 'more' })
    await calls.keepFeedback(ABOUT)
    await calls.keepFeedback(ABOUT)
    const later = { ...ABOUT, number: 'ZZZZ-9999', text: 'fewer' }
    await calls.keepFeedback(later)
    assert.deepEqual(await calls.feedbacks(), [later, ABOUT])
    assert.deepEqual(await calls.feedbackDraft(), NO_FEEDBACK)
    await calls.removeFeedback(ABOUT.number)
    await calls.removeFeedback(ABOUT.number)
    assert.deepEqual(await calls.feedbacks(), [later])
    await calls.removeFeedback(later.number)
    assert.equal(home.kept.size, 1)
  })

  it('is all there where two tabs keep and delete at once', async () => {
    const { calls } = made()
    const numbers = [0, 1, 2].map(numbered)
    await Promise.all(numbers.map((number) => calls.keepFeedback({ ...ABOUT, number })))
    await Promise.all([
      calls.removeFeedback(numbered(0)),
      calls.keepFeedback(ABOUT),
      calls.removeFeedback(numbered(2))
    ])
    const found = (await calls.feedbacks()).map(({ number }) => number)
    assert.deepEqual(found, [ABOUT.number, numbered(1)])
  })

  it('is not kept without a text, nor beyond what one home keeps', async () => {
    const { calls } = made()
    await assert.rejects(calls.keepFeedback({ ...ABOUT, text: ' \n' }), { code: 'SEALPOST_USAGE' })
    await assert.rejects(calls.keepFeedback({ ...ABOUT, number: '../x' }), {
      code: 'SEALPOST_USAGE'
    })
    for (let at = 0; at < FEEDBACKS_MAX; at++) {
      await calls.keepFeedback({ ...ABOUT, number: numbered(at) })
    }
    await assert.rejects(calls.keepFeedback(ABOUT), { code: 'SEALPOST_USAGE' })
    assert.equal((await calls.feedbacks()).length, FEEDBACKS_MAX)
    await calls.removeFeedback(numbered(0))
    await calls.keepFeedback(ABOUT)
  })

  it('has bounds, and nothing in it that is none of it', () => {
    const long = 'x'.repeat(FEEDBACK_UNITS_MAX)
    const line = 'y'.repeat(TICKET_LINE_BYTES_MAX)
    const lines = Array.from({ length: FEEDBACK_LINES_MAX }, () => line)
    const most = { ...ABOUT, text: long, lines }
    assert.deepEqual(parseFeedback(most), most)
    const beyond = { ...most, text: `${long}x`, lines: [`${line}y`, ...lines], more: 1 }
    assert.deepEqual(parseFeedback(beyond), most)
    const odd = { ...ABOUT, category: 'x', text: 7, lines: 'x', writtenAtMs: 'x' }
    assert.deepEqual(parseFeedback(odd), {
      number: ABOUT.number,
      category: 'problem',
      text: '',
      lines: [],
      writtenAtMs: 0
    })
    for (const value of [undefined, 'x', {}, { ...ABOUT, number: 'abcd-2345' }]) {
      assert.equal(parseFeedback(value), undefined)
    }
  })
})

describe('a line that goes with a report', () => {
  it('has as many bytes as a report takes, and no half sign at its end', () => {
    for (const [line, cut] of [
      ['y'.repeat(301), 'y'.repeat(300)],
      ['线'.repeat(101), '线'.repeat(100)],
      [`y${'😀'.repeat(80)}`, `y${'😀'.repeat(74)}`],
      ['', '']
    ] as const) {
      assert.equal(cutLine(line), cut)
    }
  })
})

describe('what the app says of itself', () => {
  it('names what failed, by codes and how often', () => {
    const event = (name: string, fields: LoggedEvent['fields']): LoggedEvent => {
      return { level: 'warn', event: name, fields, atMs: 0 }
    }
    const full = { code: 'SEALPOST_STORE_FULL', at: 'http://10.0.0.7/x.js' }
    assert.deepEqual(
      failuresOf([
        event('client.task.failed', { code: 'not a code: 10.0.0.7' }),
        event('client.store.failed', full),
        event('client.store.failed', full),
        { level: 'info', event: 'driver.restarted', fields: {}, atMs: 0 }
      ]),
      ['client.store.failed SEALPOST_STORE_FULL (2 times)', 'client.task.failed']
    )
  })

  it('ends with what happened last, with its time and its code alone', () => {
    const events = Array.from({ length: 40 }, (_, at): LoggedEvent => {
      return { level: 'info', event: `step-${String(at)}`, fields: { place: '10.0.0.7' }, atMs: at }
    })
    const last: LoggedEvent = {
      level: 'warn',
      event: 'relay.unreached',
      fields: { code: 'SEALPOST_DIAL_FAILED' },
      atMs: 1_700_000_000_000
    }
    const lines = excerptOf([...events, last])
    assert.equal(lines.length, 20)
    assert.equal(lines[0], '00:00:00Z info step-21')
    assert.equal(lines.at(-1), '22:13:20Z warn relay.unreached SEALPOST_DIAL_FAILED')
    assert.deepEqual(excerptOf([]), [])
  })

  it('names no host, however many schemes stand before it', () => {
    const here = { version: '1', userAgent: '', language: 'en', width: 1, height: 1 }
    const report = [
      'draw@https://alice.example/a.js:1:2',
      'at blob:https://alice.example:7700/0f3c:1:2',
      'at filesystem:http://alice.example/x:1',
      'at wss://alice.example'
    ].join('\n')
    const lines = diagnosticLines({ ...here, isInstalled: false }, [], report)
    assert.deepEqual(lines.slice(4), ['draw@/a.js:1:2', 'at /0f3c:1:2', 'at /x:1', 'at'])
  })

  it('names no host, and of the browser no more than its kind', () => {
    const userAgent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.8078.79 Safari/537.36'
    const here = { version: '1.2.3', userAgent, language: 'en', width: 360, height: 740 }
    const report = 'TypeError\n    at draw (https://alice.example:7700/assets/home.js:1:2)'
    assert.deepEqual(diagnosticLines({ ...here, isInstalled: true }, ['a.failed'], report), [
      'Sealpost 1.2.3, installed',
      'Chromium 156, Linux',
      'language en',
      'window 360 x 740',
      'TypeError',
      'at draw (/assets/home.js:1:2)',
      'a.failed'
    ])
    assert.equal(browserOf(''), 'another browser, another system')
    const many = Array.from({ length: 100 }, (_, at) => String(at))
    const lines = diagnosticLines({ ...here, isInstalled: false }, many, '')
    assert.equal(lines.length, FEEDBACK_LINES_MAX)
  })
})
