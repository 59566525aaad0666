/**
 * The relay's configuration, in two steps: read (flags over environment over file over default), then parse into one frozen
 * value. Whatever is wrong is told before anything starts.
 *
 * ```
 *   flags --------------+
 *   SEALPOST_RELAY_* ---+--> one value and its source for each row --parse--> RelayConfig
 *   DATA/relay.yaml, or
 *   --config FILE ------+
 *   defaults -----------+
 * ```
 */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseLink, type RelayOptions } from '@sealpost/core'
import type { BackupPlan } from '@sealpost/operator'
import { ConfigError, isAddressText, isDeskText, SealpostError } from '@sealpost/protocol'
import { isAddressRange, type ListenEndpoint } from '@sealpost/transport-libp2p'
import { builtWebClient } from '@sealpost/web-files'
import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from '../log/json-log.ts'
import {
  attempt,
  type ConfigSources,
  type GatheredOptions,
  gatherOptions
} from './gathered-options.ts'
import { type WatchConfig, watchConfig } from '../watch/watch-config.ts'
import { parseListen, parseOperatorListen } from './listen-text.ts'
import { webSocketPlace } from '../doctor/web-socket-place.ts'
import type { CertificateFiles } from '../people/certificate.ts'
import { AUTO, NONE, OPTION_ROWS, type OptionValue } from './option-rows.ts'

const HOUR_MS = 3_600_000
const DAY_MS: number = 24 * HOUR_MS

/** Backups that a relay makes by itself. */
export interface BackupConfig extends BackupPlan {
  /** Absolute; undefined where it makes none. */
  readonly directory: string | undefined
  /** `age1...`; undefined where they are not encrypted. */
  readonly recipient: string | undefined
}

/** Everything that is decided before a relay starts. */
export interface RelayConfig {
  /** The data directory, absolute. */
  readonly data: string
  readonly listen: readonly ListenEndpoint[]
  /** What the port for people is encrypted with, absolute paths; undefined where a proxy does that, or nobody. */
  readonly tls: CertificateFiles | undefined
  /** Reverse proxies that are believed on whom they speak for: addresses, or ranges of them. */
  readonly trustedProxies: readonly string[]
  /** The folder of the web client that is served, absolute; undefined for none. */
  readonly web: string | undefined
  /** Where the operator is answered, on this machine; undefined for nowhere but the socket. */
  readonly operatorListen: ListenEndpoint | undefined
  readonly about: About
  /** Addresses of other relays that try whether this one can be reached: none, or at least two. */
  readonly neighbours: readonly string[]
  /** Connections that may be in their handshake, beyond those of `relay.connectionsMax`. */
  readonly connectionsPendingMax: number
  /** Connections in a minute from one range of addresses. */
  readonly connectionsPerMinutePerRange: number
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** How the relay is watched, and who is told. */
  readonly watch: WatchConfig
  /** Backups that it makes by itself, if there is a directory for them. */
  readonly backup: BackupConfig
  /** What the machine goes by. */
  readonly relay: RelayOptions
  /** The options that are not what they are by default, by their names. */
  readonly changed: Readonly<Record<string, OptionValue>>
}

/** What an operator tells over HTTP about themselves, beside what every client is told; empty where nothing. */
export interface About {
  readonly contact: string
  readonly complaints: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
}

/** What the sources come to. */
export interface InspectedConfig extends GatheredOptions {
  /** undefined where there is a problem. */
  readonly config: RelayConfig | undefined
}

/**
 * Reads and parses.
 *
 * @throws ConfigError `SEALPOST_CONFIG_UNKNOWN_KEY` with the nearest name, `SEALPOST_CONFIG_INVALID`, each naming the source; where
 * several things are wrong, it names all.
 */
export function readConfig(sources: ConfigSources): RelayConfig {
  return requireConfig(inspectConfig(sources))
}

