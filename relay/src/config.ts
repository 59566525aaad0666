/**
 * The relay's configuration, in two steps: read (flags over environment over file over default), then parse into one frozen
 * value. Whatever is wrong is told before anything starts.
 *
 * ```
 *   flags --------------+
 *   SEALPOST_RELAY_* ---+--> one value and its source for each row --parse--> RelayConfig
 *   --config FILE ------+
 *   defaults -----------+
 * ```
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { RelayOptions } from '@sealpost/core'
import { ConfigError, isAddressText, SealpostError } from '@sealpost/protocol'
import type { ListenEndpoint } from '@sealpost/transport-libp2p'
import { builtWebClient } from '@sealpost/web-files'
import { parse as parseYaml } from 'yaml'
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from './json-log.ts'
import { parseListen } from './listen-text.ts'
import { didYouMean } from './nearest-name.ts'
import { AUTO, environmentName, NONE, OPTION_ROWS, type OptionValue } from './option-rows.ts'
import { parseOption, type Written } from './option-value.ts'

/** Everything that is decided before a relay starts. */
export interface RelayConfig {
  /** The data directory, absolute. */
  readonly data: string
  readonly listen: readonly ListenEndpoint[]
  /** The folder of the web client that is served, absolute; undefined for none. */
  readonly web: string | undefined
  /** Connections that may be in their handshake, beyond those of `relay.connectionsMax`. */
  readonly connectionsPendingMax: number
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** What the machine goes by. */
  readonly relay: RelayOptions
}

/** Where values may come from, as they were written. */
export interface ConfigSources {
  /** By name of the option, without dashes; one text for each time it was given. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The file's text, and its name for errors. */
  readonly file?: { readonly name: string; readonly text: string } | undefined
}

/** Options of the command itself that the environment may give too. */
const COMMAND_OPTIONS: readonly string[] = ['config']
const ENVIRONMENT_PREFIX = 'SEALPOST_RELAY_'

/**
 * Reads and parses.
 *
 * @throws ConfigError `SEALPOST_CONFIG_UNKNOWN_KEY` with the nearest name, `SEALPOST_CONFIG_INVALID`, each naming the source.
 */
export function readConfig(sources: ConfigSources): RelayConfig {
  const written = gather(sources)
  const values = new Map<string, OptionValue>()
  for (const row of OPTION_ROWS) {
    const given = written.get(row.name)
    values.set(row.name, given === undefined ? row.fallback : parseOption(row, given))
  }
  return toConfig(new Values(values))
}

// ---- read

function gather(sources: ConfigSources): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>()
  // Later ones win.
  for (const [name, value] of fileEntries(sources.file)) {
    const source = `${name} in ${sources.file?.name ?? ''}`
    requireKnown(name, source, rowNames())
    written.set(name, { value, source })
  }
  for (const [name, value] of environmentEntries(sources.environment)) {
    written.set(name, { value, source: environmentName(name) })
  }
  for (const [name, values] of sources.flags) {
    const source = `--${name}`
    requireKnown(name, source, rowNames())
    written.set(name, { value: values.length === 1 ? values[0] : values, source })
  }
  return written
}

function rowNames(): readonly string[] {
  return OPTION_ROWS.map((row) => row.name)
}

function requireKnown(name: string, source: string, names: readonly string[]): void {
  if (!names.includes(name)) {
    const hint = didYouMean(name, names)
    throw new ConfigError('SEALPOST_CONFIG_UNKNOWN_KEY', `There is no option ${source}.${hint}`)
  }
}

function fileEntries(file: ConfigSources['file']): readonly (readonly [string, unknown])[] {
  if (file === undefined) {
    return []
  }
  let content: unknown
  try {
    content = parseYaml(file.text, { prettyErrors: true })
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
  environment: ConfigSources['environment']
): readonly (readonly [string, string])[] {
  const nameByVariable = new Map(rowNames().map((name) => [environmentName(name), name]))
  const others = COMMAND_OPTIONS.map(environmentName)
  const entries: (readonly [string, string])[] = []
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(ENVIRONMENT_PREFIX) || others.includes(variable)) {
      continue
    }
    requireKnown(variable, variable, [...nameByVariable.keys(), ...others])
    const name = nameByVariable.get(variable)
    // A variable that is set to nothing is as good as none: that is how a unit file takes one back.
    if (name !== undefined && value !== undefined && value !== '') {
      entries.push([name, value])
    }
  }
  return entries
}

