/** The privacy notice: which one it is, and who has seen it. */

/** Rises whenever what it says changes: everybody is shown it once more. */
export const NOTICE_VERSION = 2

/** How many of them are remembered. */
const READS_MAX = 32

export interface NoticeRead {
  readonly version: number
  readonly atMs: number
}

/** Those of what may be anything, the oldest first. */
export function parseNoticeReads(value: unknown): readonly NoticeRead[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : []
  return given.filter(isNoticeRead).slice(-READS_MAX)
}

/** With one more, unless that version was read before. */
export function withNoticeRead(
  reads: readonly NoticeRead[],
  read: NoticeRead
): readonly NoticeRead[] {
  return reads.some(({ version }) => version === read.version)
    ? reads
    : [...reads, read].slice(-READS_MAX)
}

/** Whether the notice as it is now was never seen. */
export function isNoticeFresh(reads: readonly NoticeRead[]): boolean {
  return reads.every(({ version }) => version < NOTICE_VERSION)
}

function isNoticeRead(value: unknown): value is NoticeRead {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value ? { ...value } : {}
  return Number.isSafeInteger(given['version']) && Number.isSafeInteger(given['atMs'])
}
