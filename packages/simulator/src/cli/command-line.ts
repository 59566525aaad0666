/** From the words of a command line to a command and its values. It knows no command: it is given the table. */
import { parseArgs } from 'node:util'
import { didYouMean, UsageError } from '@sealpost/protocol'
import type { Argument, Command, Flag } from './command.ts'
import { Values } from './values.ts'

/** Flags that every command takes. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'json', sentence: 'prints JSON, one object a line; errors on the standard error' },
  { name: 'help', sentence: 'says what there is' },
  { name: 'version', sentence: 'says which version this is' }
]

export interface CommandLine {
  /** Undefined where none is named. */
  readonly command: Command | undefined
  readonly values: Values
}

/**
 * @throws UsageError `SEALPOST_USAGE`, with a sentence that says what to write instead
 */
export function readCommandLine(
  words: readonly string[],
  commands: readonly Command[]
): CommandLine {
  // Flags may stand before the name, so the name is the first word that is none.
  const name = words.find((word) => !word.startsWith('-'))
  const command = name === undefined ? undefined : findCommand(name, commands)
  const flags = [...(command?.flags ?? []), ...GLOBAL_FLAGS]
  const { texts, places } = readWords(words, flags, command)
  const isAsking = texts.has('help') || texts.has('version')
  if (command !== undefined && !isAsking) {
    readPlaces(command, places.slice(1), texts)
  } else if (command === undefined && !isAsking) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'Say what to do: sealpost-sim --help lists the commands.'
    )
  }
  return { command, values: new Values(texts) }
}

function findCommand(name: string, commands: readonly Command[]): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (command === undefined) {
    const hint =
      didYouMean(
        name,
        commands.map((candidate) => candidate.name)
      ) || ' sealpost-sim --help lists those there are.'
    throw new UsageError('SEALPOST_USAGE', `There is no command "${name}".${hint}`)
  }
  return command
}

interface Words {
  readonly texts: Map<string, readonly string[]>
  /** Those that are no flag, the command's name among them. */
  readonly places: readonly string[]
}

function readWords(
  words: readonly string[],
  flags: readonly Flag[],
  command: Command | undefined
): Words {
  const options = Object.fromEntries(
    flags.map(({ name, value, isRepeatable = false }) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const)
      return [name, { type, multiple: isRepeatable }]
    })
  )
  const short = words.map((word) => (word === '-h' ? '--help' : word))
  const { tokens } = parseArgs({
    args: short,
    options,
    strict: false,
    allowPositionals: true,
    tokens: true
  })
  const texts = new Map<string, readonly string[]>()
  const places: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') {
      places.push(token.value)
    } else if (token.kind === 'option') {
      const flag = flags.find(({ name }) => name === token.name)
      if (flag === undefined) {
        throw unknownFlag(token.rawName, flags, command)
      }
      const before = texts.get(flag.name)
      if (before !== undefined && flag.value !== undefined && flag.isRepeatable !== true) {
        throw usage(`--${flag.name} is given twice; give it once.`)
      }
      texts.set(flag.name, [...(before ?? []), ...valueOf(flag, token)])
    }
  }
  return { texts, places }
}

interface OptionToken {
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function valueOf(flag: Flag, { value, inlineValue }: OptionToken): readonly string[] {
  if (flag.value === undefined) {
    if (value !== undefined) {
      throw usage(`--${flag.name} takes no value; write --${flag.name} alone.`)
    }
    return []
  }
  if (value === undefined || value === '' || (inlineValue !== true && value.startsWith('--'))) {
    throw usage(`--${flag.name} needs a value behind it: ${shownFlag(flag)}.`)
  }
  return [value]
}

function readPlaces(
  command: Command,
  places: readonly string[],
  texts: Map<string, readonly string[]>
): void {
  for (const [index, { name }] of command.arguments.entries()) {
    const text = places[index]
    if (text === undefined) {
      throw usage(`${name} is missing. Write: ${usageOf(command)}`)
    }
    texts.set(name, [text])
  }
  const surplus = places[command.arguments.length]
  if (surplus !== undefined) {
    throw usage(`"${surplus}" is one word too many. Write: ${usageOf(command)}`)
  }
}

function unknownFlag(
  word: string,
  flags: readonly Flag[],
  command: Command | undefined
): UsageError {
  const where = command === undefined ? 'sealpost-sim' : `sealpost-sim ${command.name}`
  const names = flags.map(({ name }) => `--${name}`)
  const hint = didYouMean(word, names) || ` ${where} --help lists those there are.`
  return usage(`There is no flag "${word}".${hint}`)
}

function usage(sentence: string): UsageError {
  return new UsageError('SEALPOST_USAGE', sentence)
}

export function shownArgument({ name }: Argument): string {
  return name
}

/** A flag with what follows it: `--seeds RANGE`. */
export function shownFlag({ name, value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`
}

/** One line: `sealpost-sim run SCENARIO [--seeds RANGE]`. */
export function usageOf(command: Command): string {
  const flags = command.flags.map((flag) => {
    return `[${shownFlag(flag)}]${flag.isRepeatable === true ? '...' : ''}`
  })
  return [`sealpost-sim ${command.name}`, ...command.arguments.map(shownArgument), ...flags].join(
    ' '
  )
}
