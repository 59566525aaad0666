/** A relay that nobody is connected to: how long from nothing until it takes connections, and the memory of the machine it holds. */
import { rm } from 'node:fs/promises'
import { newMailbox } from '../bench-mailbox.ts'
import { BenchPeer } from '../bench-peer.ts'
import { type BenchRelay, dataOf, startBenchRelay } from '../bench-relay.ts'
import { figure } from '../figures.ts'
import { depositKept } from '../kept-envelopes.ts'
import { quiet } from '../load.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const NAME = 'relay-at-rest'
const MAILBOX_COUNT = 1_000
const READY_MS_MAX = 5_000
const MIB = 1024 * 1024
const WITH_MAILBOXES_MIB_MAX = 192
const WITH_ENVELOPES_MIB_MAX = 256
const MEMORY_LIMIT =
  'Node with libp2p, LevelDB and prom-client loaded, of which the least that was seen is 113 MB; then what the collector has not returned.'

export const relayAtRest: Scenario = {
  names: { 'relay-at-rest': 'a relay with nobody connected: its start, and its memory' },
  run
}

async function run(bench: Bench): Promise<Findings> {
  const starts: number[] = []
  const empty: number[] = []
  const withMailboxes: number[] = []
  for (let round = 0; round < bench.depth.rounds; round++) {
    bench.say(`relay at rest, round ${round + 1} of ${bench.depth.rounds}`)
    await rm(dataOf(bench, NAME), { recursive: true, force: true })
    const startMs = performance.now()
    const relay = await started(bench)
    starts.push(performance.now() - startMs)
    empty.push(await memoryOf(relay))
    const peer = await BenchPeer.dial(relay.address)
    await peer.register(Array.from({ length: MAILBOX_COUNT }, () => newMailbox()))
    await peer.close()
    withMailboxes.push(await memoryOf(relay))
    await relay.process.stop()
  }
  const relay = await started(bench)
  await depositKept(relay, bench.depth.keptCount)
  const justDeposited = await quiet(relay.process)
  await relay.process.stop()
  const again: number[] = []
  const againStarts: number[] = []
  for (let round = 0; round < bench.depth.rounds; round++) {
    const startMs = performance.now()
    const restarted = await started(bench)
    againStarts.push(performance.now() - startMs)
    again.push(await memoryOf(restarted))
    await restarted.process.stop()
  }
  const kept = bench.depth.keptCount.toLocaleString('en')
  return {
    figures: [
      figure({
        scenario: NAME,
        name: 'a relay from nothing to ready',
        unit: 'ms',
        rounds: starts,
        goalMax: READY_MS_MAX,
        limit: 'loading the program, and syncing a new store.',
        details: { withEnvelopesMs: againStarts }
      }),
      figure({
        scenario: NAME,
        name: `resident memory with ${MAILBOX_COUNT.toLocaleString('en')} mailboxes`,
        unit: 'MiB',
        rounds: withMailboxes,
        goalMax: WITH_MAILBOXES_MIB_MAX,
        limit: MEMORY_LIMIT,
        details: { withoutMib: empty }
      }),
      figure({
        scenario: NAME,
        name: `resident memory with ${kept} envelopes, started anew`,
        unit: 'MiB',
        rounds: again,
        goalMax: WITH_ENVELOPES_MIB_MAX,
        limit: MEMORY_LIMIT
      }),
      figure({
        scenario: NAME,
        name: `resident memory with ${kept} envelopes, just deposited`,
        unit: 'MiB',
        rounds: [justDeposited.rssBytes / MIB],
        goalMax: WITH_ENVELOPES_MIB_MAX,
        limit:
          'the files of LevelDB, which it maps whole: pages that the system takes back when it needs room.',
        details: {
          mappedMib: [justDeposited.mappedBytes / MIB],
          heapMib: [justDeposited.heapBytes / MIB]
        }
      })
    ],
    remarks: [
      'The relay at rest has its operator’s port open, and nobody is connected while its memory is read.'
    ]
  }
}

async function started(bench: Bench): Promise<BenchRelay> {
  return startBenchRelay(bench, NAME, undefined, { hasOperatorPort: true })
}

async function memoryOf(relay: BenchRelay): Promise<number> {
  return (await quiet(relay.process)).rssBytes / MIB
}
