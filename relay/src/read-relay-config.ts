import { readFile } from 'node:fs/promises'
import { ConfigError } from '@sealpost/protocol'
import { readConfig, type RelayConfig } from './config.ts'
import { environmentName } from './option-rows.ts'

/** What of the command line says how a relay is configured. */
export interface ConfigFlags {
  readonly configPath: string | undefined
  readonly flags: ReadonlyMap<string, readonly string[]>
}

/**
 * The configuration that this process was started with.
 *
 * @throws ConfigError, also where the file cannot be read.
 */
export async function readRelayConfig({ configPath, flags }: ConfigFlags): Promise<RelayConfig> {
  const name = configPath ?? process.env[environmentName('config')]
  const file = name === undefined || name === '' ? undefined : { name, text: await readText(name) }
  return readConfig({ flags, environment: process.env, file })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `The configuration file ${path} cannot be read (${code}).`,
      { cause }
    )
  }
}
