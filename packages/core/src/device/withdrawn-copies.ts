/**
 * Messages that another own device took back before its copy of them came here: two relays are not equally fast.
 *
 * ```
 *   withdrawal --no copy here--> noted --copy, or history--> shown as taken back, note gone     --2 months--> forgotten
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { WithdrawalRowSchema } from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'
import { deviceOfKey, outboxKey } from '../peer/keys.ts'
import type { Row } from '../tables.ts'

/** Longer than a relay keeps the copy, and its sender goes on sending it. */
const KEPT_MS = 60 * 24 * 3_600_000
/** More than anybody takes back while a copy is on its way. */
const NOTES_MAX = 256

export class WithdrawnCopies {
  readonly #kernel: PeerKernel
  /** When each was taken back, oldest first. */
  readonly #notes = new Map<string, number>()

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  /** Takes those rows that are its own: of what contacts took back others are told. */
  restore(rows: readonly Row[]): void {
    const own = rows.filter(({ key }) => deviceOfKey(key) >= SIBLINGS)
    const read = own.map(({ key, value }) => ({ key, ...fromBinary(WithdrawalRowSchema, value) }))
    for (const { key, atMs } of read.sort((a, b) => a.atMs - b.atMs)) {
      this.#notes.set(key, atMs)
    }
  }

  note(contactId: ContactId, device: DeviceNumber, number: number): void {
    const { atMs } = this.#kernel
    const key = noteKey(contactId, device, number)
    this.#notes.set(key, atMs)
    const row = create(WithdrawalRowSchema, { atMs })
    this.#kernel.write('withdrawal', key, toBinary(WithdrawalRowSchema, row))
    for (const [known, sinceMs] of [...this.#notes]) {
      if (this.#notes.size > NOTES_MAX || Math.abs(atMs - sinceMs) > KEPT_MS) {
        this.#forget(known)
      }
    }
  }

  /** The message is here. @returns when it was taken back; undefined where it was not. */
  take(contactId: ContactId, device: DeviceNumber, number: number): number | undefined {
    const key = noteKey(contactId, device, number)
    const atMs = this.#notes.get(key)
    if (atMs !== undefined) {
      this.#forget(key)
    }
    return atMs
  }

  #forget(key: string): void {
    this.#notes.delete(key)
    this.#kernel.erase('withdrawal', key)
  }
}

/** In keys, numbers from here on are of own devices: a contact may have a device of the same number. */
const SIBLINGS = 0x80

function noteKey(contactId: ContactId, device: DeviceNumber, number: number): string {
  return outboxKey(contactId, (device + SIBLINGS) as DeviceNumber, number)
}
