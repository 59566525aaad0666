import assert from 'node:assert/strict'
import { CALLS, mayCall, parseTicketFigures } from '@sealpost/operator'
import fc from 'fast-check'

const MONTH = {
  month: '2026-11',
  count: 3,
  openCount: 1,
  byCategory: { problem: 1, complaint: 1, abuse: 0, wish: 1, other: 0 },
  byCause: [{ cause: 'disk-full', count: 2 }]
}

function figures(...months: readonly unknown[]): string {
  return JSON.stringify({ overdueCount: 1, months })
}

describe('what a desk says that it counted', () => {
  it('is taken as numbers, months and causes, and nothing else', () => {
    const said = { ...MONTH, by: 'alice', byCategory: { ...MONTH.byCategory, text: 'x' } }
    const taken = { overdueCount: 1, waitsSinceMs: undefined, months: [MONTH] }
    assert.deepEqual(parseTicketFigures(figures(said)), taken)
    const waiting = JSON.stringify({ overdueCount: 1, waitsSinceMs: 7, months: [said] })
    assert.deepEqual(parseTicketFigures(waiting), { ...taken, waitsSinceMs: 7 })
  })

  it('is bounded', () => {
    const refused = { code: 'SEALPOST_USAGE' }
    const causes = Array.from({ length: 20 }, (_, at) => ({ cause: `c${String(at)}`, count: 1 }))
    parseTicketFigures(figures(...Array.from({ length: 12 }, () => MONTH)))
    parseTicketFigures(figures({ ...MONTH, byCause: causes }))
    for (const text of [
      '',
      '{}',
      '[]',
      figures(...Array.from({ length: 13 }, () => MONTH)),
      figures({ ...MONTH, byCause: [...causes, ...causes] }),
      figures({ ...MONTH, byCause: [{ cause: 'Not one', count: 1 }] }),
      figures({ ...MONTH, month: '2026-11-01' }),
      figures({ ...MONTH, count: -1 }),
      figures({ ...MONTH, count: 1_000_001 }),
      figures({ ...MONTH, openCount: 0.5 }),
      figures({ ...MONTH, byCategory: {} }),
      '{"overdueCount":1,"waitsSinceMs":-1,"months":[]}',
      '{"overdueCount":1,"waitsSinceMs":"soon","months":[]}'
    ]) {
      assert.throws(() => parseTicketFigures(text), refused, text)
    }
  })

  it('is refused for anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        assert.throws(() => parseTicketFigures(text), { code: 'SEALPOST_USAGE' })
      })
    )
  })

  it('is for who runs the relay and who answers people', () => {
    for (const name of ['tickets', 'tickets report'] as const) {
      const may = (role: 'operator' | 'support' | 'security'): boolean =>
        mayCall({ roles: [role], name: 'rita' }, CALLS[name].roles)
      assert.deepEqual([may('operator'), may('support'), may('security')], [true, true, false])
    }
  })
})
