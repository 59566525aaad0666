import assert from 'node:assert/strict'
import { mayCall, type TokenRow, Tokens, TOKENS_MAX } from '@sealpost/operator'
import fc from 'fast-check'

const DAY_MS = 86_400_000

function tokenRow(name: string, more: Partial<TokenRow> = {}): TokenRow {
  const hash = 'ab'.repeat(32)
  return { name, role: 'support', hash, createdAtMs: 0, expiresAtMs: DAY_MS, ...more }
}

function refusal(code: string): object {
  return { name: 'OperatorError', code }
}

describe('the tokens of a relay', () => {
  it('are read as they were written', () => {
    const tokens = new Tokens([tokenRow('rita'), tokenRow('carol', { role: 'security' })])
    assert.deepEqual(Tokens.parse('tokens.json', tokens.toText()).rows, tokens.rows)
  })

  it('stand for their holder until their time is over', () => {
    const tokens = new Tokens([tokenRow('rita', { hash: 'cd'.repeat(32) }), tokenRow('carol')])
    assert.deepEqual(tokens.callerOf('ab'.repeat(32), 0), { roles: ['support'], name: 'carol' })
    assert.equal(tokens.callerOf('ab'.repeat(32), DAY_MS - 1)?.name, 'carol')
    assert.equal(tokens.callerOf('ab'.repeat(32), DAY_MS), undefined)
    for (const hash of ['', 'ab', `${'ab'.repeat(31)}ac`, 'ab'.repeat(33)]) {
      assert.equal(tokens.callerOf(hash, 0), undefined)
    }
  })

  it('have one name each, of plain letters, and none that is somebody else’s', () => {
    const tokens = new Tokens([tokenRow('rita')])
    assert.throws(() => tokens.add(tokenRow('rita')), refusal('SEALPOST_NAME_TAKEN'))
    const later = tokens.add(tokenRow('rita', { createdAtMs: DAY_MS, expiresAtMs: 2 * DAY_MS }))
    assert.equal(later.rows.length, 1, 'a name is free again once its time is over')
    for (const name of ['', 'socket', 'relay', 'Rita', '-a', 'a-', 'a b', 'ä', 'a'.repeat(33)]) {
      assert.throws(() => tokens.add(tokenRow(name)), refusal('SEALPOST_NAME_INVALID'), name)
    }
    assert.equal(tokens.add(tokenRow('a'.repeat(32))).rows.length, 2)
  })

  it('are so many and no more', () => {
    let tokens = new Tokens()
    for (let i = 0; i < TOKENS_MAX; i++) {
      tokens = tokens.add(tokenRow(`name-${String(i)}`))
    }
    assert.throws(() => tokens.add(tokenRow('one-more')), refusal('SEALPOST_TOO_MANY'))
    tokens = tokens.remove('name-0')
    assert.throws(() => tokens.remove('name-0'), refusal('SEALPOST_NOT_FOUND'))
    assert.equal(tokens.add(tokenRow('one-more')).rows.length, TOKENS_MAX)
  })

  it('are all there or refused, whatever became of their file', () => {
    const text = new Tokens([tokenRow('rita'), tokenRow('carol')]).toText()
    const wrongs = [
      '',
      '[]',
      '{}',
      '{"tokens":{}}',
      text.replace('support', 'owner'),
      text.replace('rita', 'carol'),
      text.replace('abab', 'ABAB'),
      text.replace('86400000', '-1')
    ]
    for (const wrong of wrongs) {
      assert.throws(
        () => Tokens.parse('tokens.json', wrong),
        { code: 'SEALPOST_STORE_CORRUPT', message: /^tokens\.json is damaged: / },
        wrong
      )
    }
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), (at, other) => {
        try {
          Tokens.parse('tokens.json', text.slice(0, at) + other + text.slice(at + other.length))
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error)
          assert.equal(error.code, 'SEALPOST_STORE_CORRUPT')
        }
      })
    )
  })
})

describe('a role', () => {
  it('may what it is named for, and the owner of the socket everything', () => {
    assert.ok(mayCall({ roles: ['support'], name: 'rita' }, ['operator', 'support']))
    assert.ok(!mayCall({ roles: ['support'], name: 'rita' }, ['operator', 'security']))
    assert.ok(!mayCall({ roles: ['operator'], name: 'rita' }, []))
    assert.ok(mayCall({ roles: [], isOwner: true, name: 'socket' }, []))
  })
})
