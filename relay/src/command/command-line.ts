import { parseArgs } from 'node:util'
import { type ParamRow, ParamValues } from '@sealpost/operator'
import { didYouMean, UsageError } from '@sealpost/protocol'
import { OPTION_ROWS } from '../config/option-rows.ts'
import { type Command, COMMANDS } from './commands.ts'

/** What was asked for. */
export type CommandLine =
  | { readonly command: 'help' | 'version' }
  | {
      readonly command: Command
      /** What is said with the command itself. */
      readonly params: ParamValues
      /** Whether a program reads the output. */
      readonly isJson: boolean
      /** The configuration file, if one was named. */
      readonly configPath: string | undefined
      /** Options of the relay, by their names, as often as they were given. */
      readonly flags: ReadonlyMap<string, readonly string[]>
    }

type FlagKind = { readonly type: 'string' | 'boolean'; readonly short?: string }
type FlagKinds = Readonly<Record<string, FlagKind>>

const COMMAND_FLAGS: FlagKinds = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
}

/** Options of the relay, those of every command, and those of this one, which win. */
function flagKinds(params: readonly ParamRow[]): FlagKinds {
  const rows = OPTION_ROWS.map(({ name }) => [name, { type: 'string' }] as const)
  const own = params
    .filter(({ isPositional }) => isPositional !== true)
    .map(({ name, kind }) => {
      return [name, { type: kind.type === 'switch' ? 'boolean' : 'string' }] as const
    })
  return { ...Object.fromEntries(rows), ...COMMAND_FLAGS, ...Object.fromEntries(own) }
}

/**
 * Reads the words behind `sealpost-relay`.
 *
 * @throws UsageError `SEALPOST_USAGE`, with the nearest name for one that does not exist.
 */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const everything = Object.values(COMMANDS).flatMap(({ params }) => params)
  const first = readWords(words, flagKinds(everything), false)
  if (first.switches.has('help') || first.positionals[0] === 'help') {
    return { command: 'help' }
  }
  if (first.switches.has('version')) {
    return { command: 'version' }
  }
  const { command, rest } = commandOf(first.positionals)
  const { params } = COMMANDS[command]
  const { flags, switches } = readWords(words, flagKinds(params), true)
  const given = { ...positionalsOf(command, params, rest), ...takeParams(params, flags, switches) }
  const configPath = flags.get('config')?.at(-1)
  flags.delete('config')
  return {
    command,
    params: ParamValues.parse(params, given),
    isJson: switches.has('json'),
    configPath,
    flags
  }
}

interface ReadWords {
  readonly flags: Map<string, readonly string[]>
  readonly switches: ReadonlySet<string>
  readonly positionals: readonly string[]
}

/** @param isStrict whether a flag must be one of `kinds`, and used as it can be. */
function readWords(words: readonly string[], kinds: FlagKinds, isStrict: boolean): ReadWords {
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: kinds,
    allowPositionals: true,
    // So that what is wrong is told in our own words.
    strict: false,
    tokens: true
  })
  const flags = new Map<string, readonly string[]>()
  const switches = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') {
      continue
    }
    const { name, value, rawName } = token
    const kind = kinds[name]
    if (kind === undefined) {
      if (isStrict) {
        throw unknownFlag(rawName, kinds)
      }
    } else if (kind.type === 'boolean') {
      if (isStrict) {
        requireNoValue(rawName, value)
      }
      switches.add(name)
    } else if (isStrict) {
      flags.set(name, [...(flags.get(name) ?? []), requireValue(token)])
    }
  }
  return { flags, switches, positionals }
}

function unknownFlag(rawName: string, kinds: FlagKinds): UsageError {
  const names = Object.keys(kinds).map((known) => `--${known}`)
  const hint = didYouMean(rawName, names)
  return new UsageError('SEALPOST_USAGE', `There is no option ${rawName}.${hint}`)
}

interface OptionToken {
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function requireValue({ rawName, value, inlineValue }: OptionToken): string {
  if (value === undefined || (value.startsWith('-') && inlineValue !== true)) {
    throw new UsageError('SEALPOST_USAGE', `${rawName} needs a value.`)
  }
  return value
}

function requireNoValue(rawName: string, value: string | undefined): void {
  if (value !== undefined) {
    throw new UsageError('SEALPOST_USAGE', `${rawName} takes no value.`)
  }
}

/** What the first words name: a command has one or two. */
function commandOf(words: readonly string[]): {
  readonly command: Command
  readonly rest: readonly string[]
} {
  const names = Object.keys(COMMANDS) as readonly Command[]
  const [word] = words
  if (word === undefined) {
    const shown = names.slice(0, 2).join(' or ')
    throw new UsageError('SEALPOST_USAGE', `Say what to do: ${shown}; --help says all there is.`)
  }
  for (const count of [2, 1]) {
    const command = names.find((name) => name === words.slice(0, count).join(' '))
    if (command !== undefined) {
      return { command, rest: words.slice(count) }
    }
  }
  throw new UsageError(
    'SEALPOST_USAGE',
    `There is no command ${word}.${didYouMean(word, names)} There are ${names.join(', ')}; --help says more.`
  )
}

function positionalsOf(
  command: Command,
  params: readonly ParamRow[],
  words: readonly string[]
): Readonly<Record<string, string>> {
  const rows = params.filter(({ isPositional }) => isPositional === true)
  const [extra] = words.slice(rows.length)
  if (extra !== undefined) {
    throw new UsageError('SEALPOST_USAGE', `${command} takes no word ${JSON.stringify(extra)}.`)
  }
  return Object.fromEntries(words.map((word, index) => [rows[index]?.name ?? '', word]))
}

/** Takes the command's own flags out of `flags`; the last one given holds. */
function takeParams(
  params: readonly ParamRow[],
  flags: Map<string, readonly string[]>,
  switches: ReadonlySet<string>
): Readonly<Record<string, string | boolean>> {
  const given: Record<string, string | boolean> = {}
  for (const { name, kind, isPositional } of params) {
    const value = flags.get(name)?.at(-1)
    if (isPositional === true) {
      continue
    }
    if (kind.type === 'switch' && switches.has(name)) {
      given[name] = true
    } else if (value !== undefined) {
      given[name] = value
      flags.delete(name)
    }
  }
  return given
}
