import assert from 'node:assert/strict'
import { type RelayRow, type RelayTable, restoredRow } from '../../src/backup/restored-rows.ts'

const ID = 'ab'.repeat(32)
const HOUR = '00012345'

function row(table: RelayTable, key: string, value = new Uint8Array([1])): RelayRow {
  return { table, key, value }
}

describe('a row of a backup', () => {
  it('comes back as it is, where it is of a mailbox', () => {
    for (const kept of [
      row('mailbox', ID),
      row('envelope', `${ID}000000000001`),
      row('envelope-index', `${ID}${'cd'.repeat(16)}`),
      row('expiry', `${HOUR}e${ID}000000000001`),
      row('idle-mailbox', `${HOUR}m${ID}`),
      row('doomed-mailbox', `m${ID}`),
      row('relay', 'format')
    ]) {
      assert.equal(restoredRow(kept), kept)
    }
  })

  it('stays away, where it is of a link, or names the store', () => {
    for (const dropped of [
      row('link', ID),
      row('claimable', `${ID}00000001`),
      row('claim', `${ID}${ID}`),
      row('expiry', `${HOUR}l${ID}`),
      row('idle-mailbox', `${HOUR}l${ID}`),
      row('doomed-mailbox', `l${ID}`),
      row('relay', 'store'),
      row('relay', 'challenge'),
      row('relay', 'of-a-later-version')
    ]) {
      assert.equal(restoredRow(dropped), undefined, `${dropped.table} ${dropped.key}`)
    }
  })

  it('says that there are no links, where it has the totals', () => {
    const totals = new Uint8Array(31).fill(7)
    const expected = totals.slice()
    expected.fill(0, 25)
    assert.deepEqual(restoredRow(row('relay', 'totals', totals))?.value, expected)
    assert.deepEqual(totals, new Uint8Array(31).fill(7))
    const broken = row('relay', 'totals', new Uint8Array(30))
    assert.equal(restoredRow(broken), broken)
  })
})
