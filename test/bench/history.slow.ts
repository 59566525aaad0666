import assert from 'node:assert/strict'
import { transferredHistory } from './transferred-history.ts'

const COUNT = 50_000
const KILLS = 5
const DIRECT_SECONDS_MAX = 120

describe('a history of 50,000 messages that goes to a new device, killed five times', () => {
  it('directly: is there whole in less than two minutes', async () => {
    const { seconds, oldDeviceCpu, newDeviceCpu } = await transferredHistory({
      count: COUNT,
      padding: 180,
      isDirect: true,
      killCount: KILLS
    })
    const cpu = `${oldDeviceCpu.toFixed(1)} and ${newDeviceCpu.toFixed(1)} s of CPU`
    console.log(`      ${seconds.toFixed(1)} s, ${cpu}`)
    assert.ok(seconds < DIRECT_SECONDS_MAX, `${seconds.toFixed(1)} s`)
  }).timeout(600_000)

  it('through a relay with its usual bounds: is there whole, and says how far it is', async () => {
    const options = { count: COUNT, padding: 180, isDirect: false, killCount: KILLS }
    const { seconds } = await transferredHistory(options)
    console.log(`      ${seconds.toFixed(1)} s`)
  }).timeout(1_800_000)
})
