import assert from 'node:assert/strict'
import { type InviteRow, Invites } from '@sealpost/operator'
import fc from 'fast-check'

const DAY_MS = 86_400_000

function inviteRow(number: number, more: Partial<InviteRow> = {}): InviteRow {
  return {
    id: number.toString(16).padStart(12, '0'),
    hash: number.toString(16).padStart(64, '0'),
    usesMax: 3,
    claimants: [],
    by: 'socket',
    createdAtMs: 0,
    expiresAtMs: DAY_MS,
    ...more
  }
}

describe('the invites of a relay', () => {
  const claimant = 'ab'.repeat(16)

  it('are read as they were written, with who used them', () => {
    const invites = new Invites([inviteRow(1)]).add(inviteRow(2)).use(inviteRow(1).hash, claimant)
    assert.deepEqual(Invites.parse('invites.json', invites.toText()).rows, invites.rows)
    assert.deepEqual(invites.rows[0]?.claimants, [claimant])
    assert.deepEqual(invites.use(inviteRow(1).hash, claimant).rows, invites.rows)
    assert.deepEqual(invites.use(inviteRow(9).hash, claimant).rows, invites.rows)
  })

  it('are over by themselves, or taken back once', () => {
    const invites = new Invites([inviteRow(1), inviteRow(2, { expiresAtMs: 2 * DAY_MS })])
    assert.equal(invites.at(DAY_MS - 1).rows.length, 2)
    assert.deepEqual(
      invites.at(DAY_MS).rows.map(({ id }) => id),
      [inviteRow(2).id]
    )
    const left = invites.remove(inviteRow(1).id)
    assert.throws(() => left.remove(inviteRow(1).id), { code: 'SEALPOST_NOT_FOUND' })
  })

  it('are 1,024 at most, without those that are over', () => {
    const full = new Invites(Array.from({ length: 1_024 }, (_, at) => inviteRow(at)))
    assert.throws(() => full.add(inviteRow(2_000)), { code: 'SEALPOST_TOO_MANY' })
    const later = inviteRow(2_000, { createdAtMs: DAY_MS, expiresAtMs: 2 * DAY_MS })
    assert.equal(full.add(later).rows.length, 1)
  })

  it('are all there or refused, whatever became of their file', () => {
    const text = new Invites([inviteRow(1, { claimants: [claimant] })]).toText()
    for (const wrong of ['', '{}', text.replace(claimant, 'zz'), text.replace('socket', 'A b')]) {
      assert.throws(() => Invites.parse('invites.json', wrong), { code: 'SEALPOST_STORE_CORRUPT' })
    }
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), (at, other) => {
        try {
          Invites.parse('invites.json', text.slice(0, at) + other + text.slice(at + other.length))
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error)
          assert.equal(error.code, 'SEALPOST_STORE_CORRUPT')
        }
      })
    )
  })
})
