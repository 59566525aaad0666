/** From the words of a command line to a command and its values. It knows no command: it is given the table. */
import { UsageError } from '@sealpost/protocol'
import type { Argument, Command, Flag } from './command.ts'
import { nearest } from './nearest.ts'
import { sentences } from './sentences.ts'
import { type Value, Values } from './values.ts'

/** Flags that every command takes, before its name or behind it. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: '--home', value: 'DIR', sentence: sentences.flags.home },
  { name: '--json', sentence: sentences.flags.json },
  { name: '--help', sentence: sentences.flags.help },
  { name: '--version', sentence: sentences.flags.version }
]

export interface CommandLine {
  readonly command: Command
  readonly values: Values
}

/** What can be said of a line before its command is known, and of one that is wrong. */
export interface Preface {
  readonly isJson: boolean
  readonly isHelp: boolean
  readonly isVersion: boolean
  readonly home: string | undefined
  /** All words but those of the global flags. */
  readonly words: readonly string[]
}

/**
 * Takes the global flags out of a line, wherever they stand.
 *
 * @throws UsageError `SEALPOST_USAGE` for a `--home` without a directory
 */
export function readPreface(line: readonly string[]): Preface {
  const words: string[] = []
  const given = new Set<string>()
  let home: string | undefined
  for (let index = 0; index < line.length; index++) {
    const word = line[index] ?? ''
    if (word === '--') {
      words.push(...line.slice(index))
      break
    }
    const [name, inline] = splitFlag(word)
    if (name === '--home') {
      home = inline ?? line[++index]
      if (home === undefined || home === '') {
        throw new UsageError('SEALPOST_USAGE', sentences.usage.flagWithoutValue('--home', 'DIR'))
      }
    } else if (word === '-h' || GLOBAL_FLAGS.some((flag) => flag.name === word)) {
      given.add(word === '-h' ? '--help' : word)
    } else {
      words.push(word)
    }
  }
  return {
    isJson: given.has('--json'),
    isHelp: given.has('--help'),
    isVersion: given.has('--version'),
    home,
    words
  }
}

/**
 * Reads the words that `readPreface` left.
 *
 * @throws UsageError `SEALPOST_USAGE`, or what a flag's `read` throws, with a sentence that says what to write instead
 */
export function readCommandLine(
  words: readonly string[],
  commands: readonly Command[],
  isJson: boolean
): CommandLine {
  const [name] = words
  if (name === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.noCommand)
  }
  if (name.startsWith('-')) {
    throw unknownFlag(name, undefined, GLOBAL_FLAGS)
  }
  const found = findCommand(words, commands)
  checkSecondWord(found, commands)
  const { command, rest } = found
  const values = new Map<string, Value>(isJson ? [['--json', true]] : [])
  readArguments(command, readFlags(command, rest, values), values)
  const missing = command.flags.find(
    ({ isRequired, name, unless = [] }) =>
      isRequired === true && ![name, ...unless].some((given) => values.has(given))
  )
  if (missing !== undefined) {
    throw new UsageError(
      'SEALPOST_USAGE',
      sentences.usage.missingFlag(shownFlag(missing), missing.sentence)
    )
  }
  return { command, values: new Values(values) }
}

/** A command, and the words behind its name. */
export interface FoundCommand {
  readonly command: Command
  readonly rest: readonly string[]
}

/**
 * The command that words begin with: `relays add ADDRESS` is the command `relays add`, not `relays`.
 *
 * @throws UsageError `SEALPOST_USAGE`, with the nearest name
 */
export function findCommand(words: readonly string[], commands: readonly Command[]): FoundCommand {
  const [first = '', second] = words
  const longer = commands.find(({ name }) => name === `${first} ${second ?? ''}`)
  if (longer !== undefined) {
    return { command: longer, rest: words.slice(2) }
  }
  const command = commands.find(({ name }) => name === first)
  if (command === undefined) {
    const names = new Set(commands.map(({ name }) => firstWord(name)))
    throw new UsageError(
      'SEALPOST_USAGE',
      sentences.usage.unknownCommand(first, nearest(first, [...names]))
    )
  }
  return { command, rest: words.slice(1) }
}

/** @throws UsageError `SEALPOST_USAGE` for `relays ad`: what takes no arguments is followed by a second word of its own. */
function checkSecondWord({ command, rest }: FoundCommand, commands: readonly Command[]): void {
  const [word] = rest
  const seconds = longerCommands(command, commands).map(({ name }) =>
    name.slice(command.name.length + 1)
  )
  if (
    word === undefined ||
    word.startsWith('-') ||
    command.arguments.length > 0 ||
    seconds.length === 0
  ) {
    return
  }
  const near = nearest(word, seconds)
  throw new UsageError(
    'SEALPOST_USAGE',
    sentences.usage.unknownSecondWord(
      command.name,
      word,
      near === undefined ? undefined : `${command.name} ${near}`
    )
  )
}

