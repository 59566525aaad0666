import assert from 'node:assert/strict'
import { CALLS, type NoticeRow, Notices, ParamValues } from '@sealpost/operator'
import fc from 'fast-check'

const DAY_MS = 86_400_000

function noticeRow(number: number, more: Partial<NoticeRow> = {}): NoticeRow {
  return {
    id: number.toString(16).padStart(16, '0'),
    language: '',
    text: 'The relay restarts on Sunday at 9.',
    by: 'socket',
    createdAtMs: 0,
    endsAtMs: DAY_MS,
    ...more
  }
}

describe('the notices of a relay', () => {
  it('are read as they were written', () => {
    const notices = new Notices([noticeRow(1)]).add(
      noticeRow(2, { language: 'zh-CN', text: '维护' })
    )
    assert.deepEqual(Notices.parse('notices.json', notices.toText()).rows, notices.rows)
  })

  it('are three at most, without those that are over', () => {
    const full = new Notices([1, 2].map((number) => noticeRow(number))).add(noticeRow(3))
    assert.throws(() => full.add(noticeRow(4)), { code: 'SEALPOST_TOO_MANY' })
    const later = noticeRow(4, { createdAtMs: DAY_MS, endsAtMs: 2 * DAY_MS })
    assert.deepEqual(full.add(later).rows, [later])
    assert.equal(full.at(DAY_MS - 1).rows.length, 3)
  })

  it('are taken back once', () => {
    const left = new Notices([noticeRow(1), noticeRow(2)]).remove(noticeRow(1).id)
    assert.deepEqual(left.rows, [noticeRow(2)])
    assert.throws(() => left.remove(noticeRow(1).id), { code: 'SEALPOST_NOT_FOUND' })
  })

  it('are plain lines in a language that can be one', () => {
    for (const text of ['', '   ', 'a\nb', '\u001b[2J', '\u202eabc', 'ä'.repeat(201)]) {
      assert.throws(() => new Notices().add(noticeRow(1, { text })), { code: 'SEALPOST_USAGE' })
    }
    for (const language of ['german!', 'e', 'en_GB']) {
      assert.throws(() => new Notices().add(noticeRow(1, { language })), { code: 'SEALPOST_USAGE' })
    }
    assert.equal(new Notices().add(noticeRow(1, { text: 'ä'.repeat(200) })).rows.length, 1)
  })

  it('are asked for within their bounds, and leave no text in the audit log', () => {
    const { params } = CALLS['notices add']
    const given = ParamValues.parse(params, { text: 'a', days: 90, language: 'en' })
    assert.deepEqual(given.withoutSecrets(params), { days: 90, language: 'en' })
    for (const wrong of [
      {},
      { text: 'a'.repeat(401) },
      { text: 'a', days: 0 },
      { text: 'a', days: 91 }
    ]) {
      assert.throws(() => ParamValues.parse(params, wrong), { code: 'SEALPOST_USAGE' })
    }
  })

  it('are all there or refused, whatever became of their file', () => {
    const text = new Notices([noticeRow(1, { language: 'en' })]).toText()
    for (const wrong of ['', '{}', text.replace('"en"', '"e"'), text.replace('Sunday', '\\n')]) {
      assert.throws(() => Notices.parse('notices.json', wrong), { code: 'SEALPOST_STORE_CORRUPT' })
    }
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), (at, other) => {
        try {
          Notices.parse('notices.json', text.slice(0, at) + other + text.slice(at + other.length))
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error)
          assert.equal(error.code, 'SEALPOST_STORE_CORRUPT')
        }
      })
    )
  })
})
