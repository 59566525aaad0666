import assert from 'node:assert/strict'
import { callName, CALLS, ROLES } from '@sealpost/operator'

describe('the calls', () => {
  for (const [name, row] of Object.entries(CALLS)) {
    it(`${name} can be asked by somebody, and says what it does`, () => {
      assert.match(name, /^[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*)?$/)
      assert.equal(callName(name), name)
      assert.ok(row.roles.every((role) => ROLES.includes(role)))
      assert.match(row.sentence, /^[A-Z].*\.$/)
      const positionals = row.params.map(({ isPositional }) => isPositional === true)
      assert.deepEqual(positionals, positionals.toSorted().toReversed(), 'positionals come first')
      assert.equal(new Set(row.params.map((param) => param.name)).size, row.params.length)
    })
  }

  it('are only those', () => {
    for (const written of ['', 'toString', '__proto__', 'Status', 'status ']) {
      assert.equal(callName(written), undefined)
    }
  })
})
