/** Two people who are online: how long a text takes from one client to the other through a relay, encryption and disks included. */
import { join } from 'node:path'
import { RAISED_RATES, startBenchRelay } from '../bench-relay.ts'
import { figure, formatNumber, median, percentile } from '../figures.ts'
import { MeasuredProcess } from '../measured-process.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const ONLINE_PEER = new URL('../online-peer.ts', import.meta.url)
const PER_SECOND = 200
const TEXT_BYTES = 256
const P50_MS_MAX = 5
const P99_MS_MAX = 25

export const online: Scenario = {
  names: { online: `a text from client to client through a relay, at ${PER_SECOND} a second` },
  run
}

interface Round {
  readonly latenciesMs: readonly number[]
  /** Microseconds of CPU for each message. */
  readonly aliceUs: number
  readonly bobUs: number
  readonly relayUs: number
}

async function run(bench: Bench): Promise<Findings> {
  const { depth, directory } = bench
  const relay = await startBenchRelay(bench, 'relay-online', RAISED_RATES)
  const start = async (name: string): Promise<MeasuredProcess> => {
    const home = MeasuredProcess.start(ONLINE_PEER, { args: [join(directory, `home-${name}`)] })
    await home.call('open', { name, relays: [relay.address] })
    return home
  }
  const [alice, bob] = await Promise.all([start('alice'), start('bob')])
  await bob.call('add', await alice.call<string>('invite'))
  const all = [alice, bob, relay.process]
  const round = async (seconds: number): Promise<Round> => {
    const count = PER_SECOND * seconds
    const before = await Promise.all(all.map(async (one) => one.usage()))
    const sending = alice.call('send', { perSecond: PER_SECOND, count, textBytes: TEXT_BYTES })
    const latenciesMs = await bob.call<readonly number[]>('received', count)
    await sending
    const after = await Promise.all(all.map(async (one) => one.usage()))
    const [aliceUs = NaN, bobUs = NaN, relayUs = NaN] = after.map(
      ({ cpuUs }, at) => (cpuUs - (before[at]?.cpuUs ?? NaN)) / count
    )
    return { latenciesMs, aliceUs, bobUs, relayUs }
  }
  await round(depth.onlineSeconds / 4)
  const rounds: Round[] = []
  for (let at = 0; at < depth.rounds; at++) {
    bench.say(`online, round ${at + 1} of ${depth.rounds}`)
    rounds.push(await round(depth.onlineSeconds))
  }
  for (const one of all) {
    await one.stop()
  }
  return findings(rounds)
}

function findings(rounds: readonly Round[]): Findings {
  const aliceUs = rounds.map((one) => one.aliceUs)
  const bobUs = rounds.map((one) => one.bobUs)
  const relayUs = rounds.map((one) => one.relayUs)
  const limit =
    `for each message the sender uses ${formatNumber(median(aliceUs))} us of CPU, the recipient ` +
    `${formatNumber(median(bobUs))} us and the relay ${formatNumber(median(relayUs))} us, receipts included, and each of the ` +
    'three syncs a disk; they share the cores of this machine.'
  const of = (share: number): readonly number[] =>
    rounds.map(({ latenciesMs }) => percentile(latenciesMs, share))
  const name = `online text, ${TEXT_BYTES} B, at ${PER_SECOND}/s`
  return {
    figures: [
      figure({
        scenario: 'online',
        name: `${name}: p50`,
        unit: 'ms',
        rounds: of(0.5),
        goalMax: P50_MS_MAX,
        limit,
        details: { senderCpuUs: aliceUs, recipientCpuUs: bobUs, relayCpuUs: relayUs }
      }),
      figure({
        scenario: 'online',
        name: `${name}: p99`,
        unit: 'ms',
        rounds: of(0.99),
        goalMax: P99_MS_MAX,
        limit
      })
    ],
    remarks: [
      'Online texts go from one client process to another through a relay process; the clients are the sources, with LevelDB and libsignal; a text counts from when it was due until its recipient is told of it.'
    ]
  }
}
