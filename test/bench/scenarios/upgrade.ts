/** A relay that is stopped and started anew, as for an upgrade, while people write through it: how long what they write has to wait. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { RAISED_RATES, startBenchRelay } from '../bench-relay.ts'
import { figure } from '../figures.ts'
import { MeasuredProcess } from '../measured-process.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const NAME = 'upgrade'
const ONLINE_PEER = new URL('../online-peer.ts', import.meta.url)
const PER_SECOND = 100
const TEXT_BYTES = 256
/** Of each round, before the relay is told to stop. */
const BEFORE_MS = 2_000
const WAIT_MS_MAX = 5_000

export const upgrade: Scenario = {
  names: {
    upgrade: `a relay that is stopped and started anew under ${PER_SECOND} texts a second`
  },
  run
}

async function run(bench: Bench): Promise<Findings> {
  let relay = await startBenchRelay(bench, NAME, RAISED_RATES)
  const [, port = ''] = /\/tcp\/(\d+)\//.exec(relay.addressText) ?? []
  const start = async (name: string): Promise<MeasuredProcess> => {
    const home = MeasuredProcess.start(ONLINE_PEER, {
      args: [join(bench.directory, `upgrade-${name}`)]
    })
    await home.call('open', { name, relays: [relay.address] })
    return home
  }
  const [alice, bob] = await Promise.all([start('alice'), start('bob')])
  await bob.call('add', await alice.call<string>('invite'))
  const waits: number[] = []
  const stops: number[] = []
  const outages: number[] = []
  for (let round = 0; round < bench.depth.rounds; round++) {
    bench.say(`upgrade ${round + 1} of ${bench.depth.rounds}`)
    const count = PER_SECOND * bench.depth.upgradeSeconds
    const sending = alice.call('send', { perSecond: PER_SECOND, count, textBytes: TEXT_BYTES })
    const receiving = bob.call<readonly number[]>('received', count)
    await delay(BEFORE_MS)
    const toldMs = performance.now()
    await relay.process.stop()
    stops.push(performance.now() - toldMs)
    relay = await startBenchRelay(bench, NAME, RAISED_RATES, { listen: `127.0.0.1:${port}` })
    outages.push(performance.now() - toldMs)
    await sending
    const latenciesMs = await receiving
    if (latenciesMs.length !== count) {
      throw new Error(`of ${count} texts ${latenciesMs.length} came`)
    }
    waits.push(Math.max(...latenciesMs))
  }
  for (const one of [alice, bob, relay.process]) {
    await one.stop()
  }
  return {
    figures: [
      figure({
        scenario: NAME,
        name: `the longest wait of a text while its only relay is restarted, at ${PER_SECOND}/s`,
        unit: 'ms',
        rounds: waits,
        goalMax: WAIT_MS_MAX,
        limit:
          'the relay’s own end and start, the pauses in which clients try to connect again, and then what has piled up.',
        details: { relayStopMs: stops, relayAwayMs: outages }
      })
    ],
    remarks: [
      'The restarted relay is the only one that both people have; what they wrote meanwhile came, each text once.'
    ]
  }
}
