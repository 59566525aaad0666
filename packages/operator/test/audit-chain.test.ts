import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  AUDIT_START,
  type AuditHead,
  auditLine,
  type AuditNote,
  checkAudit,
  formatAuditHead,
  parseAuditHead,
  parseAuditLine
} from '@sealpost/operator'
import fc from 'fast-check'

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function note(more: Partial<AuditNote> = {}): AuditNote {
  return { atMs: 1, by: 'rita', call: 'drain', params: {}, outcome: 'done', ...more }
}

interface Chain {
  readonly lines: string[]
  readonly heads: AuditHead[]
}

function chain(count: number, after = AUDIT_START): Chain {
  const lines: string[] = []
  const heads: AuditHead[] = []
  for (let i = 0; i < count; i++) {
    const made = auditLine(heads.at(-1) ?? after, note({ atMs: i, about: `id ${String(i)}` }), hash)
    lines.push(made.line)
    heads.push(made.head)
  }
  return { lines, heads }
}

const STRICT = { hash, isFromStart: true }

describe('the chain of the audit log', () => {
  it('is found whole where it is, and says where it ends', () => {
    const { lines, heads } = chain(5)
    const check = checkAudit(lines, { ...STRICT, heads })
    assert.deepEqual(check, { count: 5, first: 1, head: heads[4], problem: undefined })
    const none = { count: 0, first: undefined, head: AUDIT_START, problem: undefined }
    assert.deepEqual(checkAudit([], STRICT), none)
  })

  it('says of each line what was written', () => {
    const params = { name: 'bob', days: 3, 'dry-run': true }
    const { line } = auditLine(AUDIT_START, note({ params, lostCount: 2 }), hash)
    const entry = { number: 1, ...note({ params, lostCount: 2 }) }
    assert.deepEqual(parseAuditLine(line, hash)?.entry, entry)
    const long = auditLine(AUDIT_START, note({ params: { name: 'x'.repeat(300) } }), hash)
    assert.equal(parseAuditLine(long.line, hash)?.entry.params.name, `${'x'.repeat(256)}…`)
    assert.ok(!long.line.includes('\n'))
  })

  it('names a line in which one character is another', () => {
    const { lines } = chain(4)
    fc.assert(
      fc.property(fc.nat(3), fc.nat(400), fc.integer({ min: 1, max: 60 }), (at, offset, by) => {
        const line = lines[at] ?? ''
        const place = offset % line.length
        const other = String.fromCharCode(32 + ((line.charCodeAt(place) - 32 + by) % 95))
        const changed = line.slice(0, place) + other + line.slice(place + 1)
        const { count, problem } = checkAudit(lines.with(at, changed), STRICT)
        assert.deepEqual(problem, { line: at + 1, expected: at + 1, what: 'changed' })
        assert.equal(count, at)
      })
    )
  })

  it('names where a line was taken out, put elsewhere, or doubled', () => {
    const { lines } = chain(5)
    for (let at = 0; at < 4; at++) {
      const { problem } = checkAudit(lines.toSpliced(at, 1), STRICT)
      assert.deepEqual(problem, { line: at + 1, expected: at + 1, what: 'missing' })
    }
    const [first = '', second = '', third = ''] = lines
    assert.deepEqual(checkAudit([first, third, second], STRICT).problem, {
      line: 2,
      expected: 2,
      what: 'missing'
    })
    assert.deepEqual(checkAudit([first, second, second], STRICT).problem, {
      line: 3,
      expected: 3,
      what: 'out-of-order'
    })
  })

  it('names the line behind one that was written anew with its own hash', () => {
    const { lines, heads } = chain(4)
    const other = auditLine(heads[0] ?? AUDIT_START, note({ by: 'mallory' }), hash)
    assert.deepEqual(checkAudit(lines.with(1, other.line), STRICT).problem, {
      line: 3,
      expected: 3,
      what: 'replaced'
    })
  })

  it('is found cut, or written anew to its end, by a head that was kept', () => {
    const { lines, heads } = chain(4)
    const [, second = AUDIT_START, , last = AUDIT_START] = heads
    assert.equal(checkAudit(lines.slice(0, 3), STRICT).problem, undefined)
    const cut = { line: 4, expected: 4, what: 'cut' }
    assert.deepEqual(checkAudit(lines.slice(0, 3), { ...STRICT, heads: [last] }).problem, cut)
    const anew = auditLine(heads[0] ?? AUDIT_START, note({ by: 'mallory' }), hash)
    const forged = [lines[0] ?? '', anew.line]
    assert.equal(checkAudit(forged, STRICT).problem, undefined)
    const rewritten = { line: 2, expected: 2, what: 'rewritten' }
    assert.deepEqual(checkAudit(forged, { ...STRICT, heads: [second] }).problem, rewritten)
  })

  it('may begin later only where that is said', () => {
    const { lines, heads } = chain(4)
    const later = lines.slice(2)
    assert.equal(checkAudit(later, STRICT).problem?.what, 'missing')
    assert.deepEqual(checkAudit(later, { hash, isFromStart: false }), {
      count: 2,
      first: 3,
      head: heads[3],
      problem: undefined
    })
  })

  it('takes any line for none that is not one, whatever it holds', () => {
    const body = '{"number":"1","atMs":1,"by":1,"call":"x","params":{},"outcome":"","previous":""}'
    for (const line of ['', '{}', `${body} ${hash(body)}`, `[] ${hash('[]')}`]) {
      assert.equal(parseAuditLine(line, hash), undefined, line)
    }
    fc.assert(
      fc.property(fc.string(), (line) => {
        assert.equal(checkAudit([line], STRICT).problem?.what, 'changed')
      })
    )
  })
})

describe('a head of the audit log', () => {
  it('is read as it is shown', () => {
    const head = { number: 41, hash: 'ab'.repeat(32) }
    assert.deepEqual(parseAuditHead(formatAuditHead(head)), { number: 41, hash: 'ab'.repeat(8) })
    for (const text of ['', '41', '41:', '0:abababababababab', '41:ab', '41:ABABABABABABABAB']) {
      assert.equal(parseAuditHead(text), undefined, text)
    }
  })
})
