import assert from 'node:assert/strict'
import { Pace } from '../src/pace.ts'

/** How late whatever waits for a timer may be until the clock stands, and a microsecond for rounding. */
const LATE_US = 2_001

/** Keeps the process from everything else. */
function work(forMs: number): void {
  const endMs = performance.now() + forMs
  while (performance.now() < endMs) {
    // Nothing else gets to do anything.
  }
}

describe('the pace of a run on the wall clock', () => {
  it('lets what is due happen in order, each when it is due and no sooner', async () => {
    const pace = new Pace()
    const happened: (readonly [dueUs: number, atUs: number])[] = []
    for (const dueUs of [30_000, 10_000, 20_000]) {
      pace.at(dueUs, 'sample', -1, () => happened.push([dueUs, pace.nowUs]))
    }
    pace.begin()
    await pace.until(40_000)
    pace.stop()
    assert.deepEqual(
      happened.map(([dueUs]) => dueUs),
      [10_000, 20_000, 30_000]
    )
    for (const [dueUs, atUs] of happened) {
      assert.ok(atUs >= dueUs && atUs <= dueUs + LATE_US, `${String(atUs)} for ${String(dueUs)}`)
    }
  })

  it('stands still while the process is busy with something else, so that nobody is late for it', async () => {
    const pace = new Pace()
    const atUs: number[] = []
    pace.at(5_000, 'sample', -1, () => {
      work(100)
    })
    for (const dueUs of [6_000, 20_000, 40_000]) {
      pace.at(dueUs, 'sample', -1, () => atUs.push(pace.nowUs - dueUs))
    }
    pace.begin()
    await pace.until(30_000)
    work(100)
    await pace.until(50_000)
    pace.stop()
    assert.equal(atUs.length, 3)
    assert.ok(Math.max(...atUs) <= LATE_US, String(atUs))
    assert.ok(pace.stoodUs >= 2 * (100_000 - 2 * LATE_US), String(pace.stoodUs))
    // By the wall's clock what was due at 6 ms had to wait for all of it.
    assert.ok(pace.lateUs.max >= 95_000, String(pace.lateUs.max))
  })

  it('goes on from where it stopped no more', async () => {
    const pace = new Pace()
    pace.begin()
    await pace.until(3_000)
    pace.stop()
    const stoppedUs = pace.nowUs
    work(5)
    assert.equal(pace.nowUs, stoppedUs)
    assert.equal(pace.isRunning, false)
  })
})
