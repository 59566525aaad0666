/** The history of an account comes to a new device while both are killed now and then: directly, and through a relay alone. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startBenchRelay } from '../bench-relay.ts'
import { figure, formatNumber, median } from '../figures.ts'
import { transferHistory, type Transferred } from '../history-transfer.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

/** So that a text is of 240 bytes. */
const PADDING = 180
const KILLS = 5
const DIRECT_SECONDS_MAX = 120

export const history: Scenario = {
  names: { history: `a history to a new device, killed ${KILLS} times on the way` },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const { historyCount, historyRounds } = bench.depth
  const direct: Transferred[] = []
  for (let at = 0; at < historyRounds; at++) {
    direct.push(await transferOnce(bench, `history-direct-${at}`, true))
  }
  const relayed = [await transferOnce(bench, 'history-relayed', false)]
  const name = `history of ${formatNumber(historyCount)} to a new device`
  return {
    figures: [
      figure({
        scenario: 'history',
        name: `${name}, directly`,
        unit: 's',
        rounds: direct.map(({ seconds }) => seconds),
        goalMax: DIRECT_SECONDS_MAX,
        limit: `the devices use ${formatNumber(median(direct.map(cpuOfBoth)))} s of CPU, and share the cores of this machine.`,
        details: detailsOf(direct)
      }),
      figure({
        scenario: 'history',
        name: `${name}, through a relay alone`,
        unit: 's',
        rounds: relayed.map(({ seconds }) => seconds),
        details: detailsOf(relayed)
      })
    ],
    remarks: [
      `A history has texts of some 240 B and goes from one process to another, each with LevelDB; either is killed (SIGKILL) in turns, ${KILLS} times in all, and started again. The relay is one, with an operator's usual bounds.`
    ]
  }
}

async function transferOnce(bench: Bench, name: string, isDirect: boolean): Promise<Transferred> {
  const directory = join(bench.directory, name)
  await mkdir(directory)
  const relay = await startBenchRelay({ ...bench, directory }, 'relay', {})
  try {
    return await transferHistory({
      directory,
      relay,
      isDirect,
      count: bench.depth.historyCount,
      padding: PADDING,
      killCount: KILLS,
      say: (text) => {
        bench.say(`${name}: ${text}`)
      }
    })
  } finally {
    await relay.process.stop()
  }
}

function cpuOfBoth({ oldDeviceCpu, newDeviceCpu }: Transferred): number {
  return oldDeviceCpu + newDeviceCpu
}

function detailsOf(rounds: readonly Transferred[]): Readonly<Record<string, readonly number[]>> {
  return {
    oldDeviceCpuSeconds: rounds.map(({ oldDeviceCpu }) => oldDeviceCpu),
    newDeviceCpuSeconds: rounds.map(({ newDeviceCpu }) => newDeviceCpu),
    relayCpuSeconds: rounds.map(({ relayCpu }) => relayCpu)
  }
}