/** Reads and parses, and names everything that is wrong. */
export function inspectConfig(sources: ConfigSources): InspectedConfig {
  const { options, problems } = gatherOptions(sources)
  const values = new Map([...options].map(([name, { value }]) => [name, value]))
  const { config, problems: impossible } = parseConfig(values)
  const all = [...problems, ...impossible]
  return { options, problems: all, config: all.length === 0 ? config : undefined }
}

/** @throws ConfigError that names everything that is wrong */
export function requireConfig({ config, problems }: InspectedConfig): RelayConfig {
  const [first, ...others] = problems
  if (config !== undefined || first === undefined) {
    return config ?? noSuch('at all')
  }
  if (others.length === 0) {
    throw first
  }
  const list = problems.map(({ message }) => `\n  - ${message}`).join('')
  throw new ConfigError(
    others.every(({ code }) => code === first.code) ? first.code : 'SEALPOST_CONFIG_INVALID',
    `${String(problems.length)} things are wrong with the configuration:${list}`
  )
}

/** The configuration of values that are each what its row says, or why they cannot be together. */
export function parseConfig(values: ReadonlyMap<string, OptionValue>): ParsedConfig {
  const problems: ConfigError[] = []
  const config = toConfig(new Values(values), problems)
  return problems.length === 0 ? { config, problems } : { config: undefined, problems }
}

export interface ParsedConfig {
  readonly config: RelayConfig | undefined
  readonly problems: readonly ConfigError[]
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

  /** Those that are not their default. */
  changed(): Readonly<Record<string, OptionValue>> {
    const rows = OPTION_ROWS.filter(
      ({ name, fallback }) => String(this.#values.get(name)) !== String(fallback)
    )
    return Object.fromEntries(
      rows.map(({ name, fallback }) => [name, this.#values.get(name) ?? fallback])
    )
  }

  word<Word extends string>(name: string, words: readonly Word[]): Word {
    return words.find((word) => word === this.text(name)) ?? noSuch(name)
  }
}

function noSuch(name: string): never {
  throw new SealpostError('SEALPOST_BUG', `there is no row ${name} of this kind`)
}

function toConfig(values: Values, problems: ConfigError[]): RelayConfig {
  const listen = values
    .list('listen')
    .flatMap((text) => attempt(problems, () => parseListen(text)) ?? [])
  const operatorListen = values.text('operator-listen')
  attempt(problems, () => {
    refuseTwice(listen)
  })
  const addresses = values.list('addresses')
  for (const address of addresses) {
    attempt(problems, () => {
      refuseAddress(address)
    })
  }
  attempt(problems, () => {
    refuseDesk(values.text('desk'))
  })
  return Object.freeze({
    data: dataPath(values.text('data')),
    listen,
    tls: attempt(problems, () => tlsFiles(values)),
    trustedProxies: values.list('trusted-proxies').filter((text) => {
      return attempt(problems, () => requireRange(text)) === true
    }),
    web: webFolder(values.text('web')),
    operatorListen:
      operatorListen === NONE
        ? undefined
        : attempt(problems, () => parseOperatorListen(operatorListen)),
    about: aboutOf(values, problems),
    neighbours: attempt(problems, () => neighboursOf(values)) ?? [],
    connectionsPendingMax: values.number('connections-pending-max'),
    connectionsPerMinutePerRange: values.number('connections-per-minute-per-range'),
    logLevel: values.word('log-level', LOG_LEVELS),
    logFormat: values.word('log-format', LOG_FORMATS),
    watch: watchConfig({
      rules: values.list('alarm-rules'),
      webhook: values.text('alarm-webhook'),
      command: values.list('alarm-command'),
      escalateMinutes: values.number('alarm-escalate-minutes'),
      actions: values.word('watch-actions', ['by-hand', 'by-itself'] as const),
      pins: values.list('tuning-pins'),
      overload: values.word('overload', ['auto', 'off'] as const)
    }),
    backup: Object.freeze(backupConfig(values, problems)),
    relay: Object.freeze(relayOptions(values, addresses)),
    changed: Object.freeze(values.changed())
  })
}

function aboutOf(values: Values, problems: ConfigError[]): About {
  const country = values.text('country')
  if (!/^(?:[A-Z]{2})?$/.test(country)) {
    const written = JSON.stringify(country)
    problems.push(
      new ConfigError(
        'SEALPOST_CONFIG_INVALID',
        `country must be two capital letters, like CH, not ${written}.`
      )
    )
  }
  return Object.freeze({
    contact: values.text('contact'),
    complaints: values.text('complaints'),
    country
  })
}

/** Where what `data` says is, absolute. */
export function dataPath(written: OptionValue | undefined): string {
  return resolve(typeof written === 'string' && written !== AUTO ? written : usualDirectory())
}

/** `$XDG_DATA_HOME/sealpost-relay`, or where that is by default. */
function usualDirectory(): string {
  const home = process.env['XDG_DATA_HOME']
  const base = home === undefined || home === '' ? join(homedir(), '.local', 'share') : home
  return join(base, 'sealpost-relay')
}

function neighboursOf(values: Values): readonly string[] {
  const neighbours = values.list('neighbours')
  const wrong = neighbours.find((address) => webSocketPlace(address) === undefined)
  if (wrong !== undefined) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `neighbours must be addresses of other relays, as they print them, not ${JSON.stringify(wrong)}.`
    )
  }
  if (neighbours.length === 1) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      'neighbours must be none or at least two: one alone cannot tell which side is cut off.'
    )
  }
  return neighbours
}

