/**
 * The folder of a run while it comes about. Small files are written anew, each at once, as soon as a seed is done; the long ones grow
 * by the seeds that have their turn. So whatever ends the process, what is done is there and says that it is not all.
 *
 * ```
 *   empty --add--> manifest, summary, latency, report of what is done --finish--> whole, or partial for good
 *                  rows wait in .parts until all seeds before theirs are written
 * ```
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSealpostError, StorageError, UsageError } from '@sealpost/protocol'
import type { RunResult } from '../metrics/run-result.ts'
import { resolvedText } from '../scenario/resolved-text.ts'
import type { Scenario } from '../scenario/scenario.ts'
import {
  type Machine,
  type Manifest,
  manifestText,
  sha256,
  type Software,
  type Took
} from './manifest.ts'
import { reportPage } from './report/report.ts'
import type { SeedDigest } from './seed-digest.ts'
import { type Summary, summarize, summaryText } from './summary.ts'
import { clientLines, latencyCsv, RELAY_HEADER, relayLines } from './tables.ts'

export interface RunFolderInit {
  readonly path: string
  readonly scenario: Scenario
  /** What a sweep set, by path. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined
  /** Those that are to be run, in order. */
  readonly seeds: readonly number[]
  readonly software: Software
  readonly machine: Machine
  readonly took: () => Took
}

const PARTS = '.parts'
const RELAYS = 'relays.csv'
const CLIENTS = 'clients-sample.jsonl'

export class RunFolder {
  readonly #init: RunFolderInit
  readonly #digests = new Map<number, SeedDigest>()
  /** Of the seeds, those whose rows are in the long files. */
  #written = 0
  /** One write after the other. */
  #last: Promise<unknown> = Promise.resolve()

  private constructor(init: RunFolderInit) {
    this.#init = init
  }

  /** @throws UsageError where there is something in it; StorageError where it cannot be written */
  static async create(init: RunFolderInit): Promise<RunFolder> {
    const { path } = init
    await claimFolder(path)
    await written(path, async () => {
      await mkdir(join(path, PARTS))
      await writeFile(join(path, RELAYS), RELAY_HEADER)
      await writeFile(join(path, CLIENTS), '')
    })
    return new RunFolder(init)
  }

  /** Where `writeParts` writes. */
  get partsPath(): string {
    return join(this.#init.path, PARTS)
  }

  /** A seed is done, and its parts are written. */
  add(digest: SeedDigest): Promise<void> {
    this.#digests.set(digest.seed, digest)
    return this.#next(async () => {
      await this.#appendThose(this.#init.seeds.slice(this.#written), true)
      await this.#writeSmall()
    })
  }

  /** Nothing more will come. @returns what all of it came to */
  finish(): Promise<Summary> {
    return this.#next(async () => {
      // Where it was ended early, seeds are missing in between.
      await this.#appendThose(this.#init.seeds.slice(this.#written), false)
      await rm(this.partsPath, { recursive: true, force: true })
      return this.#writeSmall()
    })
  }

  /** As if it had not begun: nothing came of it. */
  async discard(): Promise<void> {
    const { path } = this.#init
    await written(path, async () => {
      for (const entry of [PARTS, RELAYS, CLIENTS]) {
        await rm(join(path, entry), { recursive: true, force: true })
      }
    })
  }

  #next<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(() => written(this.#init.path, task))
    this.#last = done.catch(() => undefined)
    return done
  }

  async #appendThose(seeds: readonly number[], isInTurn: boolean): Promise<void> {
    for (const seed of seeds) {
      if (this.#digests.has(seed)) {
        for (const file of [RELAYS, CLIENTS]) {
          const part = partPath(this.partsPath, seed, file)
          await appendFile(join(this.#init.path, file), await readFile(part))
          await rm(part)
        }
        this.#written += isInTurn ? 1 : 0
      } else if (isInTurn) {
        return
      }
    }
  }

  async #writeSmall(): Promise<Summary> {
    const { path, scenario, settings, seeds, software, machine, took } = this.#init
    const digests = seeds.flatMap((seed) => this.#digests.get(seed) ?? [])
    const missingSeeds = seeds.filter((seed) => !this.#digests.has(seed))
    const summary = summarize(scenario, digests, missingSeeds.length > 0)
    const text = resolvedText(scenario)
    const manifest: Manifest = {
      'sealpost-sim': 1,
      scenario: { name: scenario.name, sha256: sha256(text), text },
      settings,
      isPartial: missingSeeds.length > 0,
      runs: digests.map(({ seed, seeds, eventCount, traceHash }) => {
        return { seed, seeds, eventCount, traceHash }
      }),
      missingSeeds,
      software,
      machine,
      took: took()
    }
    await writeAtOnce(path, 'summary.json', summaryText(summary))
    await writeAtOnce(path, 'latency.csv', latencyCsv(digests))
    await writeAtOnce(path, 'report.html', reportPage({ scenario, summary, manifest, digests }))
    await writeAtOnce(path, 'manifest.json', manifestText(manifest))
    return summary
  }
}

/** Writes what of one run is too long to be handed over; in the thread that made it. */
export function writeParts(partsPath: string, seed: number, result: RunResult): void {
  const parts = [
    [RELAYS, relayLines(seed, result.relayRows)],
    [CLIENTS, clientLines(seed, result.clientRows)]
  ] as const
  for (const [file, lines] of parts) {
    const descriptor = openSync(partPath(partsPath, seed, file), 'w')
    try {
      for (const line of lines) {
        writeSync(descriptor, line)
      }
    } finally {
      closeSync(descriptor)
    }
  }
}

function partPath(partsPath: string, seed: number, file: string): string {
  return join(partsPath, `${String(seed)}-${file}`)
}

/**
 * Makes a folder that is empty, or takes one.
 *
 * @throws UsageError where there is something in it; StorageError where it cannot be made
 */
export async function claimFolder(path: string): Promise<void> {
  const entries = await written(path, async () => {
    await mkdir(path, { recursive: true })
    return readdir(path)
  })
  if (entries.length > 0) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `There is something in ${path} already, and it stays as it is. Name a new folder with --out.`
    )
  }
}

/** Either the file is there whole, or as it was before. */
export async function writeAtOnce(folder: string, file: string, text: string): Promise<void> {
  const beside = join(folder, `.${file}.new`)
  await writeFile(beside, text)
  await rename(beside, join(folder, file))
}

async function written<Result>(path: string, task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (cause) {
    if (isSealpostError(cause)) {
      throw cause
    }
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new StorageError(
      'SEALPOST_STORE_FAILED',
      `${path} cannot be written (${why}). Make room, or name another folder with --out.`,
      { cause }
    )
  }
}
