/** What the privacy page is made from: what this relay really does, in its parts. */
export interface PrivacyFacts {
  /** Who runs it; empty where nobody is named. */
  readonly operator: string
  /** Where its rules stand; empty where they stand nowhere. */
  readonly policy: string
  readonly servesWebClient: boolean
  readonly logLevel: string
  /** How long envelopes can live, as senders choose, the shortest first. */
  readonly lifetimesMs: readonly number[]
  /** After how long without use a mailbox or a link is erased. */
  readonly idleMs: number
  /** Bits of the proof of work that strangers do; 0 for none. */
  readonly workBits: number
  /** What the mailbox of a contact holds. */
  readonly contactEnvelopesMax: number
  readonly contactBytesMax: number
}

/** The languages of the page. */
export const PRIVACY_LANGUAGES = ['en', 'zh'] as const
export type PrivacyLanguage = (typeof PRIVACY_LANGUAGES)[number]

/** One part of the page. */
export interface PrivacySection {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** What is kept, as what, and for how long. */
  readonly rows?: readonly (readonly [what: string, as: string, howLong: string])[]
}

/** The page in one language. */
export interface PrivacyPage {
  readonly title: string
  readonly columns: readonly [what: string, as: string, howLong: string]
  readonly sections: readonly PrivacySection[]
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MIB = 1024 * 1024

/** The largest unit that fits a time of hours and days. */
export function spanOf(ms: number): {
  readonly count: number
  readonly unit: 'hour' | 'day' | 'week'
} {
  if (ms < DAY_MS) {
    return { count: Math.round(ms / HOUR_MS), unit: 'hour' }
  }
  const days = Math.round(ms / DAY_MS)
  return days > 60 && days % 7 === 0
    ? { count: days / 7, unit: 'week' }
    : { count: days, unit: 'day' }
}

/** `8 MiB`. */
export function mebibytes(bytes: number): string {
  return `${String(Math.round((bytes / MIB) * 10) / 10)} MiB`
}
