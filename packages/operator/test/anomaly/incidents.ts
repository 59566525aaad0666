/**
 * Labelled series of a relay that never was: weeks of ordinary days from a seed, with growth, restarts and a crowd that is no
 * incident, and on the last day one incident. Ten are there to build detectors with, ten are kept for the test.
 */
import type { Sample, SeriesName } from '@sealpost/operator'
import type { FindingKind } from '../../src/anomaly/detectors.ts'

export const STEP_MS = 300_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** A Monday. */
export const START_MS: number = Date.UTC(2026, 0, 5)
const MB = 1_000_000
const GB = 1_000 * MB

type Values = Record<SeriesName, number>

/** A generator of numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Incident {
  readonly kind: FindingKind
  readonly startMs: number
  readonly endMs: number
}

export interface Scenario {
  readonly seed: number
  readonly days: number
  readonly incident?: Incident
  /** A crowd of three hours on this day, which is no incident. */
  readonly crowdDay?: number
}

export const KINDS: readonly FindingKind[] = [
  'disk-filling',
  'memory-leak',
  'slow-disk',
  'registration-flood',
  'stuck-deliveries',
  'clock-jump',
  'unreachable',
  'refused-spike',
  'connection-storm',
  'blocked-loop'
]

/** One incident of each kind, on the last of sixteen days, at an hour that the seed draws. */
export function incidentScenarios(firstSeed: number): readonly Scenario[] {
  return KINDS.map((kind, at) => {
    const seed = firstSeed + at
    const startMs = START_MS + 15 * DAY_MS + Math.floor(seeded(seed * 7919)() * 8) * HOUR_MS
    const isSlow = kind === 'disk-filling' || kind === 'memory-leak'
    const endMs = startMs + (isSlow ? 14 : 2) * HOUR_MS
    return { seed, days: 16, incident: { kind, startMs, endMs }, crowdDay: 9 }
  })
}

/** Samples of five minutes each. */
export function* samplesOf({ seed, days, incident, crowdDay }: Scenario): Generator<Sample> {
  const random = seeded(seed)
  const normal = (): number => random() + random() + random() + random() - 2
  const size = 0.5 + 1.5 * random()
  const strength = random()
  let drift = 0
  let bootMs = START_MS - 10 * DAY_MS
  let nextBootMs = START_MS + (2 + 8 * random()) * DAY_MS
  for (let atMs = START_MS; atMs < START_MS + days * DAY_MS; atMs += STEP_MS) {
    const isBoot = atMs >= nextBootMs
    if (isBoot) {
      bootMs = atMs
      nextBootMs = atMs + (4 + 8 * random()) * DAY_MS
    }
    drift = 0.97 * drift + 0.03 * normal()
    const wobble = (share: number): number => Math.max(0.05, 1 + share * normal())
    const growth = 1 + (0.015 * (atMs - START_MS)) / (7 * DAY_MS)
    const load = size * growth * usualLoad(atMs) * Math.max(0.3, 1 + drift)
    const values = ordinary({ atMs, bootMs, load, size, random, wobble })
    if (isBoot) {
      values.connections *= 0.3
      values['connections-per-second'] *= 8
    }
    if (crowdDay !== undefined && isWithin(atMs, START_MS + crowdDay * DAY_MS + 18 * HOUR_MS, 3)) {
      crowd(values)
    }
    if (incident !== undefined && atMs >= incident.startMs && atMs < incident.endMs) {
      disturb(values, incident, atMs, strength)
    }
    yield { atMs, values }
  }
}

function isWithin(atMs: number, startMs: number, hours: number): boolean {
  return atMs >= startMs && atMs < startMs + hours * HOUR_MS
}

/** From 0.2 at night to 1 in the evening; less at weekends. */
function usualLoad(atMs: number): number {
  const hour = (atMs % DAY_MS) / HOUR_MS
  const weekday = Math.floor((atMs - START_MS) / DAY_MS) % 7
  const day = 0.6 - 0.4 * Math.cos(((hour - 3) / 24) * 2 * Math.PI)
  return day * (weekday >= 5 ? 0.75 : 1)
}

interface Moment {
  readonly atMs: number
  readonly bootMs: number
  readonly load: number
  readonly size: number
  readonly random: () => number
  readonly wobble: (share: number) => number
}

