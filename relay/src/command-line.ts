import { parseArgs } from 'node:util'
import { UsageError } from '@sealpost/protocol'
import { didYouMean } from './nearest-name.ts'
import { OPTION_ROWS } from './option-rows.ts'

/** The commands of `sealpost-relay`, each with one sentence. */
export const COMMANDS: Readonly<Record<'run' | 'address', string>> = {
  run: 'Runs a relay until it is told to stop.',
  address: 'Prints the address to give to people, of a relay that ran before.'
}

export type Command = keyof typeof COMMANDS

/** What was asked for. */
export type CommandLine =
  | { readonly command: 'help' | 'version' }
  | {
      readonly command: Command
      /** Whether a program reads the output. */
      readonly isJson: boolean
      /** The configuration file, if one was named. */
      readonly configPath: string | undefined
      /** Options of the relay, by their names, as often as they were given. */
      readonly flags: ReadonlyMap<string, readonly string[]>
    }

type FlagKind = { readonly type: 'string' | 'boolean'; readonly short?: string }

const COMMAND_FLAGS: Readonly<Record<string, FlagKind>> = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
}

function flagKinds(): Readonly<Record<string, FlagKind>> {
  const rows = OPTION_ROWS.map(({ name }) => [name, { type: 'string' }] as const)
  return { ...Object.fromEntries(rows), ...COMMAND_FLAGS }
}

/**
 * Reads the words behind `sealpost-relay`.
 *
 * @throws UsageError `SEALPOST_USAGE`, with the nearest name for one that does not exist.
 */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const kinds = flagKinds()
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: kinds,
    allowPositionals: true,
    // So that what is wrong is told in our own words.
    strict: false,
    tokens: true
  })
  const flags = new Map<string, string[]>()
  const switches = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') {
      continue
    }
    const { name, value, rawName } = token
    const kind = kinds[name]
    if (kind === undefined) {
      const hint = didYouMean(
        rawName,
        Object.keys(kinds).map((known) => `--${known}`)
      )
      throw new UsageError('SEALPOST_USAGE', `There is no option ${rawName}.${hint}`)
    }
    if (kind.type === 'boolean') {
      requireNoValue(rawName, value)
      switches.add(name)
    } else {
      flags.set(name, [...(flags.get(name) ?? []), requireValue(token)])
    }
  }
  if (switches.has('help') || positionals[0] === 'help') {
    return { command: 'help' }
  }
  if (switches.has('version')) {
    return { command: 'version' }
  }
  const configPath = flags.get('config')?.at(-1)
  flags.delete('config')
  return { command: commandOf(positionals), isJson: switches.has('json'), configPath, flags }
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

function commandOf(positionals: readonly string[]): Command {
  const [word, extra] = positionals
  const names = Object.keys(COMMANDS) as readonly Command[]
  if (word === undefined) {
    throw new UsageError('SEALPOST_USAGE', `Say what to do: ${names.join(' or ')}; or --help.`)
  }
  const command = names.find((name) => name === word)
  if (command === undefined) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `There is no command ${word}.${didYouMean(word, names)} There are ${names.join(', ')}; --help says more.`
    )
  }
  if (extra !== undefined) {
    throw new UsageError('SEALPOST_USAGE', `${command} takes no word ${JSON.stringify(extra)}.`)
  }
  return command
}
