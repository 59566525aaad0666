import { resolve } from 'node:path'
import { ConfigError } from '@sealpost/protocol'
import { dataDirectory } from '../store/data-directory.ts'
import {
  dataPath,
  inspectConfig,
  type InspectedConfig,
  readConfig,
  type RelayConfig
} from './config.ts'
import { type ConfigFile, type ConfigSources, gatherOptions } from './gathered-options.ts'
import { environmentName } from './option-rows.ts'
import { readTextFile } from './read-text-file.ts'

/** What of the command line says how a relay is configured. */
export interface ConfigFlags {
  readonly configPath: string | undefined
  readonly flags: ReadonlyMap<string, readonly string[]>
}

/** More than any configuration has, with every comment. */
const FILE_BYTES_MAX = 256 * 1024

/**
 * The configuration that this process was started with.
 *
 * @throws ConfigError, also where the file cannot be read.
 */
export async function readRelayConfig(words: ConfigFlags): Promise<RelayConfig> {
  return readConfig(await readSources(words))
}

/** The same, with everything that is wrong named. @throws ConfigError where the file cannot be read */
export async function inspectRelayConfig(words: ConfigFlags): Promise<InspectedConfig> {
  return inspectConfig(await readSources(words))
}

/**
 * Where the data directory is, for who asks the relay in it: whatever else is wrong with the configuration, that must not keep
 * anybody from asking.
 *
 * @throws ConfigError where that is not known
 */
export async function readDataPath(words: ConfigFlags): Promise<string> {
  const { options, problems } = gatherOptions(await readSources(words))
  const [first] = problems
  const data = options.get('data')
  if (data?.source === 'default' && first !== undefined) {
    throw first
  }
  return dataPath(data?.value)
}

/** The configuration file that is named, in the flags or in the environment; undefined where none is. */
export function namedConfigPath({ configPath }: ConfigFlags): string | undefined {
  const name = configPath ?? process.env[environmentName('config')]
  return name === '' ? undefined : name
}

/** @throws ConfigError where the file cannot be read */
async function readSources(words: ConfigFlags): Promise<ConfigSources> {
  const environment = process.env
  const { flags } = words
  const name = namedConfigPath(words)
  if (name !== undefined) {
    return { flags, environment, file: { name, text: await readText(name) } }
  }
  const { options } = gatherOptions({ flags, environment })
  return { flags, environment, file: await fileInData(dataPath(options.get('data')?.value)) }
}

/** The file that lies in the data directory, if one does. */
async function fileInData(data: string): Promise<ConfigFile | undefined> {
  const { configPath: name } = dataDirectory(data)
  try {
    const file = { name, text: await readText(name) }
    refuseOtherData(file, data)
    return file
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined
    }
    throw error
  }
}

/** It was found there, so it cannot say that the data is elsewhere. */
function refuseOtherData(file: ConfigFile, data: string): void {
  const { options } = gatherOptions({ flags: new Map(), environment: {}, file })
  const said = options.get('data')
  if (said?.source !== 'default' && dataPath(said?.value) !== resolve(data)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `data in ${file.name} names another directory. A file in the data directory is that relay's own: leave the line out, or give the file with --config.`
    )
  }
}

function readText(path: string): Promise<string> {
  return readTextFile(path, `The configuration file ${path}`, FILE_BYTES_MAX)
}
