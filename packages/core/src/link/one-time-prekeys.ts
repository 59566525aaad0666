/** Private halves of the prekeys that claimables name: on disk before the claimable is anywhere else, and reaped long after it. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { OneTimePrekeyRowSchema } from '@sealpost/protocol/home'
import { ALL_KEYS } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'

const DAY_MS = 24 * 3_600_000
/** A request may come so long after its claimable expired: a month on its way, and a week of wrong clocks. */
const KEPT_AFTER_MS = 37 * DAY_MS
const REAP_EVERY_MS: number = DAY_MS
/** Not in the way of what a start has to do. */
const REAP_FIRST_MS = 60_000
/** Rows of one transaction. */
const PAGE = 64

/** The row of a one-time prekey. @param expiresAtMs when the one claimable that names it expires. */
export function oneTimePrekeyRow(record: Uint8Array, expiresAtMs: number): Uint8Array {
  return toBinary(OneTimePrekeyRowSchema, create(OneTimePrekeyRowSchema, { record, expiresAtMs }))
}

/** The engine's record of a row. */
export function readOneTimePrekey(row: Uint8Array): Uint8Array {
  return fromBinary(OneTimePrekeyRowSchema, row).record
}

/** Erases, once a day, those that nobody can name any more: both our own clock and the relays' have to say so. */
export class OneTimePrekeys {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook

  constructor(kernel: PeerKernel, book: RelayBook) {
    this.#kernel = kernel
    this.#book = book
  }

  start(): void {
    this.#reapIn(REAP_FIRST_MS)
  }

  #reapIn(inMs: number): void {
    this.#kernel.setTimer('reap prekeys', inMs, () => {
      this.#reapIn(REAP_EVERY_MS)
      this.#reap(ALL_KEYS.from)
    })
  }

  #reap(from: string): void {
    const range = { table: 'one-time-prekey', from, to: ALL_KEYS.to, limit: PAGE } as const
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      const nowMs = Math.min(this.#kernel.atMs, this.#book.networkTimeMs())
      for (const { key, value } of rows) {
        const { expiresAtMs } = fromBinary(OneTimePrekeyRowSchema, value)
        if (expiresAtMs + KEPT_AFTER_MS <= nowMs) {
          this.#kernel.erase('one-time-prekey', key)
        }
      }
      const last = rows.at(-1)
      if (!isEnd && last !== undefined) {
        this.#reap(`${last.key}\u0000`)
      }
    })
  }
}
