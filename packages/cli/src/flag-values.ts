/** Reads what stands behind flags. Each throws UsageError `SEALPOST_USAGE` with a sentence. */
import { TIMER_SECONDS_MAX, UsageError } from '@sealpost/protocol'
import { sentences } from './sentences.ts'

const TIMEOUT_SECONDS_MAX = 86_400
const DEVICE_NUMBER_MAX = 127
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const EVERY_MS_MIN = 3_600_000
const EVERY_MS_MAX: number = 90 * 86_400_000
const KEEP_MAX = 1_000
const PORT_MAX = 65_535
const EXPIRY_MS_MIN = 60_000
/** Of a public address; a link for one person has less, and the client says so. */
const EXPIRY_MS_MAX = 366 * 86_400_000

/** Seconds, with or without a fraction, as milliseconds. */
export function readTimeout(text: string): number {
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0
  if (seconds <= 0 || seconds > TIMEOUT_SECONDS_MAX) {
    throw new UsageError(
      'SEALPOST_USAGE',
      sentences.usage.seconds('--timeout', TIMEOUT_SECONDS_MAX)
    )
  }
  return Math.ceil(seconds * 1_000)
}

/** `30m`, `12h` or `7d` as milliseconds. */
export function readExpiry(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? []
  const durationMs = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
  if (!(durationMs >= EXPIRY_MS_MIN && durationMs <= EXPIRY_MS_MAX)) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.duration('--expires'))
  }
  return durationMs
}

/** `12h` or `1d` as milliseconds, or `off`. */
export function readEvery(text: string): number | 'off' {
  if (text === 'off') {
    return text
  }
  const [, count, unit] = /^(\d{1,4})([hd])$/.exec(text) ?? []
  const everyMs = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
  if (!(everyMs >= EVERY_MS_MIN && everyMs <= EVERY_MS_MAX)) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.every)
  }
  return everyMs
}

/** 0 is any that is free. */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : PORT_MAX + 1
  if (port > PORT_MAX) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.port(PORT_MAX))
  }
  return port
}

/** How many backups are kept. */
export function readKeep(text: string): number {
  const keep = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (keep < 1 || keep > KEEP_MAX) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.keep(KEEP_MAX))
  }
  return keep
}

/** Base64url of the public key that signs releases. */
export function readReleaseKey(text: string): string {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) {
    throw new UsageError('SEALPOST_USAGE', sentences.web.key)
  }
  return text
}

/** The number of a device. */
export function readDeviceNumber(text: string): number {
  const device = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (device < 1 || device > DEVICE_NUMBER_MAX) {
    throw new UsageError('SEALPOST_USAGE', sentences.devices.number(text))
  }
  return device
}

/** One of a few words. */
export function readChoice(name: string, choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (!choices.includes(text)) {
      throw new UsageError('SEALPOST_USAGE', sentences.usage.choice(name, choices))
    }
    return text
  }
}

const TIMER_UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800
}

/** `30s`, `1h` or `1w` as seconds; 0 for `off`. */
export function readTimer(text: string): number {
  const [, count, unit] = /^(\d{1,8})([smhdw])$/.exec(text) ?? []
  const seconds = text === 'off' ? 0 : Number(count) * (TIMER_UNITS[unit ?? ''] ?? Number.NaN)
  if (!(seconds <= TIMER_SECONDS_MAX) || (seconds === 0 && text !== 'off')) {
    throw new UsageError('SEALPOST_USAGE', sentences.timer.value)
  }
  return seconds
}

/** `8h` or `1w` in milliseconds, `Infinity` for `always`. */
export function readMute(text: string): number {
  const seconds = text === 'always' ? Number.POSITIVE_INFINITY : readTimer(text)
  if (seconds === 0) {
    throw new UsageError('SEALPOST_USAGE', sentences.keep.mute)
  }
  return seconds * 1_000
}
