/** One sender that waits for each answer: what a durable deposit takes, beside what the disk alone takes to sync as many bytes. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { envelopeMaker, newMailbox } from '../bench-mailbox.ts'
import { BenchPeer } from '../bench-peer.ts'
import { startBenchRelay } from '../bench-relay.ts'
import { figure, formatNumber, median, percentile } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const SEALED_BYTES = 2_048
/** What a deposit may take beyond the disk. */
const BEYOND_DISK_MS = 1

export const lockstep: Scenario = {
  names: { lockstep: 'a deposit alone, from sent to answered, beside the sync time of the disk' },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const { depth, say } = bench
  const relay = await startBenchRelay(bench, 'relay-lockstep')
  const peer = await BenchPeer.dial(relay.address)
  const mailbox = newMailbox()
  await peer.register([mailbox])
  const next = envelopeMaker(SEALED_BYTES)
  const deposit = async (): Promise<void> =>
    new Promise((resolve) => {
      peer.deposit(mailbox, next(), resolve)
    })
  await timesOf(depth.warmUpCount, deposit)
  const syncs: (readonly number[])[] = []
  const deposits: (readonly number[])[] = []
  for (let round = 0; round < depth.rounds; round++) {
    say(`lockstep, round ${round + 1} of ${depth.rounds}`)
    syncs.push(await syncTimes(join(bench.directory, 'synced'), depth.lockstepCount))
    deposits.push(await timesOf(depth.lockstepCount, deposit))
  }
  await peer.close()
  await relay.process.stop()
  const syncP50s = syncs.map((times) => percentile(times, 0.5))
  const p50s = deposits.map((times) => percentile(times, 0.5))
  const figures = [
    figure({
      scenario: 'lockstep',
      name: `append ${SEALED_BYTES} B and fdatasync, p50`,
      unit: 'ms',
      rounds: syncP50s,
      details: { p99: syncs.map((times) => percentile(times, 0.99)) }
    }),
    figure({
      scenario: 'lockstep',
      name: 'lockstep deposit, 256 B, p50',
      unit: 'ms',
      rounds: p50s,
      goalMax: median(syncP50s) + BEYOND_DISK_MS,
      limit:
        `the disk takes ${formatNumber(median(syncP50s))} ms of it; the rest is two wake-ups of the relay (read, then write ` +
        'and sync in threads of LevelDB) and one of each side for the way there and back.',
      details: { p99: deposits.map((times) => percentile(times, 0.99)) }
    })
  ]
  return { figures }
}

/** Milliseconds of each of `count` operations, one after another. */
async function timesOf(
  count: number,
  operation: () => Promise<unknown>
): Promise<readonly number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const startMs = performance.now()
    await operation()
    times.push(performance.now() - startMs)
  }
  return times
}

/** As LevelDB's log is written: appended, then synced without the file's times. */
async function syncTimes(path: string, count: number): Promise<readonly number[]> {
  const file = await open(path, 'a')
  const bytes = new Uint8Array(SEALED_BYTES)
  try {
    return await timesOf(count, async () => {
      await file.write(bytes)
      await file.datasync()
    })
  } finally {
    await file.close()
  }
}
