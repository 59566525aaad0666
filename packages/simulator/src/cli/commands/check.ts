import type { SeedDigest } from '../../output/seed-digest.ts'
import { seedsOfRun } from '../../scenario/parse-scenario.ts'
import type { Fidelity } from '../../scenario/scenario.ts'
import type { Command, Context } from '../command.ts'
import { INTERRUPTED_CODE } from '../failure.ts'
import { loadScenario } from '../load-scenario.ts'
import { Progress } from '../progress.ts'
import { readSeeds } from '../seed-list.ts'
import type { SeedTask } from '../seed-task.ts'
import { readWorkers, WORKERS } from '../workers.ts'

/** Holds the simulator to its word. */
export const check: Command = {
  name: 'check',
  sentence: 'runs a scenario twice, and with objects and with bytes, and compares the traces',
  arguments: [{ name: 'SCENARIO', sentence: 'a file, or the name of a shipped scenario' }],
  flags: [
    {
      name: 'seeds',
      value: 'SEEDS',
      sentence: 'such as 7 or 1..3; the first of the file if not given'
    },
    WORKERS,
    {
      name: 'set',
      value: 'PATH=VALUE',
      isRepeatable: true,
      sentence: 'says something over the file, such as relays.count=50'
    },
    {
      name: 'crypto',
      sentence: 'once more with the browser’s engine, which takes some milliseconds a message'
    }
  ],
  notes: [
    'The same seed has to give the same events twice, in two threads, and whether frames are handed over as',
    'they are (object) or encoded and decoded (wire), and with --crypto whether texts are encrypted in',
    'earnest. Where they differ it ends with 1.'
  ],
  run
}

const CRYPTO: readonly Fidelity[] = ['crypto']

/** One seed of one variant, in all the ways that must agree. */
interface Group {
  readonly name: string
  readonly tasks: readonly SeedTask[]
}

async function run(context: Context): Promise<number> {
  const { screen, values, signal, runSeeds } = context
  const groups = groupsOf(context)
  const tasks = groups.flatMap((group) => group.tasks)
  const progress = new Progress(screen, tasks.length)
  const digests = new Map<SeedTask, SeedDigest>()
  await runSeeds(tasks, {
    workers: readWorkers(context),
    signal,
    onProgress: (task, share) => {
      progress.at(task, share)
    },
    onDone: (task, digest) => {
      progress.done(task)
      digests.set(task, digest)
    }
  })
  screen.progress('')
  if (digests.size < tasks.length) {
    return INTERRUPTED_CODE
  }
  let isSame = true
  for (const group of groups) {
    isSame = tell(context, group, digests) && isSame
  }
  if (!isSame && !values.has('json')) {
    screen.warn('A run must depend on its scenario and seeds alone: please report this.')
  }
  return isSame ? 0 : 1
}

function groupsOf(context: Context): readonly Group[] {
  const { values } = context
  const file = loadScenario(values.text('SCENARIO'), context)
  const text = values.optionalText('seeds')
  const seeds = text === undefined ? [file.seeds.first] : readSeeds(text)
  const all: readonly Fidelity[] = ['object', 'wire', ...(values.has('crypto') ? CRYPTO : [])]
  return file.variants.flatMap(({ name, scenario }) =>
    seeds.map((seed): Group => {
      // On the wall clock no two runs are the same.
      const own = scenario.fidelity === 'full-stack' ? 'object' : scenario.fidelity
      const others = all.filter((other) => other !== own)
      const fidelities: readonly Fidelity[] = [own, own, ...others]
      return {
        name: `${name === '' ? '' : `${name}, `}seed ${String(seed)}`,
        tasks: fidelities.map((fidelity) => {
          return { scenario: { ...scenario, fidelity }, seed, seeds: seedsOfRun(file.seeds, seed) }
        })
      }
    })
  )
}

/** @returns whether all are the same */
function tell(
  { screen, values }: Context,
  { name, tasks }: Group,
  digests: ReadonlyMap<SeedTask, SeedDigest>
): boolean {
  const runs = tasks.map((task) => {
    const digest = digests.get(task)
    return {
      fidelity: task.scenario.fidelity,
      traceHash: digest?.traceHash,
      eventCount: digest?.eventCount,
      values: JSON.stringify([...(digest?.values ?? [])])
    }
  })
  const [first] = runs
  const isSame = runs.every(
    (run) =>
      run.traceHash === first?.traceHash &&
      run.eventCount === first?.eventCount &&
      run.values === first?.values
  )
  if (values.has('json')) {
    const shown = runs.map(({ fidelity, traceHash, eventCount }) => {
      return { fidelity, traceHash, eventCount }
    })
    screen.print(JSON.stringify({ name, isSame, runs: shown }))
  } else if (isSame) {
    const ways = runs.map(({ fidelity }) => fidelity).join(', ')
    screen.print(`${name}: the same ${String(first?.eventCount)} events (${ways})`)
  } else {
    const lines = runs.map(
      (run) => `  ${run.fidelity}: ${String(run.eventCount)} events, hash ${String(run.traceHash)}`
    )
    screen.print([`${name} differs`, ...lines].join('\n'))
  }
  return isSame
}
