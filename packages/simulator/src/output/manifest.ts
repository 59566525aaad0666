import { createHash } from 'node:crypto'
import { ConfigError } from '@sealpost/protocol'
import type { Seeds } from '../scenario/scenario.ts'

/** `manifest.json`: everything that another person needs to run it again, and what it took. */
export interface Manifest {
  readonly 'sealpost-sim': 1
  readonly scenario: {
    readonly name: string
    readonly sha256: string
    /** With nothing left out: it depends on no other file. */
    readonly text: string
  }
  /** What a sweep set for this variant, by path. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  readonly isPartial: boolean
  /** In the order of their seeds. */
  readonly runs: readonly ManifestRun[]
  /** Asked for, and not done. */
  readonly missingSeeds: readonly number[]
  readonly software: Software
  readonly machine: Machine
  readonly took: Took
}

export interface ManifestRun {
  readonly seed: number
  readonly seeds: Seeds
  readonly eventCount: number
  /** Left out of a run on the wall clock, which nobody can repeat event by event. */
  readonly traceHash?: string | undefined
}

export interface Software {
  /** Of this command. */
  readonly version: string
  readonly node: string
  readonly v8: string
  /** Of the checkout that it ran from. */
  readonly git?: { readonly commit: string; readonly isDirty: boolean } | undefined
  /** Of the file that pins every library; without one, the versions of what the manifest of the package names. */
  readonly packageLockSha256?: string | undefined
  readonly packages?: Readonly<Record<string, string>> | undefined
}

export interface Machine {
  readonly platform: string
  readonly arch: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
}

export interface Took {
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly wallMs: number
  /** Of all threads. */
  readonly cpuMs: number
  readonly rssBytesMax: number
  readonly workers: number
}

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

/**
 * What of a manifest another run goes by. Somebody else may have written it: everything that is used is looked at.
 *
 * @param file for errors
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`
 */
export function readManifest(
  file: string,
  text: string
): Pick<Manifest, 'scenario' | 'isPartial' | 'runs'> {
  const json = parseJson(file, text)
  if (!isObject(json) || json['sealpost-sim'] !== 1) {
    throw invalid(file, 'it is no manifest of a run')
  }
  const { scenario, runs, isPartial } = json
  if (
    !isObject(scenario) ||
    typeof scenario['text'] !== 'string' ||
    typeof scenario['name'] !== 'string'
  ) {
    throw invalid(file, 'it says no scenario')
  }
  if (scenario['sha256'] !== sha256(scenario['text'])) {
    throw invalid(file, 'its scenario is not the one that its sha256 is of')
  }
  if (!Array.isArray(runs) || !runs.every(isRun)) {
    throw invalid(file, 'its runs are not as runs are written')
  }
  const { name, sha256: hash, text: scenarioText } = scenario
  return {
    scenario: { name, sha256: hash, text: scenarioText },
    isPartial: isPartial === true,
    runs
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${file} cannot be read: it is no JSON. ${REMEDY}`,
      { cause }
    )
  }
}

const REMEDY = 'Take another copy of the folder, or run the scenario again.'

function invalid(file: string, what: string): ConfigError {
  return new ConfigError('SEALPOST_CONFIG_INVALID', `${file} cannot be used: ${what}. ${REMEDY}`)
}

function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && Boolean(json) && !Array.isArray(json)
}

function isRun(json: unknown): json is ManifestRun {
  if (!isObject(json)) {
    return false
  }
  const { seed, seeds, eventCount, traceHash } = json
  const numbers = isObject(seeds)
    ? [seed, eventCount, seeds['topology'], seeds['workload'], seeds['faults']]
    : [undefined]
  return (
    (traceHash === undefined || typeof traceHash === 'string') &&
    numbers.every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
  )
}
