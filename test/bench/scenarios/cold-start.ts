/** `sealpost send --wait on-relay` as a person types it: a process that starts, opens a locked home, and shows the tick. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type BenchRelay, RAISED_RATES, startBenchRelay } from '../bench-relay.ts'
import { figure, formatNumber, median } from '../figures.ts'
import type { Bench, Findings, Scenario } from '../scenario.ts'

const RELAY_COUNT = 3
const TICK_MS_MAX = 1_500
const PASSPHRASE = 'correct horse battery staple'

export const coldStart: Scenario = {
  names: { 'cold-start': 'sealpost send --wait on-relay, from nothing to the tick' },
  run
}

/** What a command said, and when. */
interface Outcome {
  readonly lines: readonly string[]
  /** Until the first line. */
  readonly firstLineMs: number
  readonly exitMs: number
}

async function run(bench: Bench): Promise<Findings> {
  const relays: BenchRelay[] = []
  for (let i = 0; i < RELAY_COUNT; i++) {
    relays.push(await startBenchRelay(bench, `relay-cold-${i}`, RAISED_RATES))
  }
  const flags = relays.flatMap(({ addressText }) => ['--relay', addressText])
  const sealpost = async (name: string, ...words: readonly string[]): Promise<Outcome> =>
    command(bench, ['--home', join(bench.directory, `cold-${name}`), ...words])
  await sealpost('alice', 'init', '--name', 'alice', ...flags)
  await sealpost('bob', 'init', '--name', 'bob', ...flags)
  const invited = await sealpost('alice', 'invite', '--json')
  const { link } = JSON.parse(invited.lines.join('')) as { link: string }
  await sealpost('bob', 'add', link, '--json')
  await sealpost('alice', 'inbox', '--json')
  await sealpost('bob', 'inbox', '--json')
  const ticks: number[] = []
  const exits: number[] = []
  const helps: number[] = []
  const unlocks: number[] = []
  for (let at = 0; at < bench.depth.coldStarts; at++) {
    bench.say(`cold start ${at + 1} of ${bench.depth.coldStarts}`)
    helps.push((await sealpost('alice', '--help')).exitMs)
    unlocks.push((await sealpost('alice', 'verify', 'bob', '--json')).firstLineMs)
    const sent = await sealpost(
      'alice',
      'send',
      'bob',
      `text ${at}`,
      '--wait',
      'on-relay',
      '--json'
    )
    const { state } = JSON.parse(sent.lines[0] ?? '{}') as { state?: string }
    if (state === undefined || state === 'queued') {
      throw new Error(`a text that was waited for is ${String(state)}`)
    }
    ticks.push(sent.firstLineMs)
    exits.push(sent.exitMs)
  }
  for (const relay of relays) {
    await relay.process.stop()
  }
  const [help, unlock] = [median(helps), median(unlocks)]
  return {
    figures: [
      figure({
        scenario: 'cold-start',
        name: 'sealpost send --wait on-relay: from start to the tick',
        unit: 'ms',
        rounds: ticks,
        goalMax: TICK_MS_MAX,
        limit:
          `${formatNumber(help)} ms are Node and the command itself (--help), ${formatNumber(unlock - help)} ms libraries, ` +
          'passphrase and store (verify), and the rest the relays: three handshakes, a deposit, a sync each.',
        details: { helpMs: helps, verifyMs: unlocks, exitMs: exits }
      })
    ],
    remarks: [
      `The cold start is that of a home with a passphrase and ${RELAY_COUNT} relays; the tick is the line that says so.`
    ]
  }
}

async function command(bench: Bench, words: readonly string[]): Promise<Outcome> {
  const startMs = performance.now()
  const child = spawn(process.execPath, [bench.apps.sealpost, ...words], {
    env: { ...process.env, SEALPOST_PASSPHRASE: PASSPHRASE },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const lines: string[] = []
  const errors: string[] = []
  let firstLineMs = NaN
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (lines.length === 0) {
      firstLineMs = performance.now() - startMs
    }
    lines.push(line)
  })
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) {
    throw new Error(`sealpost ${words.join(' ')} ended with ${String(code)}: ${errors.join(' ')}`)
  }
  return { lines, firstLineMs, exitMs: performance.now() - startMs }
}
