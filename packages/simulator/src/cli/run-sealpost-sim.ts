/** One run of `sealpost-sim`: from its words to its exit code. */
import { VERSION } from '../output/surroundings.ts'
import { readCommandLine } from './command-line.ts'
import { COMMANDS } from './commands/command-table.ts'
import { tellFailure } from './failure.ts'
import { helpOf, helpOfAll } from './help.ts'
import type { HuntSeeds } from './hunt-task.ts'
import type { RunSeeds } from './seed-task.ts'
import type { Screen } from './screen.ts'

/** What a run has of its process. */
export interface Surroundings {
  readonly screen: Screen
  /** Aborted when the person ends the command. */
  readonly signal: AbortSignal
  /** Where the paths that the person names begin. */
  readonly directory: string
  readonly runSeeds: RunSeeds
  readonly huntSeeds: HuntSeeds
}

/** @returns the exit code: 0 done, 1 failed or not as expected, 2 wrong use, 130 ended by the person. */
export async function runSealpostSim(
  line: readonly string[],
  around: Surroundings
): Promise<number> {
  const { screen } = around
  try {
    const { command, values } = readCommandLine(line, COMMANDS)
    if (values.has('version')) {
      const text = values.has('json') ? JSON.stringify({ version: VERSION }) : undefined
      screen.print(text ?? `sealpost-sim ${VERSION}`)
      return 0
    }
    if (command === undefined || values.has('help')) {
      screen.print(command === undefined ? helpOfAll(COMMANDS) : helpOf(command))
      return 0
    }
    return await command.run({ ...around, values })
  } catch (error) {
    return tellFailure(error, screen, line.includes('--json'))
  } finally {
    screen.progress('')
  }
}
