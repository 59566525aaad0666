import { type AlarmRule, alarmRules, TUNED_OPTIONS } from '@sealpost/operator'
import { ConfigError, isSealpostError } from '@sealpost/protocol'
import { isLoopbackHost } from '@sealpost/web-files'

/** How a relay is watched. */
export interface WatchConfig {
  readonly alarmRules: readonly AlarmRule[]
  /** The lines that changed them. */
  readonly alarmRuleLines: readonly string[]
  /** undefined for none. */
  readonly alarmWebhook: string | undefined
  /** A program and its words; empty for none. */
  readonly alarmCommand: readonly string[]
  /** After so many an alarm without an answer is told again; 0 for never. */
  readonly alarmEscalateMinutes: number
  /** Who does what a finding proposes. */
  readonly actions: 'by-hand' | 'by-itself'
  /** Options that the relay must not tune. */
  readonly tuningPins: readonly string[]
  /** Whether it turns away some of what it is asked where there is too much to do. */
  readonly shedsLoad: boolean
}

/** What was written of it. */
export interface WrittenWatch {
  readonly rules: readonly string[]
  readonly webhook: string
  readonly command: readonly string[]
  readonly escalateMinutes: number
  readonly actions: WatchConfig['actions']
  readonly pins: readonly string[]
  readonly overload: 'auto' | 'off'
}

/** @throws ConfigError `SEALPOST_CONFIG_INVALID` */
export function watchConfig(written: WrittenWatch): WatchConfig {
  const { webhook, command, escalateMinutes } = written
  if (webhook !== '' && !isAllowed(webhook)) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      'alarm-webhook must be an https: address, or an http: address of this machine.'
    )
  }
  return {
    alarmRules: rulesOf(written.rules),
    alarmRuleLines: written.rules,
    alarmWebhook: webhook === '' ? undefined : webhook,
    alarmCommand: command,
    alarmEscalateMinutes: escalateMinutes,
    actions: written.actions,
    tuningPins: pinsOf(written.pins),
    shedsLoad: written.overload === 'auto'
  }
}

function pinsOf(pins: readonly string[]): readonly string[] {
  const known: readonly string[] = TUNED_OPTIONS
  const unknown = pins.find((pin) => !known.includes(pin))
  if (unknown !== undefined) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `tuning-pins names options that are tuned: ${known.join(', ')}, not ${JSON.stringify(unknown)}.`
    )
  }
  return pins
}

function rulesOf(lines: readonly string[]): readonly AlarmRule[] {
  try {
    return alarmRules(lines)
  } catch (cause) {
    if (!isSealpostError(cause)) {
      throw cause
    }
    throw new ConfigError('SEALPOST_CONFIG_INVALID', cause.message, { cause })
  }
}

/** In the clear only to this machine: what an alarm says is nobody else's business. */
function isAllowed(webhook: string): boolean {
  const url = URL.canParse(webhook) ? new URL(webhook) : undefined
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.host))
}
