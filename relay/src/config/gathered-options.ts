/** What was written for each option, from the source that wins; and everything that is wrong with it, not only the first. */
import { ConfigError, didYouMean } from '@sealpost/protocol'
import { parse as parseYaml } from 'yaml'
import { environmentName, OPTION_ROWS, type OptionValue } from './option-rows.ts'
import { parseOption, type Written } from './option-value.ts'

/** Where values may come from, as they were written. */
export interface ConfigSources {
  /** By name of the option, without dashes; one text for each time it was given. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The file's text, and its name for errors. */
  readonly file?: ConfigFile | undefined
}

export interface ConfigFile {
  readonly name: string
  readonly text: string
}

/** An option's value, and where it is from: `default`, `file NAME`, `environment NAME`, `flag --name`. */
export interface GatheredOption {
  readonly value: OptionValue
  readonly source: string
}

export interface GatheredOptions {
  /** One for each row; the default where what was written is wrong. */
  readonly options: ReadonlyMap<string, GatheredOption>
  readonly problems: readonly ConfigError[]
}

/** Options of the command itself that the environment may give too. */
const COMMAND_OPTIONS: readonly string[] = ['config']
const ENVIRONMENT_PREFIX = 'SEALPOST_RELAY_'

interface GatheredText extends Written {
  readonly shownSource: string
}

/** Takes each option from the flags, else the environment, else the file, else its default. */
export function gatherOptions(sources: ConfigSources): GatheredOptions {
  const problems: ConfigError[] = []
  const written = gather(sources, problems)
  const options = new Map<string, GatheredOption>()
  for (const row of OPTION_ROWS) {
    const given = written.get(row.name)
    const value = given && attempt(problems, () => parseOption(row, given))
    options.set(
      row.name,
      given === undefined || value === undefined
        ? { value: row.fallback, source: 'default' }
        : { value, source: given.shownSource }
    )
  }
  return { options, problems }
}

/** What `read` returns; where it throws a ConfigError, that is added to `problems`. */
export function attempt<Value>(problems: ConfigError[], read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error
    }
    problems.push(error)
    return undefined
  }
}

function gather(
  { file, environment, flags }: ConfigSources,
  problems: ConfigError[]
): ReadonlyMap<string, GatheredText> {
  const written = new Map<string, GatheredText>()
  // Later ones win.
  for (const [name, value] of (file && attempt(problems, () => fileEntries(file))) ?? []) {
    const source = `${name} in ${file?.name ?? ''}`
    if (isKnown(name, source, rowNames(), problems)) {
      written.set(name, { value, source, shownSource: `file ${file?.name ?? ''}` })
    }
  }
  for (const [name, value] of environmentEntries(environment, problems)) {
    const source = environmentName(name)
    written.set(name, { value, source, shownSource: `environment ${source}` })
  }
  for (const [name, values] of flags) {
    const source = `--${name}`
    if (isKnown(name, source, rowNames(), problems)) {
      const value = values.length === 1 ? values[0] : values
      written.set(name, { value, source, shownSource: `flag ${source}` })
    }
  }
  return written
}

function rowNames(): readonly string[] {
  return OPTION_ROWS.map((row) => row.name)
}

function isKnown(
  name: string,
  source: string,
  names: readonly string[],
  problems: ConfigError[]
): boolean {
  const isThere = names.includes(name)
  if (!isThere) {
    const hint = didYouMean(name, names)
    const message = `There is no option ${source}.${hint}`
    problems.push(new ConfigError('SEALPOST_CONFIG_UNKNOWN_KEY', message))
  }
  return isThere
}

/** @throws ConfigError where it holds no options */
function fileEntries(file: ConfigFile): readonly (readonly [string, unknown])[] {
  let content: unknown
  try {
    content = parseYaml(file.text, { prettyErrors: true, logLevel: 'error' })
  } catch (cause) {
    const [firstLine] = cause instanceof Error ? cause.message.split('\n') : []
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${file.name} is no YAML: ${firstLine ?? 'it cannot be read'}`,
      { cause }
    )
  }
  // An empty file, or one of comments alone.
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${file.name} must hold lines like "work-bits: 18".`
    )
  }
  return Object.entries(content ?? {})
}

function environmentEntries(
  environment: ConfigSources['environment'],
  problems: ConfigError[]
): readonly (readonly [string, string])[] {
  const nameByVariable = new Map(rowNames().map((name) => [environmentName(name), name]))
  const others = COMMAND_OPTIONS.map(environmentName)
  const names = [...nameByVariable.keys(), ...others]
  const entries: (readonly [string, string])[] = []
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || others.includes(variable)) {
      continue
    }
    const name = nameByVariable.get(variable)
    // A variable that is set to nothing is as good as none: that is how a unit file takes one back.
    if (
      isKnown(variable, variable, names, problems) &&
      name !== undefined &&
      (value ?? '') !== ''
    ) {
      entries.push([name, value ?? ''])
    }
  }
  return entries
}
