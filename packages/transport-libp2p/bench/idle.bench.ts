/**
 * What clients that do nothing cost a relay: memory for each connection, CPU time for each handshake, and CPU time while they
 * are only there. The relay is one process, its clients are another.
 *
 * Run: `node packages/transport-libp2p/bench/idle.bench.ts [connections]`
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'
import { setFlagsFromString } from 'node:v8'
import type { RelayAddress } from '@sealpost/protocol'
import { createTransport, generateNodeSeed, listen } from '../src/index.ts'
import { systemClock } from '../test/support/system-clock.ts'

const COUNT = Number(process.argv[2] ?? 2_000)
/** Dials on their way at once. */
const DIALS_AHEAD = 20
const QUIET_SECONDS = 10

interface Figures {
  readonly cpuUs: number
  readonly rssBytes: number
  readonly heapBytes: number
}

function ignore(): void {
  // Nothing here needs to know.
}

async function relay(): Promise<void> {
  const bound = 2 * COUNT
  const listener = await listen({
    seed: generateNodeSeed(),
    endpoints: [{ host: '127.0.0.1', port: 0 }],
    bounds: { connectionsMax: bound, connectionsPerRangeMax: bound, pendingMax: bound },
    clock: systemClock,
    log: { error: ignore, warn: ignore, info: ignore, debug: ignore },
    onStream: (stream) => {
      stream.attach({ onFrames: ignore, onClose: ignore })
    }
  })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  process.on('message', (message) => {
    if (message === 'collect') {
      collect()
    }
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed, external } = process.memoryUsage()
    const figures: Figures = { cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed + external }
    process.send?.(figures)
  })
  process.send?.(listener.addresses[0])
}

async function ask(child: ChildProcess, question: string): Promise<Figures> {
  const answer = once(child, 'message')
  child.send(question)
  return (await answer)[0] as Figures
}

async function dialMany(address: RelayAddress, count: number): Promise<void> {
  let left = count
  const { signal } = new AbortController()
  await Promise.all(
    Array.from({ length: DIALS_AHEAD }, async () => {
      while (left > 0) {
        left--
        const transport = await createTransport({ clock: systemClock })
        const stream = await transport.dial(address, { signal })
        stream.attach({ onFrames: ignore, onClose: ignore })
      }
    })
  )
}

async function main(): Promise<void> {
  const child = fork(import.meta.filename, [String(COUNT), '--relay'])
  const [address] = (await once(child, 'message')) as [RelayAddress]
  await dialMany(address, 50)
  const before = await ask(child, 'collect')
  const started = await ask(child, 'look')
  const startedAtMs = performance.now()
  await dialMany(address, COUNT)
  const seconds = (performance.now() - startedAtMs) / 1_000
  const dialled = await ask(child, 'look')
  await sleep(1_000)
  const quietFrom = await ask(child, 'look')
  await sleep(QUIET_SECONDS * 1_000)
  const quietTo = await ask(child, 'look')
  const after = await ask(child, 'collect')
  const perConnection = (bytes: number): string => `${(bytes / COUNT / 1_024).toFixed(0)} KiB`
  console.log(`${COUNT} connections in ${seconds.toFixed(1)} s`)
  console.log(`RSS ${perConnection(quietTo.rssBytes - before.rssBytes)} a connection`)
  console.log(`heap ${perConnection(after.heapBytes - before.heapBytes)} a connection, collected`)
  console.log(`CPU ${((dialled.cpuUs - started.cpuUs) / COUNT / 1_000).toFixed(2)} ms a handshake`)
  const busy = (quietTo.cpuUs - quietFrom.cpuUs) / QUIET_SECONDS / 10_000
  console.log(`CPU ${busy.toFixed(1)} % while all are quiet`)
  console.log(`base RSS ${(before.rssBytes / 2 ** 20).toFixed(0)} MiB`)
  child.kill()
  process.exit()
}

await (process.argv[3] === '--relay' ? relay() : main())
