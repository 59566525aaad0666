/** What holds instead of the configuration for a while: what tuning found, and what was done about findings, which wins. */
import type { RelayOptions } from '@sealpost/core'
import type { ActionOption } from '@sealpost/operator'
import type { RelayConfig } from '../config/config.ts'

/** Where each option is in the machine's. */
const PLACES = {
  'work-bits': 'workBits',
  'deposits-per-second': 'depositsPerSecond',
  'knocks-per-minute-per-range': 'knocksPerMinutePerRange',
  'registrations-per-hour-per-range': 'registrationsPerHourPerRange',
  'connections-per-range-max': 'connectionsPerRangeMax',
  'mailbox-cache-size': 'mailboxCacheSize',
  'pending-reads-max': 'pendingReadsMax'
} as const satisfies Readonly<Record<ActionOption, keyof RelayOptions>>

/** An option's value in a configuration. */
export function optionOf({ relay }: Pick<RelayConfig, 'relay'>, option: ActionOption): number {
  return relay[PLACES[option]]
}

/** The configuration with other values of some options; later ones win. */
export function adjusted(
  config: RelayConfig,
  ...overrides: readonly ReadonlyMap<ActionOption, number>[]
): RelayConfig {
  const entries = overrides.flatMap((values) =>
    [...values].map(([option, value]) => [PLACES[option], value] as const)
  )
  return { ...config, relay: { ...config.relay, ...Object.fromEntries(entries) } }
}
