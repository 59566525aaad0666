/** A backup while people write and fetch: how much of what passes through a relay it leaves them. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { dataOf, startBenchRelay } from '../bench-relay.ts'
import { figure } from '../figures.ts'
import { depositKept } from '../kept-envelopes.ts'
import { PassingLoad } from '../passing-load.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const NAME = 'backup'
/** At least four fifths are left. */
const TIMES_MAX = 1.25
const execute = promisify(execFile)

export const backup: Scenario = {
  names: { backup: 'what passes through a relay while it is backed up, beside what does without' },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const relay = await startBenchRelay(bench, NAME)
  await depositKept(relay, bench.depth.keptCount)
  const load = await PassingLoad.begin(relay)
  const data = dataOf(bench, NAME)
  const file = join(bench.directory, 'one.backup')
  const command = async (...words: readonly string[]): Promise<unknown> =>
    execute(process.execPath, [bench.apps.relay, ...words])
  const times: number[] = []
  const alone: number[] = []
  const beside: number[] = []
  const seconds: number[] = []
  for (let round = 0; round < bench.depth.backups; round++) {
    bench.say(`backup ${round + 1} of ${bench.depth.backups}`)
    const during = await load.rateDuring(command('backup', file, '--data', data))
    // A command as well, since a process that starts costs the machine's cores something, and as long.
    const without = await load.rateDuring(
      Promise.all([command('status', '--data', data), delay(during.ms)])
    )
    times.push(without.perSecond / during.perSecond)
    alone.push(without.perSecond)
    beside.push(during.perSecond)
    seconds.push(during.ms / 1_000)
    if (round < bench.depth.backups - 1) {
      await rm(file)
    }
  }
  await load.end()
  await relay.process.stop()
  bench.say('backup: verifying and restoring the last one')
  await command('verify', file)
  await command('restore', file, '--data', join(bench.directory, 'restored'))
  const kept = bench.depth.keptCount.toLocaleString('en')
  return {
    figures: [
      figure({
        scenario: NAME,
        name: `envelopes that pass without a backup of ${kept}: times those beside it`,
        unit: 'times',
        rounds: times,
        goalMax: TIMES_MAX,
        limit:
          'what is read, hashed, compressed and written for it, on cores that the load shares.',
        details: { perSecondWithout: alone, perSecondBeside: beside, backupSeconds: seconds }
      })
    ],
    remarks: [
      'What passes is deposited, delivered and acked. The last backup was verified and restored; a relay that could not would have ended the run.'
    ]
  }
}
