/** What a folder says of the runs that made it. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SealpostError, UsageError } from '@sealpost/protocol'
import { type ManifestRun, readManifest } from '../output/manifest.ts'
import { parseScenario } from '../scenario/parse-scenario.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { readBounded } from './load-scenario.ts'

/** A run as it was, and where. */
export interface PastRun {
  readonly folder: string
  readonly scenario: Scenario
  readonly run: ManifestRun
}

/**
 * Those of a folder, or of all variants of a sweep's.
 *
 * @throws UsageError where there is none that can be done again; ConfigError for a manifest that cannot be used
 */
export async function readPastRuns(path: string): Promise<readonly PastRun[]> {
  const runs = (await foldersOf(path)).flatMap((folder) => readFolder(folder))
  if (runs.length === 0) {
    const text = `No run in ${path} was done, so there is none to do again.`
    throw new UsageError('SEALPOST_USAGE', text)
  }
  return runs
}

async function foldersOf(path: string): Promise<readonly string[]> {
  if (existsSync(join(path, 'manifest.json'))) {
    return [path]
  }
  const entries = existsSync(path) ? await readdir(path, { withFileTypes: true }) : []
  const within = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(path, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')))
    .sort()
  if (within.length === 0) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `There is no manifest.json in ${path}. Name a folder that sealpost-sim run made.`
    )
  }
  return within
}

function readFolder(folder: string): readonly PastRun[] {
  const file = join(folder, 'manifest.json')
  const { scenario, runs } = readManifest(file, readBounded(file))
  const [variant] = parseScenario({ name: file, text: scenario.text }).variants
  if (variant === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a file is one scenario at least')
  }
  if (runs.some(({ traceHash }) => traceHash === undefined)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `${folder} is of runs on the wall clock, which nobody can repeat event by event. Run the scenario again, and compare the two with sealpost-sim diff.`
    )
  }
  return runs.map((run) => ({ folder, scenario: variant.scenario, run }))
}
