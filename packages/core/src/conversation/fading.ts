/**
 * Messages that stay for a while: with who sent them after they were sent, with who got them after they were read, on whatever device.
 *
 * ```
 *   sent, or read --> when it goes is noted --that time by the wall clock--> row erased, note gone
 * ```
 * Notes are a table in the order of their times, of which only the next is in memory: a process that starts late, or whose clock was
 * set forward, erases what is due at once. A clock that was set back keeps nothing longer than its whole time from then on: no note is
 * further away than that.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  FadeRowSchema,
  MessageKind,
  type MessageRow,
  MessageRowSchema
} from '@sealpost/protocol/home'
import type { ShownMessage } from '../peer/effects.ts'
import { ALL_KEYS, contactOfKey, fadeKey, messageKeyOfFade, timeOfFade } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row, RowKey } from '../tables.ts'

const ALARM = 'fade'
const REVIEW = 'review fades'
/** Messages erased, or notes looked at, in one transaction. */
const PAGE = 64

export class Fading {
  readonly #kernel: PeerKernel
  readonly #erase: (messageKey: string) => void
  /** When the next is due; undefined where there is none. */
  #dueAtMs: number | undefined
  #isLooking = false

  /** @param erase erases a message's row, and tells of it. */
  constructor(kernel: PeerKernel, erase: (messageKey: string) => void) {
    this.#kernel = kernel
    this.#erase = erase
    kernel.whenSetBack(() => {
      this.#reviewSoon()
    })
  }

  /** Goes on where the last process ended, with whatever clock. */
  restore(): void {
    this.resume()
    this.#reviewSoon()
  }

  /** Erases what is due, and waits for the rest. */
  resume(): void {
    this.#isLooking = true
    this.#kernel.setTimer(ALARM, 0, () => {
      this.#look()
    })
  }

  /** Whether messages may be there whose time has come: nothing is to be shown before that is over. */
  get isLooking(): boolean {
    return this.#isLooking
  }

  /**
   * Notes on a row when it goes, unless that is noted already or it stays for ever. Whoever calls writes the row, in this transaction,
   * but for one that is over.
   *
   * @param sinceMs when it was sent or read, by the wall clock; never later than now.
   */
  begin(
    messageKey: string,
    row: MessageRow,
    sinceMs: number = this.#kernel.atMs
  ): 'unchanged' | 'noted' | 'over' {
    const { fadeAfterS } = row
    if (fadeAfterS === 0 || row.fadesAtMs !== 0) {
      return 'unchanged'
    }
    row.fadesAtMs = Math.min(sinceMs, this.#kernel.atMs) + fadeAfterS * 1_000
    if (row.fadesAtMs <= this.#kernel.atMs) {
      return 'over'
    }
    this.#note(messageKey, row.fadesAtMs, fadeAfterS)
    return 'noted'
  }

  /** Messages were shown: those that stay for a while go after it. That is durable with this input; their rows say so in a moment. */
  shown(messages: readonly ShownMessage[]): void {
    const fading = messages.filter(({ fadeAfterS = 0 }) => fadeAfterS > 0)
    for (const { messageKey, fadeAfterS = 0 } of fading) {
      this.#note(messageKey, this.#kernel.atMs + fadeAfterS * 1_000, fadeAfterS)
    }
    this.#change(
      fading.map(({ messageKey }) => messageKey),
      (key, row) => row.kind === MessageKind.RECEIVED && this.begin(key, row) === 'noted'
    )
  }

  #note(messageKey: string, atMs: number, fadeAfterS: number): void {
    const value = toBinary(FadeRowSchema, create(FadeRowSchema, { fadeAfterS }))
    this.#kernel.write('fade', fadeKey(atMs, messageKey), value)
    this.#arm(atMs)
  }

  #arm(atMs: number): void {
    if (this.#dueAtMs === undefined || atMs < this.#dueAtMs) {
      this.#dueAtMs = atMs
      this.#kernel.setAlarm(ALARM, atMs, () => {
        this.resume()
      })
    }
  }

  /** Erases a page of what is due, until nothing is. */
  #look(): void {
    this.#dueAtMs = undefined
    this.#kernel.cancelAlarm(ALARM)
    const range = { table: 'fade' as const, ...ALL_KEYS, limit: PAGE }
    this.#kernel.read({ range }, ({ rows }) => {
      const next = rows.find(({ key }) => timeOfFade(key) > this.#kernel.atMs)
      if (next !== undefined) {
        this.#arm(timeOfFade(next.key))
      }
      const due = rows.filter(({ key }) => timeOfFade(key) <= this.#kernel.atMs)
      if (due.length === 0) {
        this.#isLooking = false
        this.#kernel.notify({ type: 'fading-settled' })
        return
      }
      const keys = due.map(({ key }): RowKey => ({ table: 'message', key: messageKeyOfFade(key) }))
      this.#kernel.read({ keys }, ({ values }) => {
        for (const [at, { key }] of due.entries()) {
          this.#kernel.erase('fade', key)
          if (values[at] !== undefined) {
            this.#erase(messageKeyOfFade(key))
          }
        }
        this.resume()
      })
    })
  }

  #reviewSoon(): void {
    this.#kernel.setTimer(REVIEW, 0, () => {
      this.#review(ALL_KEYS.from)
    })
  }

  /** Page by page, brings notes nearer that are further away than their messages ever were to stay. */
  #review(from: string): void {
    const range = { table: 'fade' as const, ...ALL_KEYS, from, limit: PAGE }
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      this.#bringNearer(rows)
      if (!isEnd) {
        this.#review(`${rows.at(-1)?.key ?? ''}\u0000`)
      }
    })
  }

  #bringNearer(rows: readonly Row[]): void {
    const atMs = new Map<string, number>()
    for (const { key, value } of rows) {
      const { fadeAfterS } = fromBinary(FadeRowSchema, value)
      const latestMs = this.#kernel.atMs + fadeAfterS * 1_000
      if (timeOfFade(key) > latestMs) {
        this.#kernel.erase('fade', key)
        this.#note(messageKeyOfFade(key), latestMs, fadeAfterS)
        atMs.set(messageKeyOfFade(key), latestMs)
      }
    }
    this.#change([...atMs.keys()], (key, row) => {
      row.fadesAtMs = atMs.get(key) ?? row.fadesAtMs
      return true
    })
  }

  /** Changes rows of messages, as far as they are there. @param change whether it changed one. */
  #change(
    messageKeys: readonly string[],
    change: (messageKey: string, row: MessageRow) => boolean
  ): void {
    if (messageKeys.length === 0) {
      return
    }
    const keys = messageKeys.map((key): RowKey => ({ table: 'message', key }))
    this.#kernel.read({ keys }, ({ values }) => {
      for (const [at, key] of messageKeys.entries()) {
        const before = values[at]
        const row = before && fromBinary(MessageRowSchema, before)
        if (row !== undefined && change(key, row)) {
          const value = toBinary(MessageRowSchema, row)
          this.#kernel.write('message', key, value)
          const contactId = contactOfKey(key)
          this.#kernel.notify({ type: 'message-changed', contactId, row: { key, value } })
        }
      }
    })
  }
}
