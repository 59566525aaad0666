/**
 * Who may ask on the loopback port: names, each with a role and the SHA-256 of a token that only its holder has.
 *
 * ```
 *   added -> known until its time is over, or until it is removed -> nobody
 * ```
 */
import { OperatorError } from './operator-error.ts'
import { damaged, readRow, RowReader } from './row-reader.ts'
import { type Caller, type Role, ROLES } from './roles.ts'

/** More than any team that runs one relay. */
export const TOKENS_MAX = 64
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/
const HASH = /^[0-9a-f]{64}$/
/** Not to be taken for whoever has the socket, or for the relay itself. */
const TAKEN: readonly string[] = ['socket', 'relay', 'dashboard']

/** One token, without its secret. */
export interface TokenRow {
  /** Lower-case letters, digits and hyphens, at most 32: the audit log has its holder under it. */
  readonly name: string
  readonly role: Role
  /** SHA-256 of the token, in hex. */
  readonly hash: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

/** The tokens of one relay; a value that never changes. */
export class Tokens {
  readonly rows: readonly TokenRow[]

  constructor(rows: readonly TokenRow[] = []) {
    this.rows = rows
  }

  /** @param what the file's name. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  static parse(what: string, text: string): Tokens {
    const rows = readRow(what, text)
      .rows('tokens', TOKENS_MAX)
      .map((row): TokenRow => {
        const reader = new RowReader(what, row)
        return {
          name: reader.text('name', NAME),
          role: reader.word('role', ROLES),
          hash: reader.text('hash', HASH),
          createdAtMs: reader.integer('createdAtMs'),
          expiresAtMs: reader.integer('expiresAtMs')
        }
      })
    if (new Set(rows.map(({ name }) => name)).size < rows.length) {
      throw damaged(what, 'two tokens have one name')
    }
    return new Tokens(rows)
  }

  /** What `parse` reads. */
  toText(): string {
    return `${JSON.stringify({ version: 1, tokens: this.rows }, undefined, 2)}\n`
  }

  /** @throws OperatorError `SEALPOST_NAME_INVALID`, `SEALPOST_NAME_TAKEN`, `SEALPOST_TOO_MANY` */
  add(row: TokenRow): Tokens {
    const rows = this.rows.filter(({ expiresAtMs }) => expiresAtMs > row.createdAtMs)
    if (!NAME.test(row.name) || TAKEN.includes(row.name)) {
      throw new OperatorError('SEALPOST_NAME_INVALID')
    }
    if (rows.some(({ name }) => name === row.name)) {
      throw new OperatorError('SEALPOST_NAME_TAKEN')
    }
    if (rows.length >= TOKENS_MAX) {
      throw new OperatorError('SEALPOST_TOO_MANY')
    }
    return new Tokens([...rows, row])
  }

  /** @throws OperatorError `SEALPOST_NOT_FOUND` */
  remove(name: string): Tokens {
    const rows = this.rows.filter((row) => row.name !== name)
    if (rows.length === this.rows.length) {
      throw new OperatorError('SEALPOST_NOT_FOUND')
    }
    return new Tokens(rows)
  }

  /**
   * Whom a token stands for. Takes as long whether or not there is one, and whichever it is.
   *
   * @param hash SHA-256 of what was shown, in hex
   */
  callerOf(hash: string, nowMs: number): Caller | undefined {
    let found: TokenRow | undefined
    for (const row of this.rows) {
      if (isSame(row.hash, hash) && row.expiresAtMs > nowMs) {
        found = row
      }
    }
    return found && { roles: [found.role], name: found.name }
  }
}

function isSame(known: string, shown: string): boolean {
  let difference = known.length ^ shown.length
  for (let at = 0; at < known.length; at++) {
    difference |= known.charCodeAt(at) ^ shown.charCodeAt(at)
  }
  return difference === 0
}
