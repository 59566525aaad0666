import type { Command } from '../command.ts'
import { calibrate } from './calibrate.ts'
import { check } from './check.ts'
import { diff } from './diff.ts'
import { hunt } from './hunt.ts'
import { list } from './list.ts'
import { newCommand } from './new.ts'
import { replay } from './replay.ts'
import { run } from './run.ts'
import { shrink } from './shrink.ts'

/** All there are, as help lists them. */
export const COMMANDS: readonly Command[] = [
  run,
  replay,
  check,
  diff,
  shrink,
  hunt,
  list,
  newCommand,
  calibrate
]
