import { resolve } from 'node:path'
import { UsageError } from '@sealpost/protocol'
import { failureLines, type HuntFailure, type HuntSize } from '../../hunt/hunt.ts'
import { claimFolder, writeAtOnce } from '../../output/run-folder.ts'
import { software } from '../../output/surroundings.ts'
import type { Command, Context } from '../command.ts'
import { INTERRUPTED_CODE } from '../failure.ts'
import type { HuntTask } from '../hunt-task.ts'
import { Progress } from '../progress.ts'
import { readSeeds } from '../seed-list.ts'
import { readWorkers, WORKERS } from '../workers.ts'

/** Looks for bugs in the machines. */
export const hunt: Command = {
  name: 'hunt',
  sentence:
    'draws people, relays and everything that goes wrong from each seed, and watches all promises',
  arguments: [],
  flags: [
    { name: 'seeds', value: 'SEEDS', sentence: 'such as 7 or 1..1000; 1..200 if not given' },
    {
      name: 'depth',
      value: 'DEPTH',
      sentence: 'machines, or whole: clients with driver, disk and engine; machines if not given'
    },
    {
      name: 'size',
      value: 'SIZE',
      sentence: 'of the machines: short, or full: more people, for longer; short if not given'
    },
    WORKERS,
    {
      name: 'out',
      value: 'DIR',
      sentence: 'a new folder for the plan of each seed that breaks a promise'
    }
  ],
  notes: [
    'Nothing lost, nothing shown twice, nothing readable at a relay, and all that was promised. A seed that',
    'breaks a promise is made small and told with everything that shows it again, and it ends with 1.'
  ],
  run
}

const SEEDS = '1..200'

async function run(context: Context): Promise<number> {
  const { directory, huntSeeds, screen, signal, values } = context
  const size = readSize(values.optionalText('depth'), values.optionalText('size'))
  const out = values.optionalText('out')
  const folder = out === undefined ? undefined : resolve(directory, out)
  const tasks = readSeeds(values.optionalText('seeds') ?? SEEDS).map((seed): HuntTask => {
    return { seed, size }
  })
  const workers = readWorkers(context)
  if (folder !== undefined) {
    await claimFolder(folder)
  }
  const progress = new Progress(screen, tasks.length)
  let doneCount = 0
  let failedCount = 0
  await huntSeeds(tasks, {
    workers,
    signal,
    onProgress: () => undefined,
    onDone: async (task, failure) => {
      doneCount += 1
      progress.done(task)
      if (failure !== undefined) {
        failedCount += 1
        tell(context, failure)
        if (folder !== undefined) {
          await save(folder, failure)
        }
      }
    }
  })
  screen.progress('')
  const found =
    failedCount === 0 ? 'no promise is broken' : `${String(failedCount)} break a promise`
  screen.print(
    values.has('json')
      ? JSON.stringify({ seeds: doneCount, failed: failedCount })
      : `${String(doneCount)} of ${String(tasks.length)} seeds played: ${found}.`
  )
  return failedCount > 0 ? 1 : doneCount < tasks.length ? INTERRUPTED_CODE : 0
}

function readSize(depth = 'machines', size?: string): HuntSize {
  if (depth !== 'machines' && depth !== 'whole') {
    throw new UsageError('SEALPOST_USAGE', '--depth is one of machines, whole.')
  }
  if (size !== undefined && size !== 'short' && size !== 'full') {
    throw new UsageError('SEALPOST_USAGE', '--size is one of short, full.')
  }
  if (depth === 'whole' && size !== undefined) {
    throw new UsageError('SEALPOST_USAGE', '--depth whole has one size: leave --size out.')
  }
  return depth === 'whole' ? 'whole' : (size ?? 'short')
}

function tell({ screen, values }: Context, failure: HuntFailure): void {
  const { plan, result, seed, size } = failure
  const { breaches, trace } = result
  screen.print(
    values.has('json')
      ? JSON.stringify({ seed, size, breaches, plan, trace })
      : `${failureLines(failure, versions()).join('\n')}\n`
  )
}

function versions(): readonly string[] {
  const { git, node, version } = software()
  const commit = git && `, commit ${git.commit}${git.isDirty ? ' with changes' : ''}`
  return [`sealpost-sim ${version}${commit ?? ''}, Node ${node}`]
}

/** The plan alone is what a test of regressions reads. */
async function save(folder: string, failure: HuntFailure): Promise<void> {
  const name = `seed-${String(failure.seed)}`
  await writeAtOnce(folder, `${name}.json`, `${JSON.stringify(failure.plan, undefined, 2)}\n`)
  await writeAtOnce(folder, `${name}.txt`, `${failureLines(failure, versions()).join('\n')}\n`)
}
