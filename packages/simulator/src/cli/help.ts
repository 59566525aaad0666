/** Help, made of the commands' rows. */
import { GLOBAL_FLAGS, shownArgument, shownFlag, usageOf } from './command-line.ts'
import type { Command } from './command.ts'

const INDENT = '  '

/** What there is. */
export function helpOfAll(commands: readonly Command[]): string {
  return [
    'sealpost-sim: the shipped code in a world that a seed decides',
    '',
    'Usage: sealpost-sim COMMAND [--json]',
    '',
    'Commands:',
    ...columns(
      commands.map((command) => [
        [command.name, ...command.arguments.map(shownArgument)].join(' '),
        command.sentence
      ])
    ),
    '',
    'With every command:',
    ...globalFlags(),
    '',
    'sealpost-sim COMMAND --help says more of each.'
  ].join('\n')
}

/** One command, whole. */
export function helpOf(command: Command): string {
  const places = command.arguments.map(({ name, sentence }) => [name, sentence] as const)
  const flags = command.flags.map((flag) => {
    const repeat = flag.isRepeatable === true ? ' (may be repeated)' : ''
    return [shownFlag(flag), `${flag.sentence}${repeat}`] as const
  })
  return [
    usageOf(command),
    '',
    `${INDENT}${command.sentence}`,
    ...(places.length > 0 ? ['', 'Arguments:', ...columns(places)] : []),
    ...(flags.length > 0 ? ['', 'Flags:', ...columns(flags)] : []),
    ...(command.notes === undefined ? [] : ['', ...command.notes]),
    '',
    'With every command:',
    ...globalFlags()
  ].join('\n')
}

function globalFlags(): readonly string[] {
  return columns(GLOBAL_FLAGS.map((flag) => [shownFlag(flag), flag.sentence]))
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2
  return rows.map(([first, second]) => `${INDENT}${first.padEnd(width)}${second}`)
}
