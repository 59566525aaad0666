import assert from 'node:assert/strict'
import { readyProcess, runCommand } from '../relay-process.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the reports that a desk counts', function () {
  this.timeout(60_000)

  it('are shown once the desk has told of them', async () => {
    await using directory = await temporaryDirectory()
    const { process } = await readyProcess(directory.path)
    await using relay = process
    const where = ['--data', directory.path]
    assert.match((await runCommand(['tickets', ...where])).stdout, /^No desk has reported/)
    const byCategory = { problem: 2, complaint: 0, abuse: 1, wish: 0, other: 0 }
    const byCause = [{ cause: 'disk-full', count: 2 }]
    const month = { month: '2026-11', count: 3, openCount: 2, byCategory, byCause }
    const counts = JSON.stringify({ overdueCount: 1, months: [month] })
    const told = await runCommand(['tickets', 'report', '--counts', counts, ...where])
    assert.equal(told.code, 0, told.stderr)
    const shown = (await runCommand(['tickets', ...where])).stdout
    assert.match(shown, /^1 report waiting for more than 24 h/)
    assert.match(shown, /2026-11 {2}3 reports, 2 open\n +2 {2}problem\n +1 {2}abuse\n +2 {2}#disk/)
    const status = await runCommand(['status', ...where])
    assert.match(status.stdout, /^reports {3}2 open, 1 WAITING for more than 24 h$/m)
    assert.ok(relay.pid !== undefined)
  })
})
