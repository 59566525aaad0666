/** Help, made of the commands' rows. */
import {
  GLOBAL_FLAGS,
  longerCommands,
  shownArgument,
  shownFlag,
  usageParts
} from './command-line.ts'
import type { Command } from './command.ts'
import { sentences } from './sentences.ts'

const INDENT = '  '
const COLUMNS = 100

/** What there is. */
export function helpOfAll(commands: readonly Command[]): string {
  const words = sentences.help
  return [
    words.title,
    '',
    words.usage,
    '',
    words.commands,
    ...commandRows(commands),
    '',
    words.everywhere,
    ...globalFlags(),
    '',
    words.more
  ].join('\n')
}

/** One command, whole. */
export function helpOf(command: Command, commands: readonly Command[]): string {
  const words = sentences.help
  const places = command.arguments.map(
    (argument) => [shownArgument(argument), argument.sentence] as const
  )
  const flags = command.flags.map((flag) => {
    const repeat = flag.isRepeatable === true ? ` (${words.mayRepeat})` : ''
    return [shownFlag(flag), `${flag.sentence}${repeat}`] as const
  })
  const longer = longerCommands(command, commands)
  return [
    ...usageLines(command),
    '',
    `${INDENT}${command.sentence}`,
    ...(places.length > 0 ? ['', words.arguments, ...columns(places)] : []),
    ...(flags.length > 0 ? ['', words.flags, ...columns(flags)] : []),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
    ...(longer.length > 0 ? ['', words.seeAlso, ...commandRows(longer)] : []),
    '',
    words.everywhere,
    ...globalFlags()
  ].join('\n')
}

/** As many parts on a line as fit. */
function usageLines(command: Command): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const part of usageParts(command)) {
    if (line !== '' && line.length + 1 + part.length > COLUMNS) {
      lines.push(line)
      line = `${INDENT}${INDENT}${part}`
    } else {
      line = line === '' ? part : `${line} ${part}`
    }
  }
  return [...lines, line]
}

function commandRows(commands: readonly Command[]): readonly string[] {
  return columns(
    commands.map((command) => [
      [command.name, ...command.arguments.map(shownArgument)].join(' '),
      command.sentence
    ])
  )
}

function globalFlags(): readonly string[] {
  return columns(GLOBAL_FLAGS.map((flag) => [shownFlag(flag), flag.sentence]))
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2
  return rows.map(([first, second]) => `${INDENT}${first.padEnd(width)}${second}`)
}
