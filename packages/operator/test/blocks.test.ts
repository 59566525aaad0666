import assert from 'node:assert/strict'
import { type BlockRow, Blocks, BLOCKS_MAX } from '@sealpost/operator'
import fc from 'fast-check'

const DAY_MS = 86_400_000

function blockRow(more: Partial<BlockRow> = {}): BlockRow {
  return {
    id: 'abcdef012345',
    kind: 'node',
    value: 'ab'.repeat(32),
    reason: 'spam',
    by: 'rita',
    createdAtMs: 0,
    expiresAtMs: DAY_MS,
    ...more
  }
}

function range(number: number): BlockRow {
  const value = `10.0.${String(number >> 8)}.${String(number & 255)}/32`
  return blockRow({ kind: 'range', value, id: number.toString(16).padStart(12, '0') })
}

function refusal(code: string): object {
  return { name: 'OperatorError', code }
}

describe('the blocks of a relay', () => {
  const node = blockRow({ kind: 'node', value: 'cd'.repeat(32), expiresAtMs: 2 * DAY_MS })

  it('are read as they were written, with what tokens have used up', () => {
    const mailbox = blockRow({ kind: 'mailbox', value: 'ef'.repeat(32) })
    const { blocks } = new Blocks([node, range(7), mailbox]).add(blockRow(), false)
    const again = Blocks.parse('blocks.json', blocks.toText())
    assert.deepEqual(again.rows, blocks.rows)
    assert.equal(again.leftForTokens(0), 19)
    assert.deepEqual(again.hashes('node', 0), new Set(['cd'.repeat(32), 'ab'.repeat(32)]))
    assert.deepEqual(again.hashes('node', DAY_MS), new Set(['cd'.repeat(32)]))
    assert.deepEqual(again.hashes('mailbox', 0), new Set(['ef'.repeat(32)]))
    assert.deepEqual(again.ranges(0), [{ bytes: [10, 0, 0, 7], bits: 32 }])
  })

  it('are over by themselves', () => {
    const blocks = new Blocks([blockRow(), node, range(7)])
    assert.equal(blocks.nextEndMs, DAY_MS)
    assert.equal(blocks.at(DAY_MS - 1).rows.length, 3)
    assert.deepEqual(blocks.at(DAY_MS).rows, [node])
    assert.deepEqual(blocks.ranges(DAY_MS), [])
    assert.equal(new Blocks().nextEndMs, undefined)
  })

  it('are one for one thing, with its last reason and end', () => {
    const { blocks } = new Blocks().add(blockRow(), true)
    const later = blockRow({ id: '999999999999', reason: 'again', expiresAtMs: 5 * DAY_MS })
    const added = blocks.add(later, true)
    assert.deepEqual(added.blocks.rows, [{ ...later, id: 'abcdef012345' }])
    assert.equal(added.row.id, 'abcdef012345')
  })

  it('are taken back by their id or by what was blocked, once', () => {
    const blocks = new Blocks([blockRow(), node, range(7)])
    assert.deepEqual(blocks.remove(['x', 'cd'.repeat(32)]).row, node)
    assert.deepEqual(blocks.remove(['000000000007']).row, range(7))
    const { blocks: left } = blocks.remove(['10.0.0.7/32'])
    assert.throws(() => left.remove(['10.0.0.7/32']), refusal('SEALPOST_NOT_FOUND'))
  })

  it('are twenty a day by tokens, and as many as there can be by the socket', () => {
    let blocks = new Blocks()
    for (let i = 0; i < 20; i++) {
      blocks = blocks.add(range(i), false).blocks
    }
    assert.equal(blocks.leftForTokens(0), 0)
    assert.throws(() => blocks.add(range(20), false), refusal('SEALPOST_BLOCKS_USED_UP'))
    // To take them back makes no room.
    blocks = blocks.remove(['000000000000']).blocks
    assert.throws(() => blocks.add(range(20), false), refusal('SEALPOST_BLOCKS_USED_UP'))
    const nextDay = { createdAtMs: DAY_MS, expiresAtMs: 2 * DAY_MS }
    assert.equal(blocks.add({ ...range(20), ...nextDay }, false).blocks.leftForTokens(DAY_MS), 19)
    const full = new Blocks(Array.from({ length: BLOCKS_MAX - 1 }, (_, i) => range(i)))
    const { blocks: fullest } = full.add(blockRow(), true)
    assert.throws(() => fullest.add(node, true), refusal('SEALPOST_TOO_MANY'))
    assert.equal(fullest.add(blockRow({ reason: 'again' }), true).blocks.rows.length, BLOCKS_MAX)
  })

  it('are all there or refused, whatever became of their file', () => {
    const text = new Blocks([blockRow(), node, range(7)], [5]).toText()
    const wrongs = [
      '',
      '{"blocks":[]}',
      text.replace('"node"', '"person"'),
      text.replace('10.0.0.7/32', '10.0.0.7/24'),
      text.replace('10.0.0.7/32', '10.0.0.7/7'),
      text.replace('abab', 'zzzz'),
      text.replace('"spam"', '""'),
      text.replace('"spam"', JSON.stringify('x'.repeat(201)))
    ]
    for (const wrong of wrongs) {
      assert.throws(
        () => Blocks.parse('blocks.json', wrong),
        { code: 'SEALPOST_STORE_CORRUPT' },
        wrong.slice(0, 200)
      )
    }
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 4 }), (at, other) => {
        try {
          Blocks.parse('blocks.json', text.slice(0, at) + other + text.slice(at + other.length))
        } catch (error) {
          assert.ok(error instanceof Error && 'code' in error)
          assert.equal(error.code, 'SEALPOST_STORE_CORRUPT')
        }
      })
    )
  })
})
