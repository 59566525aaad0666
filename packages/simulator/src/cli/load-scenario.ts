/** From what a person names to what is run. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigError, didYouMean, UsageError } from '@sealpost/protocol'
import { BUILTIN_SCENARIOS } from '../scenario/builtin-scenarios.ts'
import { parseScenario, type ScenarioFile } from '../scenario/parse-scenario.ts'
import type { ScenarioText } from '../scenario/read-yaml.ts'
import type { Context } from './command.ts'

/** Of any file that is read whole: scenarios, traces, manifests. */
const BYTES_MAX: number = 64 * 2 ** 20
const BUILTIN = 'builtin:'

/**
 * A file, or the name of a shipped scenario, with or without `builtin:` before it; with what `--set` says over it.
 *
 * @throws UsageError, or ConfigError with a line for everything that is wrong
 */
export function loadScenario(
  name: string,
  { directory, values }: Pick<Context, 'directory' | 'values'>
): ScenarioFile {
  const { text, path } = findText(name, directory)
  return parseScenario({
    name: path,
    text,
    settings: readSettings(values.list('set')),
    readBeside: (beside, from) => {
      const file = resolve(directory, dirname(from), beside)
      return { name: file, text: readBounded(file) }
    }
  })
}

function findText(name: string, directory: string): ScenarioText & { readonly path: string } {
  const path = resolve(directory, name)
  const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true
  const builtin = BUILTIN_SCENARIOS.get(name) ?? BUILTIN_SCENARIOS.get(BUILTIN + name)
  if (builtin !== undefined && !isThere) {
    return { name, path: name.replace(BUILTIN, ''), text: builtin }
  }
  if (!isThere) {
    const shipped = [...BUILTIN_SCENARIOS.keys()].map((key) => key.replace(BUILTIN, ''))
    const hint = didYouMean(name, shipped)
    throw new UsageError(
      'SEALPOST_USAGE',
      `There is no file ${path}, and no shipped scenario of that name.${hint} sealpost-sim list shows those there are, sealpost-sim new NAME makes a file.`
    )
  }
  return { name, path, text: readBounded(path) }
}

/** @throws ConfigError where it cannot be read, or is too large */
export function readBounded(path: string): string {
  let size: number
  let text: string
  try {
    size = statSync(path).size
    text = size > BYTES_MAX ? '' : readFileSync(path, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('SEALPOST_CONFIG_INVALID', `${path} cannot be read: ${why}.`, { cause })
  }
  if (size > BYTES_MAX) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${path} has ${String(size)} bytes; what is read here has at most ${String(BYTES_MAX)}.`
    )
  }
  return text
}

function readSettings(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.indexOf('=')
      if (at <= 0) {
        throw new UsageError(
          'SEALPOST_USAGE',
          `--set takes a path and a value, such as --set relays.count=50, not "${text}".`
        )
      }
      return [text.slice(0, at), text.slice(at + 1)]
    })
  )
}