function ordinary({ atMs, bootMs, load, size, random, wobble }: Moment): Values {
  const deposits = 8 * load * wobble(0.15)
  const connections = 400 * load * wobble(0.05)
  const weeks = (atMs - START_MS) / (7 * DAY_MS)
  const caches = 40 * MB * (1 - Math.exp(-(atMs - bootMs) / (3 * HOUR_MS)))
  const stored = (2 * GB + 20 * MB * weeks) * size
  const isSpike = random() < 0.02
  return {
    'deposits-per-second': deposits,
    'deliveries-per-second': deposits * wobble(0.05),
    'acks-per-second': deposits * wobble(0.05),
    // A handful in five minutes: now none, now several.
    'registrations-per-second': Math.floor(6 * load * wobble(0.8) + random()) / 300,
    'connections-per-second': 0.6 * load * wobble(0.3),
    'refused-per-second': 0.08 * load * wobble(0.7) * (isSpike ? 6 : 1),
    'busy-per-second': isSpike ? 0.02 * random() : 0,
    'failures-per-second': 0,
    'connections-refused-per-second': random() < 0.02 ? 0.01 : 0,
    'expired-per-second': 0.1 * load * wobble(0.5),
    connections,
    'commit-ms': (10 + 8 * load) * wobble(0.3) * (random() < 0.01 ? 8 : 1),
    'deposit-ms': (14 + 10 * load) * wobble(0.3),
    'loop-lag-ms': (4 + 6 * load) * wobble(0.4) * (random() < 0.01 ? 10 : 1),
    'waiting-reads': Math.floor(3 * load * wobble(0.8)),
    'resident-bytes': (130 * MB + caches + 0.2 * MB * connections) * wobble(0.02),
    'uptime-hours': (atMs - bootMs) / HOUR_MS,
    'disk-free-bytes': 40 * GB - stored - 200 * MB * weeks + 30 * MB * wobble(0.3),
    'disk-used-share': 0.3,
    'store-bytes': stored * wobble(0.01),
    envelopes: 200_000 * size * (1 + 0.1 * usualLoad(atMs)) * wobble(0.01),
    mailboxes: 20_000 * size * (1 + 0.01 * weeks),
    unacked: 40 * load * wobble(0.4),
    'clock-skew-ms': 10 * random(),
    'reachable-share': random() < 0.005 ? 0 : 1,
    'disk-step': 0,
    'overload-step': 0,
    'store-failures': 0,
    'certificate-days': 60,
    'backup-hours': ((atMs - START_MS) / HOUR_MS) % 24,
    'reports-waiting-hours': 0
  }
}

/** Everybody comes at once, and writes. */
function crowd(values: Values): void {
  for (const name of [
    'deposits-per-second',
    'deliveries-per-second',
    'acks-per-second',
    'connections-per-second',
    'connections',
    'refused-per-second',
    'unacked'
  ] as const) {
    values[name] *= 3.5
  }
  values['registrations-per-second'] *= 5
  values['commit-ms'] *= 1.6
  values['loop-lag-ms'] *= 1.8
  values['resident-bytes'] += 0.2 * MB * (values.connections * (1 - 1 / 3.5))
}

/** @param strength from 0, just worth a word, to 1. */
function disturb(
  values: Values,
  { kind, startMs }: Incident,
  atMs: number,
  strength: number
): void {
  const hours = (atMs - startMs) / HOUR_MS
  switch (kind) {
    case 'disk-filling':
      values['disk-free-bytes'] = Math.max(
        0,
        values['disk-free-bytes'] - (0.8 + 2 * strength) * GB * hours
      )
      return
    case 'memory-leak':
      values['resident-bytes'] += (6 + 20 * strength) * MB * hours
      return
    case 'slow-disk':
      values['commit-ms'] *= 8 + 20 * strength
      values['deposit-ms'] *= 6 + 10 * strength
      return
    case 'registration-flood':
      values['registrations-per-second'] =
        values['registrations-per-second'] * 8 + 0.5 + 3 * strength
      values.mailboxes += 2_000 * hours
      return
    case 'stuck-deliveries':
      values['acks-per-second'] *= 0.2 * (1 - strength)
      values.unacked = values.unacked * 2 + 2_000 * (0.2 + hours)
      return
    case 'clock-jump':
      values['clock-skew-ms'] = hours < 0.09 ? 3_000 + 500_000 * strength : values['clock-skew-ms']
      return
    case 'unreachable':
      values['reachable-share'] = strength > 0.5 ? 0 : 1
      values.connections *= 0.15
      values['deposits-per-second'] *= 0.15
      values['connections-per-second'] *= 0.1
      return
    case 'refused-spike':
      values['refused-per-second'] = values['refused-per-second'] * 10 + 3 + 20 * strength
      return
    case 'connection-storm':
      values['connections-per-second'] = values['connections-per-second'] * 7 + 3 + 20 * strength
      values.connections *= 1.3
      return
    case 'blocked-loop':
      values['loop-lag-ms'] = values['loop-lag-ms'] * 10 + 150 + 500 * strength
      values['deposit-ms'] *= 8

      break
    default:
  }
}
