/**
 * The audit log: one line for each change that somebody made, each bound to the one before it.
 *
 * ```
 *   line n:    {"number":n,...,"previous":HASH of line n-1} HASH       HASH = SHA-256 of what stands before it
 *   line n+1:  {"number":n+1,...,"previous":HASH of line n} HASH
 * ```
 *
 * A line that is changed does not have its hash; one that is taken out or put elsewhere breaks the count; one that is replaced
 * together with its hash breaks the next. Lines that are cut off the end, or a log that is written anew from some line on, are only
 * found by who kept a later head: the number and the hash of a line.
 */
/** What stands before the first line. */
export const AUDIT_START: AuditHead = { number: 0, hash: '0'.repeat(64) }
/** Hex digits of a hash that a head must have at least: nobody makes a line that has them too. */
const HEAD_DIGITS_MIN = 16
const LINE = /^(\{.*\}) ([0-9a-f]{64})$/
const HEAD = /^([1-9][0-9]{0,14}):([0-9a-f]{16,64})$/
/** Characters of a text that is kept; the rest is left out. */
const TEXT_MAX = 256

/** SHA-256 of a text's UTF-8, in hex. */
export type HashText = (text: string) => string

/** A line by its number and its hash, or the first digits of that. */
export interface AuditHead {
  readonly number: number
  readonly hash: string
}

/** One change. */
export interface AuditEntry {
  readonly number: number
  /** Milliseconds since 1970. */
  readonly atMs: number
  /** `socket`, the name of a token, or `relay` where it did it by itself. */
  readonly by: string
  readonly call: string
  /** What was said with it, without what no log may hold. */
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** `done`, or the code of why not. */
  readonly outcome: string
  /** The id of what came of it. */
  readonly about?: string | undefined
  /** Changes before this one that could not be written down. */
  readonly lostCount?: number | undefined
}

/** What is to be written down. */
export type AuditNote = Omit<AuditEntry, 'number'>

/** A line, without its end, and the head that it makes. */
export function auditLine(
  after: AuditHead,
  note: AuditNote,
  hash: HashText
): { readonly line: string; readonly head: AuditHead } {
  const number = after.number + 1
  const { atMs, by, call, params, outcome, about, lostCount } = note
  const shown = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, shortened(value)])
  )
  const entry: AuditEntry = { number, atMs, by, call, params: shown, outcome, about, lostCount }
  const body = JSON.stringify({ ...entry, previous: after.hash })
  const own = hash(body)
  return { line: `${body} ${own}`, head: { number, hash: own } }
}

function shortened(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' && value.length > TEXT_MAX
    ? `${value.slice(0, TEXT_MAX)}…`
    : value
}

/** What a line says, whether or not it is where it belongs; undefined for what is no such line. */
export function parseAuditLine(
  line: string,
  hash: HashText
): { readonly entry: AuditEntry; readonly previous: string; readonly head: AuditHead } | undefined {
  const [, body = '', own = ''] = LINE.exec(line) ?? []
  if (body === '' || hash(body) !== own) {
    return undefined
  }
  try {
    const { previous, ...entry } = JSON.parse(body) as AuditEntry & { readonly previous: string }
    const { number, atMs, by, call, params, outcome } = entry
    const isEntry =
      [number, atMs].every(Number.isSafeInteger) &&
      [by, call, outcome, previous].every((text) => typeof text === 'string') &&
      typeof params === 'object'
    return isEntry ? { entry, previous, head: { number, hash: own } } : undefined
  } catch {
    return undefined
  }
}

/** Where a chain is not what was written, the first place. */
export interface AuditProblem {
  /** The line, counted from 1 over all that was given. */
  readonly line: number
  /** The number of the entry that was expected there. */
  readonly expected: number
  /**
   * - `changed`: it does not have the hash that it says.
   * - `missing`: a later entry stands there; those between were taken out, or stand elsewhere.
   * - `out-of-order`: an earlier entry stands there.
   * - `replaced`: it does not follow the line before it, so one of the two was written anew.
   * - `cut`: it ends before a head that was kept.
   * - `rewritten`: the entry of a head that was kept is another now.
   */
  readonly what: 'changed' | 'missing' | 'out-of-order' | 'replaced' | 'cut' | 'rewritten'
}

/** What came of looking through a chain. */
export interface AuditCheck {
  /** Entries that were found good. */
  readonly count: number
  /** The number of the first one. */
  readonly first: number | undefined
  /** The last good line. */
  readonly head: AuditHead
  readonly problem: AuditProblem | undefined
}

/**
 * Looks through a chain.
 *
 * @param lines without their ends, the oldest first.
 * @param isFromStart whether it must begin with the first entry ever; otherwise what its first line follows is believed.
 * @param heads that were kept elsewhere
 */
export function checkAudit(
  lines: Iterable<string>,
  options: {
    readonly hash: HashText
    readonly isFromStart: boolean
    readonly heads?: readonly AuditHead[]
  }
): AuditCheck {
  const { hash, isFromStart, heads = [] } = options
  let after: AuditHead | undefined = isFromStart ? AUDIT_START : undefined
  let first: number | undefined
  let count = 0
  let at = 0
  for (const line of lines) {
    at += 1
    const parsed = parseAuditLine(line, hash)
    const what = parsed === undefined ? 'changed' : problemOf(parsed, after, heads)
    if (parsed === undefined || what !== undefined) {
      const expected = after === undefined ? (parsed?.head.number ?? 0) : after.number + 1
      const problem = { line: at, expected, what: what ?? 'changed' }
      return { count, first, head: after ?? AUDIT_START, problem }
    }
    after = parsed.head
    first ??= after.number
    count += 1
  }
  const head = after ?? AUDIT_START
  const isCut = heads.some(({ number }) => number > head.number)
  const problem = { line: at + 1, expected: head.number + 1, what: 'cut' } as const
  return { count, first, head, problem: isCut ? problem : undefined }
}

function problemOf(
  { head, previous }: { readonly head: AuditHead; readonly previous: string },
  after: AuditHead | undefined,
  heads: readonly AuditHead[]
): AuditProblem['what'] | undefined {
  if (after !== undefined && head.number !== after.number + 1) {
    return head.number > after.number ? 'missing' : 'out-of-order'
  }
  if (after !== undefined && previous !== after.hash) {
    return 'replaced'
  }
  const isOther = heads.some(
    ({ number, hash }) => number === head.number && !head.hash.startsWith(hash)
  )
  return isOther ? 'rewritten' : undefined
}

/** A head as people note it: `NUMBER:HASH`, of the hash at least 16 digits. */
export function formatAuditHead({ number, hash }: AuditHead): string {
  return `${String(number)}:${hash.slice(0, HEAD_DIGITS_MIN)}`
}

/** @returns undefined for what is no such text */
export function parseAuditHead(text: string): AuditHead | undefined {
  const [, number = '', hash = ''] = HEAD.exec(text.trim()) ?? []
  return hash === '' ? undefined : { number: Number(number), hash }
}
