import { join, relative, resolve } from 'node:path'
import type { Manifest } from '../../output/manifest.ts'
import type { SeedDigest } from '../../output/seed-digest.ts'
import type { Command, Context } from '../command.ts'
import { INTERRUPTED_CODE } from '../failure.ts'
import { readBounded } from '../load-scenario.ts'
import { type PastRun, readPastRuns } from '../past-runs.ts'
import { Progress } from '../progress.ts'
import type { SeedTask } from '../seed-task.ts'
import { readWorkers, WORKERS } from '../workers.ts'

/** Runs what a folder holds once more. */
export const replay: Command = {
  name: 'replay',
  sentence: 'runs again what a folder was made of, and says whether it comes out the same',
  arguments: [{ name: 'DIR', sentence: 'a folder that run made, or that of a sweep' }],
  flags: [WORKERS],
  notes: [
    'The scenario and the seeds come from the manifest, nothing else is needed. A trace is the same where',
    'its hash is: every event, at its time, at its node. Where one differs it ends with 1. Nothing is',
    'written.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values, directory, signal, screen, runSeeds } = context
  const path = resolve(directory, values.text('DIR'))
  const pasts = await readPastRuns(path)
  const tasks = pasts.map(({ scenario, run: { seed, seeds } }): SeedTask => {
    return { scenario, seed, seeds }
  })
  const pastOf = new Map(tasks.map((task, at) => [task, pasts[at]]))
  const progress = new Progress(screen, tasks.length)
  let sameCount = 0
  let doneCount = 0
  await runSeeds(tasks, {
    workers: readWorkers(context),
    signal,
    onProgress: (task, share) => {
      progress.at(task, share)
    },
    onDone: (task, digest) => {
      progress.done(task)
      doneCount += 1
      sameCount += tell(context, path, pastOf.get(task), digest) ? 1 : 0
    }
  })
  if (doneCount < tasks.length) {
    return INTERRUPTED_CODE
  }
  if (sameCount < tasks.length) {
    explain(context, pasts)
    return 1
  }
  if (!values.has('json')) {
    screen.print(
      tasks.length === 1
        ? 'It came out the same, event by event.'
        : `All ${String(tasks.length)} runs came out the same, event by event.`
    )
  }
  return 0
}

/** @returns whether it is the same */
function tell(
  { values, screen }: Context,
  path: string,
  past: PastRun | undefined,
  { seed, traceHash, eventCount }: SeedDigest
): boolean {
  const isSame = past?.run.traceHash === traceHash && past?.run.eventCount === eventCount
  const within = relative(path, past?.folder ?? path)
  if (values.has('json')) {
    const was = { traceHash: past?.run.traceHash, eventCount: past?.run.eventCount }
    const folder = within === '' ? undefined : within
    screen.print(JSON.stringify({ folder, seed, isSame, traceHash, eventCount, was }))
  } else {
    const name = `${within === '' ? '' : `${within}: `}seed ${String(seed)}`
    const differs = `${name} differs: ${String(eventCount)} events with hash ${traceHash}, where there were ${String(past?.run.eventCount)} with ${String(past?.run.traceHash)}`
    screen.print(isSame ? `${name} is the same` : differs)
  }
  return isSame
}

/** The code is the one thing that a manifest names and does not hold. */
function explain({ screen, values }: Context, pasts: readonly PastRun[]): void {
  const file = join(pasts[0]?.folder ?? '', 'manifest.json')
  const { software } = JSON.parse(readBounded(file)) as Partial<Pick<Manifest, 'software'>>
  const commit = software?.git?.commit
  const made =
    commit === undefined
      ? `sealpost-sim ${String(software?.version)}`
      : `commit ${commit}${software?.git?.isDirty === true ? ', with changes that were not committed' : ''}`
  const message = `The same code gives the same trace: this folder was made with ${made}. Take that one; where it is this one, please report it.`
  screen.warn(values.has('json') ? JSON.stringify({ warning: { message } }) : message)
}