function tlsFiles(values: Values): CertificateFiles | undefined {
  const [certificatePath, keyPath] = [values.text('tls-certificate'), values.text('tls-key')]
  if ((certificatePath === NONE) !== (keyPath === NONE)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      'tls-certificate and tls-key belong together: give both, or none.'
    )
  }
  return certificatePath === NONE
    ? undefined
    : { certificatePath: resolve(certificatePath), keyPath: resolve(keyPath) }
}

function requireRange(text: string): true {
  if (!isAddressRange(text)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `trusted-proxies must be IP addresses or ranges, like 192.0.2.7 or 10.0.0.0/8, not ${JSON.stringify(text)}.`
    )
  }
  return true
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

function backupConfig(values: Values, problems: ConfigError[]): BackupConfig {
  const directory = values.text('backup-directory')
  const recipient = values.text('backup-recipient')
  attempt(problems, () => {
    refuseRecipient(recipient)
  })
  return {
    directory: directory === NONE ? undefined : resolve(directory),
    recipient: recipient === NONE ? undefined : recipient,
    intervalMs: values.number('backup-interval-hours') * HOUR_MS,
    keepCount: values.number('backup-keep'),
    keepMs: values.number('backup-keep-days') * DAY_MS,
    trialIntervalMs: values.number('backup-trial-days') * DAY_MS
  }
}

function refuseRecipient(recipient: string): void {
  if (recipient !== NONE && !/^age1[0-9a-z]+$/.test(recipient)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `backup-recipient must be an age recipient, like age1..., or none, not ${JSON.stringify(recipient)}.`
    )
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
    bytesPerSecondPerKey: values.number('bytes-per-second-per-key'),
    bytesPerSecondPerRange: values.number('bytes-per-second-per-range'),
    unsentBytesMax: values.number('unsent-bytes-max'),
    quotas: {
      contact: quota(values, 'contact'),
      request: quota(values, 'request'),
      own: quota(values, 'own'),
      group: quota(values, 'group')
    },
    workBits: values.number('work-bits'),
    registration: values.text('registration') === 'invite' ? 'invite' : 'work',
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
    desk: values.text('desk'),
    addresses,
    // No option: who gives a relay up says so once, with decommission.
    closesAtMs: undefined,
    notices: []
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

function refuseDesk(desk: string): void {
  if (desk !== '' && !isPublicLink(desk)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      'desk must be the public address of an account, as sealpost invite --reusable prints it.'
    )
  }
}

function isPublicLink(text: string): boolean {
  try {
    return isDeskText(text) && parseLink(text).link.kind === 'public'
  } catch {
    return false
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
