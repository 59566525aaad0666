/** Values as people read them: a name in words, a number in its unit. The unit closes the name, so a new value needs no row here. */
import { knowledgeName } from './knowledge-words.ts'

interface Unit {
  readonly suffix: string
  readonly text: (value: number) => string
}

const UNITS: readonly Unit[] = [
  { suffix: 'Ms', text: (value) => durationText(value * 1000) },
  { suffix: 'Us', text: durationText },
  { suffix: 'Bytes', text: bytesText },
  { suffix: 'BytesMax', text: bytesText },
  { suffix: 'BytesPerSecond', text: perSecondText },
  { suffix: 'BytesPerSecondMax', text: perSecondText },
  { suffix: 'Bits', text: (value) => `${numberText(value)}\u202fbit` },
  { suffix: 'Ratio', text: shareText },
  { suffix: 'Share', text: shareText }
]

/** Names that do not say enough of themselves. */
const LABELS: Readonly<Record<string, string>> = {
  acquaintanceUs: 'from opening a link to being let in',
  acquaintanceP50Ms: 'from opening a link to being let in, median',
  acquaintanceP95Ms: 'from opening a link to being let in, 95th percentile',
  acquaintanceP99Ms: 'from opening a link to being let in, 99th percentile',
  acquaintancesMade: 'links that led to an acquaintance',
  attackClaims: 'claimables that attackers got',
  attackKnocksRefused: 'what attackers could not leave in request boxes',
  attackKnocksStored: 'what attackers left in request boxes',
  attackPrekeys: 'one-time prekeys that attackers got',
  attackWorkMs: 'processor time of attackers for proofs of work',
  bytesPerClientDay: 'sent and received by a client in a day',
  deliveryRatio: 'messages that came, of those that were due',
  directDials: 'attempts to reach another client directly',
  directPaths: 'of those, what came to a path',
  directShare: 'messages that came from client to client',
  duplicates: 'messages shown twice',
  fallbackPrekeyShare: 'claimables that strangers got without a one-time prekey',
  linksFailed: 'links that led nowhere',
  linksOpened: 'links that were opened',
  mailboxesPerAddress: 'mailboxes that a relay can tell are of one address',
  mailboxesOpened: 'mailboxes that other relays opened to relays that ask',
  mailboxesTried: 'mailboxes that relays asked others for',
  messagesDelivered: 'messages whose writer was told that they came',
  messagesDue: 'messages that were due by the end',
  messagesMissing: 'messages that were due and did not come',
  messagesReceived: 'messages that came',
  networkLatencyUs: 'network latency',
  networkLatencyP50Ms: 'network latency, median',
  networkLatencyP95Ms: 'network latency, 95th percentile',
  networkLatencyP99Ms: 'network latency, 99th percentile',
  recoveryMs: 'recovery after faults',
  relayBytesPerSecondMax: 'sent and received by one relay, at most',
  relayConnectionsMax: 'connections of one relay, at most',
  relayFramesPerSecondMax: 'frames a second of one relay, at most',
  relayStoredBytesMax: 'stored at one relay, at most',
  relayStoredEnvelopesMax: 'envelopes at one relay, at most',
  stoodStillShare: 'time in which the clock of the run stood still',
  waitUs: 'waiting for somebody to be online',
  waitP50Ms: 'waiting for somebody to be online, median',
  waitP95Ms: 'waiting for somebody to be online, 95th percentile',
  waitP99Ms: 'waiting for somebody to be online, 99th percentile',
  wholeUs: 'whole time from writing to receipt',
  wholeP50Ms: 'whole time, median',
  wholeP95Ms: 'whole time, 95th percentile',
  wholeP99Ms: 'whole time, 99th percentile'
}

/** `deliveryRatio`: `messages delivered, of those written`; what is not known is taken apart: `framesIn`: `frames in`. */
export function labelOf(name: string): string {
  if (Object.hasOwn(LABELS, name)) {
    return LABELS[name] ?? name
  }
  const known = knowledgeName(name)
  if (known !== undefined) {
    return `${known.what}: ${known.relays}`
  }
  const { suffix = '' } = unitOf(name) ?? {}
  const stem = /Max$/.test(suffix) ? name : name.slice(0, name.length - suffix.length) || name
  return stem
    .replaceAll(/([A-Z][a-z0-9]*)/g, ' $1')
    .toLowerCase()
    .trim()
}

export function valueText(name: string, value: number): string {
  return (unitOf(name)?.text ?? numberText)(value)
}

/** What ticks of an axis with such values are round numbers of. */
export function tickUnitOf(name: string): 'time' | 'bytes' | undefined {
  const isBytes = name.startsWith('bytesPer') || name.includes('Bytes')
  return isBytes ? 'bytes' : name.endsWith('Us') ? 'time' : undefined
}

/** Of a mean over seeds; nothing where there is only one. */
export function intervalText(
  name: string,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined }
): string {
  return low === undefined || high === undefined
    ? ''
    : `${valueText(name, low)} to ${valueText(name, high)}`
}

function unitOf(name: string): Unit | undefined {
  const found = UNITS.find(({ suffix }) => name.endsWith(suffix))
  return found ?? (name.startsWith('bytesPer') ? { suffix: '', text: bytesText } : undefined)
}

/** Four digits, and no power of ten but where there is no other way. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) {
    return 'none'
  }
  const size = Math.abs(value)
  if (size >= 1e15 || (size < 1e-6 && size > 0)) {
    return value.toPrecision(4)
  }
  const text = size >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
  return text.replace(/^(-?)(\d{5,})$/, (_, sign: string, digits: string) => {
    return sign + digits.replaceAll(/\B(?=(\d{3})+$)/g, '\u202f')
  })
}

function perSecondText(bytes: number): string {
  return `${bytesText(bytes)}/s`
}

function shareText(value: number): string {
  // 99.9996 % is not 100 %.
  const digits = value > 0.99 && value < 1 ? 5 : 4
  return `${String(Number((value * 100).toPrecision(digits + (value >= 0.1 ? 0 : -1))))}\u202f%`
}

const DURATIONS: readonly (readonly [us: number, unit: string])[] = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1000, 'ms'],
  [1, 'us']
]

/** In the largest unit of which there is one at least. */
export function durationText(us: number): string {
  const [unitUs, unit] = DURATIONS.find(([each]) => Math.abs(us) >= each) ?? [1, 'us']
  return us === 0 ? '0\u202fs' : `${numberText(us / unitUs)}\u202f${unit}`
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

export function bytesText(bytes: number): string {
  let size = bytes
  let at = 0
  while (Math.abs(size) >= 1024 && at < SIZES.length - 1) {
    size /= 1024
    at += 1
  }
  return `${numberText(size)}\u202f${SIZES[at] ?? ''}`
}