/** Those that a name begins: `relays add` and `relays remove` for `relays`. */
export function longerCommands(
  { name }: Command,
  commands: readonly Command[]
): readonly Command[] {
  return commands.filter((command) => command.name.startsWith(`${name} `))
}

function firstWord(name: string): string {
  return name.split(' ')[0] ?? name
}

/** Puts flags into `values`. @returns the words that are none. */
function readFlags(
  command: Command,
  words: readonly string[],
  values: Map<string, Value>
): readonly string[] {
  const places: string[] = []
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? ''
    if (word === '--') {
      return [...places, ...words.slice(index + 1)]
    }
    if (!word.startsWith('-') || word === '-') {
      places.push(word)
      continue
    }
    const [name, inline] = splitFlag(word)
    const flag = command.flags.find((candidate) => candidate.name === name)
    if (flag === undefined) {
      throw unknownFlag(word, command, command.flags)
    }
    if (flag.value === undefined) {
      if (inline !== undefined) {
        throw new UsageError('SEALPOST_USAGE', sentences.usage.switchWithValue(name))
      }
      values.set(name, true)
      continue
    }
    const text = inline ?? words[++index]
    if (text === undefined || text === '' || (inline === undefined && text.startsWith('--'))) {
      throw new UsageError('SEALPOST_USAGE', sentences.usage.flagWithoutValue(name, flag.value))
    }
    setFlag(flag, text, values)
  }
  return places
}

function setFlag(flag: Flag, text: string, values: Map<string, Value>): void {
  const value = flag.read === undefined ? text : flag.read(text)
  const before = values.get(flag.name)
  if (flag.isRepeatable === true) {
    const list = Array.isArray(before) ? (before as readonly string[]) : []
    values.set(flag.name, [...list, String(value)])
  } else if (before === undefined) {
    values.set(flag.name, value)
  } else {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.flagTwice(flag.name))
  }
}

function readArguments(
  command: Command,
  places: readonly string[],
  values: Map<string, Value>
): void {
  for (const [index, argument] of command.arguments.entries()) {
    const text = places[index]
    if (text === undefined && argument.isOptional === true) {
      return
    }
    if (text === undefined) {
      throw new UsageError(
        'SEALPOST_USAGE',
        sentences.usage.missingArgument(argument.name, usageOf(command))
      )
    }
    values.set(argument.name, text)
  }
  const surplus = places[command.arguments.length]
  if (surplus !== undefined) {
    throw new UsageError(
      'SEALPOST_USAGE',
      sentences.usage.surplusArgument(surplus, usageOf(command))
    )
  }
}

/** An argument as help shows it: `WHO`, or `[WHO]` where it may be left out. */
export function shownArgument({ name, isOptional }: Argument): string {
  return isOptional === true ? `[${name}]` : name
}

/** What must not be broken apart of a usage: `sealpost send`, `WHO`, `TEXT`, `[--wait STATE]`. */
export function usageParts(command: Command): readonly string[] {
  const places = command.arguments.map(shownArgument)
  const flags = command.flags.map((flag) => {
    const once = flag.isRequired === true ? shownFlag(flag) : `[${shownFlag(flag)}]`
    return flag.isRepeatable === true ? `${once}...` : once
  })
  return [`sealpost ${command.name}`, ...places, ...flags]
}

/** One line: `sealpost send WHO TEXT [--wait STATE]`. */
export function usageOf(command: Command): string {
  return usageParts(command).join(' ')
}

/** A flag with what follows it: `--wait STATE`. */
export function shownFlag({ name, value }: Flag): string {
  return value === undefined ? name : `${name} ${value}`
}

function splitFlag(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=')
  return word.startsWith('--') && at > 0
    ? [word.slice(0, at), word.slice(at + 1)]
    : [word, undefined]
}

function unknownFlag(
  word: string,
  command: Command | undefined,
  flags: readonly Flag[]
): UsageError {
  const names = [...flags, ...GLOBAL_FLAGS].map(({ name }) => name)
  const near = nearest(splitFlag(word)[0], [...new Set(names)])
  const takesText = command !== undefined && command.arguments.length > 0
  return new UsageError(
    'SEALPOST_USAGE',
    sentences.usage.unknownFlag(word, command?.name, near, takesText)
  )
}
