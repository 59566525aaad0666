import { join, resolve } from 'node:path'
import process from 'node:process'
import type { Took } from '../../output/manifest.ts'
import { claimFolder, RunFolder } from '../../output/run-folder.ts'
import { machine, software } from '../../output/surroundings.ts'
import type { Summary } from '../../output/summary.ts'
import { writeSweep } from '../../output/sweep.ts'
import {
  seedsOfRun,
  type ScenarioFile,
  type ScenarioVariant
} from '../../scenario/parse-scenario.ts'
import type { Command, Context } from '../command.ts'
import { INTERRUPTED_CODE } from '../failure.ts'
import { folderName, freeFolder } from '../folder-name.ts'
import { loadScenario } from '../load-scenario.ts'
import { Progress } from '../progress.ts'
import { readSeeds } from '../seed-list.ts'
import type { SeedTask } from '../seed-task.ts'
import { summaryTable } from '../summary-table.ts'
import { readWorkers, WORKERS } from '../workers.ts'

/** Runs a scenario, and leaves a folder behind. */
export const run: Command = {
  name: 'run',
  sentence: 'runs a scenario with several seeds and writes all of it into a new folder',
  arguments: [{ name: 'SCENARIO', sentence: 'a file, or the name of a shipped scenario' }],
  flags: [
    {
      name: 'seeds',
      value: 'SEEDS',
      sentence: 'such as 7, 1..20 or 1,4,9; as the file says if not given'
    },
    WORKERS,
    {
      name: 'out',
      value: 'DIR',
      sentence: 'the folder, which must be new or empty; named after the scenario if not given'
    },
    {
      name: 'set',
      value: 'PATH=VALUE',
      isRepeatable: true,
      sentence: 'says something over the file, such as relays.count=50'
    }
  ],
  notes: [
    'Each seed is written as soon as it is done: after Ctrl-C the folder has what was done until then.',
    'Where the file expects something of the means over seeds, and they are not so, it ends with 1. A',
    'scenario with a sweep makes a folder for each variant, and a table and a page over all of them.'
  ],
  run: runCommand
}

/** One variant, and where it goes. */
interface Part {
  readonly variant: ScenarioVariant
  readonly path: string
  readonly folder: RunFolder
}

async function runCommand(context: Context): Promise<number> {
  const { values, directory, signal, runSeeds, screen } = context
  const file = loadScenario(values.text('SCENARIO'), context)
  const seeds = readSeedsOf(context, file)
  const workers = readWorkers(context)
  const [first] = file.variants
  const out = values.optionalText('out')
  const path =
    out === undefined ? freeFolder(directory, first?.scenario.name ?? '') : resolve(directory, out)
  const parts = await makeFolders(path, file, seeds, tookSince(workers))
  const tasks = parts.flatMap(({ variant: { scenario }, folder }) =>
    seeds.map((seed): SeedTask => {
      return { scenario, seed, seeds: seedsOfRun(file.seeds, seed), partsPath: folder.partsPath }
    })
  )
  const folderOf = new Map(
    tasks.map((task) => [task, parts.find(({ folder }) => folder.partsPath === task.partsPath)])
  )
  const progress = new Progress(screen, tasks.length)
  let doneCount = 0
  try {
    await runSeeds(tasks, {
      workers,
      signal,
      onProgress: (task, share) => {
        progress.at(task, share)
      },
      onDone: async (task, digest) => {
        doneCount += 1
        progress.done(task)
        await folderOf.get(task)?.folder.add(digest)
      }
    })
  } finally {
    if (doneCount === 0) {
      await Promise.all(parts.map(({ folder }) => folder.discard()))
    }
  }
  screen.progress('')
  return doneCount === 0
    ? INTERRUPTED_CODE
    : finish(context, { path, parts, doneCount, count: tasks.length })
}

function readSeedsOf({ values }: Context, { seeds }: ScenarioFile): readonly number[] {
  const text = values.optionalText('seeds')
  return text === undefined
    ? Array.from({ length: seeds.count }, (_, at) => seeds.first + at)
    : readSeeds(text)
}

async function makeFolders(
  path: string,
  { variants }: ScenarioFile,
  seeds: readonly number[],
  took: () => Took
): Promise<readonly Part[]> {
  const isSweep = variants.length > 1
  if (isSweep) {
    await claimFolder(path)
  }
  const about = { software: software(), machine: machine(), took, seeds }
  const parts: Part[] = []
  for (const [at, variant] of variants.entries()) {
    const { scenario, settings, name } = variant
    const own = isSweep ? join(path, folderName(name, at + 1)) : path
    const set = isSweep ? Object.fromEntries(settings) : undefined
    const folder = await RunFolder.create({ ...about, path: own, scenario, settings: set })
    parts.push({ variant, path: own, folder })
  }
  return parts
}

function tookSince(workers: number): () => Took {
  const startedAt = new Date().toISOString()
  const startedAtMs = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return {
      startedAt,
      wallMs: Math.round(performance.now() - startedAtMs),
      cpuMs: Math.round((user + system) / 1000),
      rssBytesMax: process.resourceUsage().maxRSS * 1024,
      workers
    }
  }
}

interface Done {
  readonly path: string
  readonly parts: readonly Part[]
  readonly doneCount: number
  readonly count: number
}

async function finish(context: Context, { path, parts, doneCount, count }: Done): Promise<number> {
  const { screen, values } = context
  const results: {
    readonly variant: ScenarioVariant
    readonly path: string
    readonly summary: Summary
  }[] = []
  for (const { variant, path: own, folder } of parts) {
    const summary = await folder.finish()
    results.push({ variant, path: own, summary })
  }
  const isSweep = parts.length > 1
  if (isSweep) {
    await writeSweep(
      path,
      results.map((result) => ({
        ...result,
        name: result.variant.name,
        settings: result.variant.settings
      }))
    )
  }
  for (const { variant, path: own, summary } of results) {
    if (values.has('json')) {
      screen.print(
        JSON.stringify({ folder: own, ...(isSweep && { variant: variant.name }), ...summary })
      )
    } else {
      screen.print(`${isSweep ? `${variant.name}\n` : ''}${summaryTable(summary)}\n`)
    }
  }
  if (!values.has('json')) {
    screen.print(`All of it: ${join(path, 'report.html')}`)
  }
  for (const { variant, summary } of results) {
    for (const { sentence } of summary.expect.filter(({ isMet }) => !isMet)) {
      tell(context, `${isSweep ? `${variant.name}: ` : ''}${sentence ?? ''}`)
    }
  }
  if (doneCount < count) {
    tell(
      context,
      `It was ended early: ${String(doneCount)} of ${String(count)} runs are in the folder, which says so.`
    )
    return INTERRUPTED_CODE
  }
  return results.every(({ summary }) => summary.expect.every(({ isMet }) => isMet)) ? 0 : 1
}

function tell({ screen, values }: Context, message: string): void {
  screen.warn(values.has('json') ? JSON.stringify({ warning: { message } }) : message)
}
