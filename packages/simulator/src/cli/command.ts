/** What a command is: one row in the table, and one function that runs it. */
import type { HuntSeeds } from './hunt-task.ts'
import type { RunSeeds } from './seed-task.ts'
import type { Screen } from './screen.ts'
import type { Values } from './values.ts'

/** A word that stands by its place. */
export interface Argument {
  /** As help shows it and as `Values` holds it: `SCENARIO`. */
  readonly name: string
  readonly sentence: string
}

/** A word that begins with two dashes. */
export interface Flag {
  /** Without its dashes: `seeds`. */
  readonly name: string
  /** What follows it, as help shows it; undefined for a switch. */
  readonly value?: string
  readonly isRepeatable?: boolean
  readonly sentence: string
}

/** What one run of a command has at hand. */
export interface Context {
  readonly values: Values
  readonly screen: Screen
  /** Aborted when the person ends the command. */
  readonly signal: AbortSignal
  /** Where the paths that the person names begin. */
  readonly directory: string
  readonly runSeeds: RunSeeds
  readonly huntSeeds: HuntSeeds
}

export interface Command {
  readonly name: string
  readonly sentence: string
  readonly arguments: readonly Argument[]
  readonly flags: readonly Flag[]
  /** Lines below the flags in the command's help. */
  readonly notes?: readonly string[]
  /** @returns the exit code. @throws SealpostError for what ends it with a sentence */
  run(context: Context): Promise<number>
}
