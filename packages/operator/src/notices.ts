/**
 * What an operator says to the people of the relay.
 *
 * ```
 *   added -> told to everybody who is connected or comes -> over, removed -> forgotten
 * ```
 */
import {
  isNoticeLanguage,
  isNoticeText,
  OPERATOR_NOTICE_BYTES_MAX,
  OPERATOR_NOTICES_MAX,
  UsageError
} from '@sealpost/protocol'
import { OperatorError } from './operator-error.ts'
import { damaged, readRow, RowReader } from './row-reader.ts'

/** Days that a notice lasts where nothing is said. */
export const NOTICE_DAYS = 7
export const NOTICE_DAYS_MAX = 90

/** One notice. `AtMs` since 1970. */
export interface NoticeRow {
  /** 16 hex digits. */
  readonly id: string
  /** A language tag; empty where it is for everybody. */
  readonly language: string
  readonly text: string
  /** `socket`, or the name of a token. */
  readonly by: string
  readonly createdAtMs: number
  readonly endsAtMs: number
}

/** The notices of one relay; a value that never changes. */
export class Notices {
  readonly rows: readonly NoticeRow[]

  constructor(rows: readonly NoticeRow[] = []) {
    this.rows = rows
  }

  /** @param what the file's name. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  static parse(what: string, text: string): Notices {
    const rows = readRow(what, text).rows('notices', OPERATOR_NOTICES_MAX)
    return new Notices(rows.map((row) => readNotice(what, row)))
  }

  /** What `parse` reads. */
  toText(): string {
    return `${JSON.stringify({ version: 1, notices: this.rows }, undefined, 2)}\n`
  }

  /** Without what is over. */
  at(nowMs: number): Notices {
    return new Notices(this.rows.filter(({ endsAtMs }) => endsAtMs > nowMs))
  }

  /** @throws UsageError `SEALPOST_USAGE` for what no client would show; OperatorError `SEALPOST_TOO_MANY` */
  add(row: NoticeRow): Notices {
    if (!isNoticeText(row.text)) {
      throw new UsageError(
        'SEALPOST_USAGE',
        `A notice is one line of 1 to ${String(OPERATOR_NOTICE_BYTES_MAX)} bytes, without control characters.`
      )
    }
    if (!isNoticeLanguage(row.language)) {
      throw new UsageError(
        'SEALPOST_USAGE',
        'A language is a tag of at most 12 characters, like en or zh-CN.'
      )
    }
    const { rows } = this.at(row.createdAtMs)
    if (rows.length >= OPERATOR_NOTICES_MAX) {
      throw new OperatorError('SEALPOST_TOO_MANY')
    }
    return new Notices([...rows, row])
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND` */
  remove(id: string): Notices {
    const rows = this.rows.filter((row) => row.id !== id)
    if (rows.length === this.rows.length) {
      throw new OperatorError('SEALPOST_NOT_FOUND')
    }
    return new Notices(rows)
  }
}

function readNotice(what: string, row: unknown): NoticeRow {
  const reader = new RowReader(what, row)
  const [language, text] = [reader.text('language', /^/), reader.text('text', /^/)]
  if (!isNoticeLanguage(language) || !isNoticeText(text)) {
    throw damaged(what, 'a notice is none')
  }
  return {
    id: reader.text('id', /^[0-9a-f]{16}$/),
    language,
    text,
    by: reader.text('by', /^[a-z0-9-]{1,64}$/),
    createdAtMs: reader.integer('createdAtMs'),
    endsAtMs: reader.integer('endsAtMs')
  }
}
