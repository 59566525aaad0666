import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { inspectConfig, type RelayConfig, requireConfig } from '../config/config.ts'
import type { GatheredOption } from '../config/gathered-options.ts'
import { AUTO, NONE, OPTION_ROWS, type OptionValue } from '../config/option-rows.ts'
import { type ConfigFlags, namedConfigPath, readRelayConfig } from '../config/read-relay-config.ts'
import { dataDirectory, loadOrCreateNodeSeed, writeNewFile } from '../store/data-directory.ts'
import { configFileText } from './config-file-text.ts'

/**
 * Makes what a relay needs before its first start. What is there already stays as it is.
 *
 * @returns the exit code.
 * @throws ConfigError; StorageError where the directory cannot be made, or its key is damaged
 */
export async function runInit(words: ConfigFlags, isJson: boolean): Promise<number> {
  const named = namedConfigPath(words)
  const { config, text } = await planned(words, named)
  const directory = dataDirectory(config.data)
  const { isFresh } = await loadOrCreateNodeSeed(directory)
  const configPath = named === undefined ? directory.configPath : resolve(named)
  const isConfigFresh = await writeNewFile(configPath, Buffer.from(text))
  const made = { data: config.data, config: configPath, isKeyFresh: isFresh, isConfigFresh }
  process.stdout.write(isJson ? `${JSON.stringify(made)}\n` : madeText(made, named))
  return 0
}

interface Planned {
  readonly config: RelayConfig
  /** Of the configuration file, should there be none. */
  readonly text: string
}

async function planned(words: ConfigFlags, named: string | undefined): Promise<Planned> {
  const inspected = inspectConfig({ flags: words.flags, environment: process.env })
  const fromWords = requireConfig(inspected)
  const path = named ?? dataDirectory(fromWords.data).configPath
  const config = (await isThere(path)) ? await readRelayConfig(words) : fromWords
  return { config, text: configFileText(chosen(inspected.options, named !== undefined)) }
}

/** What was said on the command line is written down; a file in the data directory need not say where that is. */
function chosen(
  options: ReadonlyMap<string, GatheredOption>,
  isElsewhere: boolean
): ReadonlyMap<string, GatheredOption['value']> {
  const values = new Map<string, GatheredOption['value']>()
  for (const [name, { value, source }] of options) {
    if (source.startsWith('flag ') && (name !== 'data' || isElsewhere)) {
      values.set(name, isPath(name, value) ? resolve(value) : value)
    }
  }
  return values
}

/** Nobody knows from which directory a relay will be started. */
function isPath(name: string, value: OptionValue): value is string {
  const unit = OPTION_ROWS.find((row) => row.name === name)?.unit
  return (unit === 'file' || unit === 'directory') && value !== AUTO && value !== NONE
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

interface Made {
  readonly data: string
  readonly config: string
  readonly isKeyFresh: boolean
  readonly isConfigFresh: boolean
}

function madeText({ data, config, isKeyFresh, isConfigFresh }: Made, named?: string): string {
  const where = named === undefined ? `--data ${data}` : `--config ${config}`
  const key = isKeyFresh
    ? 'new; keep a copy of node.key: who has it is this relay'
    : 'was there, and stays'
  return `  data      ${data}
  node key  ${key}
  options   ${config}${isConfigFresh ? '' : ', was there, and stays'}

What to do next:

  look through the options, each with a comment; then: sealpost-relay config check ${where}
  start it: sealpost-relay run ${where}
  give people its address: sealpost-relay address ${where}
`
}