// ---- parse

class Values {
  readonly #values: ReadonlyMap<string, OptionValue>

  constructor(values: ReadonlyMap<string, OptionValue>) {
    this.#values = values
  }

  number(name: string): number {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : noSuch(name)
  }

  /** undefined where it is `auto`. */
  numberOrAuto(name: string): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }

  text(name: string): string {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : noSuch(name)
  }

  list(name: string): readonly string[] {
    const value = this.#values.get(name)
    return typeof value === 'object' ? value : noSuch(name)
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word {
    return words.find((word) => word === this.text(name)) ?? noSuch(name)
  }
}

function noSuch(name: string): never {
  throw new SealpostError('SEALPOST_BUG', `there is no row ${name} of this kind`)
}

function toConfig(values: Values): RelayConfig {
  const data = values.text('data')
  const listen = values.list('listen').map(parseListen)
  refuseTwice(listen)
  const addresses = values.list('addresses')
  for (const address of addresses) {
    refuseAddress(address)
  }
  return Object.freeze({
    data: resolve(data === AUTO ? usualDirectory() : data),
    listen,
    web: webFolder(values.text('web')),
    connectionsPendingMax: values.number('connections-pending-max'),
    logLevel: values.word('log-level', LOG_LEVELS),
    logFormat: values.word('log-format', LOG_FORMATS),
    relay: Object.freeze(relayOptions(values, addresses))
  })
}

/** `$XDG_DATA_HOME/sealpost-relay`, or where that is by default. */
function usualDirectory(): string {
  const home = process.env['XDG_DATA_HOME']
  const base = home === undefined || home === '' ? join(homedir(), '.local', 'share') : home
  return join(base, 'sealpost-relay')
}

function webFolder(written: string): string | undefined {
  switch (written) {
    case AUTO:
      return builtWebClient()
    case NONE:
      return undefined
    default:
      return resolve(written)
  }
}

function relayOptions(values: Values, addresses: readonly string[]): RelayOptions {
  return {
    depositsPerSecond: values.number('deposits-per-second'),
    depositBurst: values.number('deposit-burst'),
    requestsPerSecond: values.number('requests-per-second'),
    requestBurst: values.number('request-burst'),
    mailboxDepositsPerMinute: values.number('mailbox-deposits-per-minute'),
    groupDepositsPerMinute: values.number('group-deposits-per-minute'),
    registrationsPerHourPerRange: values.number('registrations-per-hour-per-range'),
    knocksPerMinutePerRange: values.number('knocks-per-minute-per-range'),
    quotas: {
      contact: quota(values, 'contact'),
      request: quota(values, 'request'),
      own: quota(values, 'own'),
      group: quota(values, 'group')
    },
    workBits: values.number('work-bits'),
    connectionsMax: values.number('connections-max'),
    connectionsPerRangeMax: values.number('connections-per-range-max'),
    requestsUnansweredMax: values.number('requests-unanswered-max'),
    subscriptionsPerConnectionMax: values.number('subscriptions-per-connection-max'),
    subscriptionsMax: values.number('subscriptions-max'),
    pendingReadsMax: values.number('pending-reads-max'),
    storeBytesMax: values.number('store-bytes-max'),
    reserveBytes: values.numberOrAuto('reserve-bytes'),
    mailboxCacheSize: values.number('mailbox-cache-size'),
    operator: values.text('operator'),
    policy: values.text('policy'),
    addresses
  }
}

function quota(values: Values, kind: string): RelayOptions['quotas']['contact'] {
  return {
    envelopeCountMax: values.number(`${kind}-envelopes-max`),
    bytesMax: values.number(`${kind}-bytes-max`)
  }
}

function refuseTwice(listen: readonly ListenEndpoint[]): void {
  const fixed = listen.filter(({ port }) => port !== 0)
  const names = new Set(fixed.map(({ host, port }) => `${host} ${String(port)}`))
  if (names.size < fixed.length) {
    throw new ConfigError('SEALPOST_CONFIG_INVALID', 'listen names one HOST:PORT twice.')
  }
}

function refuseAddress(address: string): void {
  if (!isAddressText(address) || address.includes('/p2p/')) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `addresses must be multiaddrs without /p2p/, like /dns4/relay.example/tcp/443/tls/ws, not ${JSON.stringify(address)}.`
    )
  }
}
