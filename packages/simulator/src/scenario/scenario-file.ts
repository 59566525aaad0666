/** What a file says beside the scenario itself: which format it has, what it extends, and how it is run. */
import { fields, optional, required, row } from './fields.ts'
import type { Seeds } from './scenario.ts'
import { integer, type Shape, text } from './shape.ts'

/** Variants of one sweep. */
export const VARIANTS_MAX = 1000
/** Runs of one variant. */
export const SEEDS_MAX = 10_000

/** Which seeds a scenario is run with. */
export interface SeedRange {
  readonly first: number
  readonly count: number
  /** Those that stay, whatever the run's. */
  readonly fixed: Partial<Seeds>
}

interface FileHead {
  readonly version: number
  readonly base?: string
  readonly seed: number
  readonly seeds?: { readonly [Name in keyof Seeds]?: number }
}

const SEED: Shape<number> = integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

/** The head of a file, but for its sweep, which says what the rest has not said yet. */
export const FILE: Shape<FileHead> = fields<FileHead>({
  version: {
    ...required(integer({ min: 1, max: 1 }), 'The version of the format.'),
    key: 'sealpost-sim'
  },
  base: {
    ...optional(
      text(1000),
      'A file, or builtin:NAME as sealpost-sim list has it: what this one does not say is as there.'
    ),
    key: 'extends'
  },
  seed: row(SEED, 1, 'The seed of the first run; of further ones those after it.'),
  seeds: optional(
    fields<{ readonly [Name in keyof Seeds]?: number }>({
      topology: optional(SEED, 'Who is where, and who knows whom, in every run.'),
      workload: optional(SEED, 'Who is online when, and writes what, in every run.'),
      faults: optional(SEED, 'What fails, and how the network jitters, in every run.')
    }),
    'Seeds that stay the same in all runs.'
  )
})

/** Keys that are no part of the scenario. */
export const HEAD_KEYS: readonly string[] = ['sealpost-sim', 'extends', 'seed', 'seeds', 'sweep']
