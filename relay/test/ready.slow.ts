import assert from 'node:assert/strict'
import { readyProcess } from './relay-process.ts'
import { storeEnvelopes } from './stored-envelopes.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const STARTS = 3

describe('a relay that starts', function () {
  this.timeout(600_000)

  /** The shortest time from start to ready, of several. */
  async function readyMs(data: string, envelopeCount: number): Promise<number> {
    await storeEnvelopes(data, envelopeCount)
    const times: number[] = []
    for (let start = 0; start < STARTS; start++) {
      const startedAtMs = performance.now()
      const { process } = await readyProcess(data)
      times.push(performance.now() - startedAtMs)
      process.kill('SIGTERM')
      assert.equal((await process.ended()).code, 0)
    }
    return Math.min(...times)
  }

  it('is ready on a million envelopes at most a second later than on ten', async () => {
    await using few = await temporaryDirectory()
    await using many = await temporaryDirectory()
    const fewMs = await readyMs(few.path, 10)
    const manyMs = await readyMs(many.path, 1_000_000)
    console.log(`      ready after ${fewMs.toFixed(0)} ms and ${manyMs.toFixed(0)} ms`)
    assert.ok(manyMs - fewMs < 1_000, `${fewMs.toFixed(0)} ms and ${manyMs.toFixed(0)} ms`)
  })
})
