/**
 * Whom an operator has blocked, why, and until when.
 *
 * ```
 *   blocked -> held -> over, unblocked -> forgotten
 *        `--again--> held, with the new reason and end
 * ```
 */
import { type AddressRange, formatAddressRange, parseAddressRange } from './address-range.ts'
import { OperatorError } from './operator-error.ts'
import { damaged, readRow, RowReader } from './row-reader.ts'

/** What can be blocked. */
export const BLOCK_KINDS = ['mailbox', 'node', 'range'] as const
export type BlockKind = (typeof BLOCK_KINDS)[number]

/** Blocks at once; a range among them costs every connection a comparison. */
export const BLOCKS_MAX = 4_096
/** Blocks that all tokens together may make in a day, so that none of them can shut out everybody in a night. */
const TOKEN_BLOCKS_A_DAY = 20
/** Bytes of a reason. */
export const REASON_BYTES_MAX = 200
const DAY_MS = 86_400_000

/** One block. */
export interface BlockRow {
  /** 12 hex digits; of a mailbox or a node the first ones of its hash. */
  readonly id: string
  readonly kind: BlockKind
  /** The hash of a mailbox's id or of a node key, in hex, or a range as `formatAddressRange` writes it. */
  readonly value: string
  readonly reason: string
  /** `socket`, or the name of a token. */
  readonly by: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

const VALUES: Readonly<Record<BlockKind, RegExp>> = {
  mailbox: /^[0-9a-f]{64}$/,
  node: /^[0-9a-f]{64}$/,
  range: /^[0-9a-f.:]{3,45}\/[0-9]{1,3}$/
}

/** The blocks of one relay; a value that never changes. */
export class Blocks {
  readonly rows: readonly BlockRow[]
  /** When tokens made blocks in the last day, in milliseconds since 1970. */
  readonly #byTokensAtMs: readonly number[]

  constructor(rows: readonly BlockRow[] = [], byTokensAtMs: readonly number[] = []) {
    this.rows = rows
    this.#byTokensAtMs = byTokensAtMs
  }

  /** @param what the file's name. @throws StorageError `SEALPOST_STORE_CORRUPT` */
  static parse(what: string, text: string): Blocks {
    const file = readRow(what, text)
    const rows = file.rows('blocks', BLOCKS_MAX).map((row) => readBlock(what, row))
    const times = file.rows('byTokensAtMs', TOKEN_BLOCKS_A_DAY).map((time) => {
      if (typeof time !== 'number' || !Number.isSafeInteger(time)) {
        throw damaged(what, 'byTokensAtMs has what is no time')
      }
      return time
    })
    return new Blocks(rows, times)
  }

  /** What `parse` reads. */
  toText(): string {
    const file = { version: 1, blocks: this.rows, byTokensAtMs: this.#byTokensAtMs }
    return `${JSON.stringify(file, undefined, 2)}\n`
  }

  /** When the next one is over; undefined where there is none. */
  get nextEndMs(): number | undefined {
    const ends = this.rows.map(({ expiresAtMs }) => expiresAtMs)
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  /** Ranges that hold now. */
  ranges(nowMs: number): readonly AddressRange[] {
    return this.at(nowMs).rows.flatMap(({ kind, value }) => {
      const range = kind === 'range' ? parseAddressRange(value) : undefined
      return range === undefined ? [] : [range]
    })
  }

  /** Hashes of the mailboxes, or of the node keys, that are blocked now. */
  hashes(wanted: 'mailbox' | 'node', nowMs: number): ReadonlySet<string> {
    const rows = this.at(nowMs).rows.filter(({ kind }) => kind === wanted)
    return new Set(rows.map(({ value }) => value))
  }

  /** Blocks that tokens may still make today. */
  leftForTokens(nowMs: number): number {
    return TOKEN_BLOCKS_A_DAY - this.at(nowMs).#byTokensAtMs.length
  }

  /** Without what is over. */
  at(nowMs: number): Blocks {
    return new Blocks(
      this.rows.filter(({ expiresAtMs }) => expiresAtMs > nowMs),
      // A clock that was set back must not hold anybody up for longer than a day.
      this.#byTokensAtMs.filter((atMs) => Math.abs(nowMs - atMs) < DAY_MS)
    )
  }

  /**
   * Blocks. What is blocked already keeps its id, and has the new reason and end.
   *
   * @param isOwner whether who asks has the socket, and no bound.
   * @throws OperatorError `SEALPOST_TOO_MANY`, `SEALPOST_BLOCKS_USED_UP`
   */
  add(row: BlockRow, isOwner: boolean): { readonly blocks: Blocks; readonly row: BlockRow } {
    const now = this.at(row.createdAtMs)
    const known = now.rows.find(({ kind, value }) => kind === row.kind && value === row.value)
    const others = now.rows.filter((other) => other !== known)
    if (others.length >= BLOCKS_MAX) {
      throw new OperatorError('SEALPOST_TOO_MANY')
    }
    if (!isOwner && now.#byTokensAtMs.length >= TOKEN_BLOCKS_A_DAY) {
      throw new OperatorError('SEALPOST_BLOCKS_USED_UP')
    }
    const added = { ...row, id: known?.id ?? row.id }
    const times = isOwner ? now.#byTokensAtMs : [...now.#byTokensAtMs, row.createdAtMs]
    return { blocks: new Blocks([...others, added], times), row: added }
  }

  /** @param what an id, or a value as rows have it. @throws OperatorError `SEALPOST_NOT_FOUND` */
  remove(what: readonly string[]): { readonly blocks: Blocks; readonly row: BlockRow } {
    const row = this.rows.find(({ id, value }) => what.includes(id) || what.includes(value))
    if (row === undefined) {
      throw new OperatorError('SEALPOST_NOT_FOUND')
    }
    const rows = this.rows.filter((other) => other !== row)
    return { blocks: new Blocks(rows, this.#byTokensAtMs), row }
  }
}

function readBlock(what: string, row: unknown): BlockRow {
  const reader = new RowReader(what, row)
  const kind = reader.word('kind', BLOCK_KINDS)
  const value = reader.text('value', VALUES[kind])
  const range = kind === 'range' ? parseAddressRange(value) : undefined
  if (kind === 'range' && (range === undefined || formatAddressRange(range) !== value)) {
    throw damaged(what, 'a range is none')
  }
  return {
    id: reader.text('id', /^[0-9a-f]{12}$/),
    kind,
    value,
    reason: reader.text('reason', /^[^]{1,200}$/),
    by: reader.text('by', /^[a-z0-9-]{1,64}$/),
    createdAtMs: reader.integer('createdAtMs'),
    expiresAtMs: reader.integer('expiresAtMs')
  }
}
