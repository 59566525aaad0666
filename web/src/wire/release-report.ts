/**
 * What pages and the service worker say to each other about releases.
 *
 * ```
 *   page  --report | check | check-if-due-->  keeper  --ReleaseReport, on the port that came along-->
 *   page  --use-update-->  keeper  --prepare, to every page-->  ready | busy, on its port
 *                          all ready: takes the update, and has every page open anew by `restart`
 * ```
 *
 * The two may be of different releases, so either reads what the other says as if anybody had said it.
 */

const REFUSED_MAX = 5
const TEXT_CHARS_MAX = 200

/** From a page, with a port for the answer. */
export const PAGE_WORDS = [
  'report',
  'check',
  /** Asks the host where it was not asked for some hours. */
  'check-if-due',
  'use-update',
  /** Whatever pages are in the middle of. */
  'use-update-anyway'
] as const
export type PageWord = (typeof PAGE_WORDS)[number]

/** What becomes of `use-update`: a page that is in the middle of something is not opened anew. */
export type UseAnswer = 'restarting' | 'busy' | 'none'

/** From the service worker, to every page. */
export type KeeperWord =
  | { readonly type: 'release'; readonly report: ReleaseReport }
  /** With a port for the answer: whether this page could be opened anew now. */
  | { readonly type: 'prepare' }
  /** A page that is in the middle of something all the same stays, where it is not forced. */
  | { readonly type: 'restart'; readonly isForced: boolean }

/** Why a release, or a file of one, is not taken. */
export const REFUSALS = ['malformed', 'unsigned', 'rollback', 'file'] as const
export type ReleaseRefusal = (typeof REFUSALS)[number]

export interface KeptRelease {
  readonly version: string
  /** Base64url of the SHA-256 of what is signed. */
  readonly hash: string
  /** Base64url of the key that did; undefined for a development build. */
  readonly signedBy: string | undefined
}

/** `full`: this browser has no room for the next one. */
const OUTCOMES = ['same', 'staged', 'refused', 'unreachable', 'full'] as const

export interface ReleaseCheck {
  readonly atMs: number
  readonly outcome: (typeof OUTCOMES)[number]
}

export interface RefusedRelease {
  readonly refusal: ReleaseRefusal
  /** What it calls itself. */
  readonly version: string | undefined
  /** Of the file that was another. */
  readonly path: string | undefined
  /** When it was refused last. */
  readonly atMs: number
}

/** How it is with the releases that this browser keeps. */
export interface ReleaseReport {
  /** Undefined before the first was whole. */
  readonly current: KeptRelease | undefined
  /** Whole, checked, and waiting. */
  readonly staged: KeptRelease | undefined
  /** Undefined where the host was not asked yet. */
  readonly checked: ReleaseCheck | undefined
  /** At most five, the newest first. */
  readonly refused: readonly RefusedRelease[]
}

/** What the host was asked, and what came of it. */
export type CheckJournal = Pick<ReleaseReport, 'checked' | 'refused'>

/** Undefined for what is none. */
export function parseReport(value: unknown): ReleaseReport | undefined {
  const journal = parseJournal(value)
  if (journal === undefined || !isRecord(value)) {
    return undefined
  }
  return { current: keptOf(value['current']), staged: keptOf(value['staged']), ...journal }
}

/** Undefined for what is none. */
export function parseJournal(value: unknown): CheckJournal | undefined {
  if (!isRecord(value) || !Array.isArray(value['refused'])) {
    return undefined
  }
  const refused: readonly unknown[] = value['refused'].slice(0, REFUSED_MAX)
  return {
    checked: checkOf(value['checked']),
    refused: refused.map(refusedOf).filter((one) => one !== undefined)
  }
}

/** With one more, which takes the place of an earlier one of the same. */
export function withRefused(
  refused: readonly RefusedRelease[],
  fresh: RefusedRelease
): readonly RefusedRelease[] {
  const others = refused.filter(
    ({ refusal, version, path }) =>
      refusal !== fresh.refusal || version !== fresh.version || path !== fresh.path
  )
  return [fresh, ...others].slice(0, REFUSED_MAX)
}

function keptOf(value: unknown): KeptRelease | undefined {
  if (!isRecord(value) || !isText(value['version']) || !isText(value['hash'])) {
    return undefined
  }
  const { version, hash, signedBy } = value
  return { version, hash, signedBy: isText(signedBy) ? signedBy : undefined }
}

function checkOf(value: unknown): ReleaseCheck | undefined {
  const outcome = isRecord(value) ? OUTCOMES.find((one) => one === value['outcome']) : undefined
  return outcome === undefined || !isRecord(value) || !isTime(value['atMs'])
    ? undefined
    : { atMs: value['atMs'], outcome }
}

function refusedOf(value: unknown): RefusedRelease | undefined {
  const refusal = isRecord(value) ? REFUSALS.find((one) => one === value['refusal']) : undefined
  if (refusal === undefined || !isRecord(value) || !isTime(value['atMs'])) {
    return undefined
  }
  const { version, path, atMs } = value
  return {
    refusal,
    version: isText(version) ? version : undefined,
    path: isText(path) ? path : undefined,
    atMs
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value instanceof Object
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_CHARS_MAX
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
