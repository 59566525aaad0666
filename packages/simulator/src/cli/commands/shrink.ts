import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StorageError, UsageError } from '@sealpost/protocol'
import type { SeedDigest } from '../../output/seed-digest.ts'
import { summarize } from '../../output/summary.ts'
import { durationText } from '../../output/value-words.ts'
import { resolvedText } from '../../scenario/resolved-text.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Command, Context } from '../command.ts'
import { type PastRun, readPastRuns } from '../past-runs.ts'
import { shrinkScenario } from '../shrink-scenario.ts'

/** Looks for what of a scenario matters. */
export const shrink: Command = {
  name: 'shrink',
  sentence: 'finds the smallest scenario that still fails what was expected of it',
  arguments: [
    { name: 'DIR', sentence: 'a folder that run made, of which an expectation is not met' }
  ],
  flags: [
    { name: 'out', value: 'FILE', sentence: 'where it is written; NAME-small.yaml if not given' },
    { name: 'runs', value: 'COUNT', sentence: 'runs at most so often: 100 if not given' }
  ],
  notes: [
    'It takes one seed that fails alone, and leaves out faults, people, relays and time as long as the same',
    'expectation is not met. Ctrl-C keeps the smallest so far.'
  ],
  run
}

const RUNS_MAX = 10_000

async function run(context: Context): Promise<number> {
  const { directory, screen, signal, values } = context
  const path = resolve(directory, values.text('DIR'))
  const runsMax = readRuns(values.optionalText('runs'))
  const { past, failing } = await firstFailure(context, path)
  const { scenario, run: pastRun } = past
  const { seed, seeds } = pastRun
  let runs = 0
  const isFailing = async (smaller: Scenario): Promise<boolean | undefined> => {
    runs += 1
    screen.progress(`run ${String(runs)} of at most ${String(runsMax)}: ${sizeText(smaller)}`)
    const found = await failuresOf(context, { ...past, scenario: smaller })
    return signal.aborted ? undefined : found.some((value) => failing.includes(value))
  }
  const best = await shrinkScenario(scenario, isFailing, runsMax)
  screen.progress('')
  const file = resolve(directory, values.optionalText('out') ?? `${scenario.name}-small.yaml`)
  await save(file, resolvedText(best, seeds))
  const sentence = `${file}: ${sizeText(best)}, of ${sizeText(scenario)}. It fails ${failing.join(', ')} with seed ${String(seed)}: sealpost-sim run ${file}`
  screen.print(values.has('json') ? JSON.stringify({ file, seed, failing, runs }) : sentence)
  return 0
}

function readRuns(text = '100'): number {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (count < 1 || count > RUNS_MAX) {
    throw new UsageError('SEALPOST_USAGE', `--runs takes a number from 1 to ${String(RUNS_MAX)}.`)
  }
  return count
}

/** A seed that fails alone, and the values that are not as expected. */
async function firstFailure(
  context: Context,
  path: string
): Promise<{ readonly past: PastRun; readonly failing: readonly string[] }> {
  const pasts = await readPastRuns(path)
  if (pasts.every(({ scenario }) => scenario.expect.size === 0)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `The scenario of ${path} expects nothing, so nothing can fail. Say what it expects, and run it again.`
    )
  }
  for (const past of pasts) {
    context.screen.progress(`seed ${String(past.run.seed)}`)
    const failing = await failuresOf(context, past)
    if (failing.length > 0) {
      return { past, failing }
    }
  }
  throw new UsageError(
    'SEALPOST_USAGE',
    `No seed of ${path} fails alone, so there is nothing to make smaller.`
  )
}

/** The values that a run of that scenario and seed has otherwise than expected. */
async function failuresOf(
  { runSeeds, signal }: Context,
  { scenario, run: { seed, seeds } }: PastRun
): Promise<readonly string[]> {
  const digests: SeedDigest[] = []
  await runSeeds([{ scenario, seed, seeds }], {
    workers: 1,
    signal,
    onProgress: () => undefined,
    onDone: (_, digest) => void digests.push(digest)
  })
  return digests.length === 0
    ? []
    : summarize(scenario, digests, false)
        .expect.filter(({ isMet }) => !isMet)
        .map(({ value }) => value)
}

function sizeText({ clients, durationUs, faults, relays }: Scenario): string {
  const counts = `${String(clients.count)} clients, ${String(relays.count)} relays`
  return `${counts}, ${String(faults.length)} faults, ${durationText(durationUs)}`
}

async function save(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const sentence = `${file} cannot be written (${why}). Name another file with --out.`
    throw new StorageError('SEALPOST_STORE_FAILED', sentence, { cause })
  }
}
