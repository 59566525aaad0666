import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { environmentName, OPTION_ROWS } from '../../src/config/option-rows.ts'

const UNIT = join(import.meta.dirname, '../../install/sealpost-relay.service')
const ANALYZE = process.env['SYSTEMD_ANALYZE'] ?? 'systemd-analyze'
/** What it calls exposure: 10 is a service that may do everything. */
const EXPOSURE_MAX = 3

function settings(name: string): readonly string[] {
  return readFileSync(UNIT, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1))
}

describe('the unit for systemd', () => {
  it('gives the relay only options that it has', () => {
    const known = OPTION_ROWS.map(({ name }) => environmentName(name))
    const given = settings('Environment').map((line) => line.split('=')[0] ?? '')
    assert.ok(given.length > 0)
    assert.deepEqual(
      given.filter((name) => !known.includes(name)),
      []
    )
  })

  it('waits until the relay says that it is ready, and longer than the relay takes to stop', () => {
    assert.deepEqual(settings('Type'), ['notify'])
    assert.deepEqual(settings('NotifyAccess'), ['all'], 'systemd-notify is a process of its own')
    assert.deepEqual(settings('TimeoutStopSec'), ['30'])
    const [directory = ''] = settings('StateDirectory')
    assert.ok(settings('Environment').includes(`SEALPOST_RELAY_DATA=/var/lib/${directory}`))
  })

  it('lets the relay do little, by the judgement of systemd itself', () => {
    const words = ['security', '--offline=true', '--no-pager', UNIT]
    const { error, stdout, stderr } = spawnSync(ANALYZE, words, { encoding: 'utf8' })
    const [, exposure] = /Overall exposure level .*: ([0-9.]+)/.exec(stdout) ?? []
    if (error !== undefined || exposure === undefined) {
      console.log(`NOT TESTED: there is no systemd-analyze here that judges units. ${stderr}`)
      return
    }
    assert.ok(Number(exposure) < EXPOSURE_MAX, stdout)
  })
})
