/** The end of a relay that its operator gives up, as a file of its data directory has it. */
import { readRow } from './row-reader.ts'

/** Days that a relay that is given up goes on where nothing is said: as long as the longest an envelope is kept. */
export const CLOSING_DAYS = 30
export const CLOSING_DAYS_MAX = 366

/** When a relay closes. `AtMs` since 1970. */
export interface Closing {
  readonly beganAtMs: number
  /** Then it takes no more deposits. */
  readonly closesAtMs: number
  /** Whether its process ends then, too. */
  readonly isEnding: boolean
}

/** @param what the file's name. @throws StorageError `SEALPOST_STORE_CORRUPT` */
export function parseClosing(what: string, text: string): Closing {
  const row = readRow(what, text)
  return {
    beganAtMs: row.integer('beganAtMs'),
    closesAtMs: row.integer('closesAtMs'),
    isEnding: row.word('atEnd', ['runs', 'ends']) === 'ends'
  }
}

/** What `parseClosing` reads. */
export function closingText({ beganAtMs, closesAtMs, isEnding }: Closing): string {
  const row = { version: 1, beganAtMs, closesAtMs, atEnd: isEnding ? 'ends' : 'runs' }
  return `${JSON.stringify(row, undefined, 2)}\n`
}
