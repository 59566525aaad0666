/**
 * Ciphertexts that were dealt with, by their hash. Each comes once from every relay, and again from a sender who missed the
 * receipt; a session only knows a few chains back that it has seen one, and says "invalid" of those that are older.
 *
 * Two rows each: one to look up, one to forget by. They are kept for longer than any relay keeps an envelope.
 */
import { LIFETIMES_MS } from '@sealpost/protocol'
import type { EnvelopeOrigin } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RowKey } from '../tables.ts'

const WEEK_MS = 7 * 24 * 3_600_000
/** Twice the longest lifetime of an envelope. */
const KEPT_MS: number = 2 * Math.max(...LIFETIMES_MS)
const SWEEP_MS = 24 * 3_600_000
const PAGE = 256
/** A row that says all by being there. */
const SEEN: Uint8Array = Uint8Array.of(1)

/** The row that is there once a ciphertext was dealt with. */
export function seenRow(ciphertextHash: string): RowKey {
  return { table: 'seen', key: ciphertextHash }
}

export class SeenCiphertexts {
  readonly #kernel: PeerKernel

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
    this.#sweepIn(0)
  }

  add({ ciphertextHash }: EnvelopeOrigin): void {
    if (ciphertextHash !== undefined) {
      this.#kernel.write('seen', ciphertextHash, SEEN)
      this.#kernel.write('seen-week', `${weekKey(this.#kernel.atMs)}.${ciphertextHash}`, SEEN)
    }
  }

  #sweepIn(delayMs: number): void {
    this.#kernel.setTimer('forget seen ciphertexts', delayMs, () => {
      const to = weekKey(this.#kernel.atMs - KEPT_MS)
      this.#kernel.read(
        { range: { table: 'seen-week', from: '', to, limit: PAGE } },
        ({ rows, isEnd }) => {
          for (const { key } of rows) {
            this.#kernel.erase('seen-week', key)
            this.#kernel.erase('seen', key.slice(to.length + 1))
          }
          this.#sweepIn(isEnd ? SWEEP_MS : 0)
        }
      )
    })
  }
}

function weekKey(atMs: number): string {
  return Math.max(0, Math.floor(atMs / WEEK_MS))
    .toString(16)
    .padStart(6, '0')
}
