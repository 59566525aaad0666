import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MemoryLog } from '@sealpost/host/testing'
import { SampleHistory } from '@sealpost/operator'
import { Reports } from '../../src/watch/reports.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const HOUR_MS = 3_600_000
/** A Thursday. */
const START_MS = Date.UTC(2026, 0, 1)

describe('the reports of a relay', () => {
  it('are written each day at six, and of the week on Mondays, fourteen of each', async () => {
    await using directory = await temporaryDirectory()
    const log = new MemoryLog()
    const folder = join(directory.path, 'reports')
    const history = new SampleHistory()
    const reports = new Reports({
      log,
      history,
      alarms: () => [],
      connectionsMax: () => 4_096,
      folder
    })
    for (let hour = 0; hour < 20 * 24; hour++) {
      const atMs = START_MS + hour * HOUR_MS
      history.add({ atMs, values: { 'commit-ms': 400 } })
      reports.look(atMs)
    }
    await reports.written()
    const names = (await readdir(folder)).toSorted()
    const days = names.filter((name) => /^day-.*\.txt$/.test(name))
    assert.equal(days.length, 14)
    assert.deepEqual([days[0], days.at(-1)], ['day-2026-01-07.txt', 'day-2026-01-20.txt'])
    const weeks = names.filter((name) => /^week-.*\.html$/.test(name))
    assert.deepEqual(weeks, [
      'week-2026-01-05.html',
      'week-2026-01-12.html',
      'week-2026-01-19.html'
    ])
    assert.match(await readFile(join(folder, days[0] ?? ''), 'utf8'), /1\. disk speed/)
    assert.equal(log.events('warn').length, 0)
  })

  it('that cannot be written are told, and harm nothing', async () => {
    const log = new MemoryLog()
    const reports = new Reports({
      log,
      history: new SampleHistory(),
      alarms: () => [],
      connectionsMax: () => 1,
      folder: '/dev/null/reports'
    })
    reports.look(START_MS)
    reports.look(START_MS + 24 * HOUR_MS)
    await reports.written()
    assert.deepEqual(log.events(), ['relay.report.not-written'])
  })
})
