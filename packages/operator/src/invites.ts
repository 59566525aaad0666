/**
 * Invites to a relay that takes people by invitation: a hash each, and who has used it.
 *
 * ```
 *   added -> used by so many at most -> over, removed -> forgotten
 * ```
 * Who was let in stays: they have a mailbox, and need the invite no more.
 */
import { OperatorError } from './operator-error.ts'
import { damaged, readRow, RowReader } from './row-reader.ts'

/** Invites at once. */
const INVITES_MAX = 1_024
/** Accounts that one invite can be for. */
export const INVITE_USES_MAX = 256
const HASH = /^[0-9a-f]{64}$/
const CLAIMANT = /^[0-9a-f]{32}$/

/** One invite, without its secret. */
export interface InviteRow {
  /** The first 12 hex digits of the hash. */
  readonly id: string
  /** Of the token, in hex. */
  readonly hash: string
  /** Accounts that it is for. */
  readonly usesMax: number
  /** Hashes of those that used it. */
  readonly claimants: readonly string[]
  /** `socket`, or the name of a token. */
  readonly by: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** The invites of one relay; a value that never changes. */
export class Invites {
  readonly rows: readonly InviteRow[]

  constructor(rows: readonly InviteRow[] = []) {
    this.rows = rows
  }

  /** @param what the file's name. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  static parse(what: string, text: string): Invites {
    const rows = readRow(what, text).rows('invites', INVITES_MAX)
    return new Invites(rows.map((row) => readInvite(what, row)))
  }

  /** What `parse` reads. */
  toText(): string {
    return `${JSON.stringify({ version: 1, invites: this.rows })}\n`
  }

  /** Without what is over. */
  at(nowMs: number): Invites {
    return new Invites(this.rows.filter(({ expiresAtMs }) => expiresAtMs > nowMs))
  }

  /** @throws OperatorError `SEALPOST_TOO_MANY` */
  add(row: InviteRow): Invites {
    const { rows } = this.at(row.createdAtMs)
    if (rows.length >= INVITES_MAX) {
      throw new OperatorError('SEALPOST_TOO_MANY')
    }
    return new Invites([...rows, row])
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND` */
  remove(id: string): Invites {
    const rows = this.rows.filter((row) => row.id !== id)
    if (rows.length === this.rows.length) {
      throw new OperatorError('SEALPOST_NOT_FOUND')
    }
    return new Invites(rows)
  }

  /** Notes that somebody was let in by it; an invite that was removed meanwhile stays away. */
  use(hash: string, claimant: string): Invites {
    const rows = this.rows.map((row) =>
      row.hash === hash && !row.claimants.includes(claimant)
        ? { ...row, claimants: [...row.claimants, claimant] }
        : row
    )
    return new Invites(rows)
  }
}

function readInvite(what: string, row: unknown): InviteRow {
  const reader = new RowReader(what, row)
  const claimants = reader.rows('claimants', INVITE_USES_MAX).map((claimant) => {
    if (typeof claimant !== 'string' || !CLAIMANT.test(claimant)) {
      throw damaged(what, 'claimants has what is no hash')
    }
    return claimant
  })
  return {
    id: reader.text('id', /^[0-9a-f]{12}$/),
    hash: reader.text('hash', HASH),
    usesMax: reader.integer('usesMax'),
    claimants,
    by: reader.text('by', /^[a-z0-9-]{1,64}$/),
    createdAtMs: reader.integer('createdAtMs'),
    expiresAtMs: reader.integer('expiresAtMs')
  }
}
