import { type BenchMailbox, envelopeMaker, newMailbox } from './bench-mailbox.ts'
import { BenchPeer } from './bench-peer.ts'
import type { BenchRelay } from './bench-relay.ts'

const MAILBOX_COUNT = 20
/** A text of 256 B. */
const SEALED_BYTES = 2_048
/** At most so many are deposited and not yet acked. */
const IN_FLIGHT = 160

/**
 * Envelopes that pass through a relay without an end: each that was delivered and acked makes room for the next deposit, so that the
 * store grows no further.
 */
export class PassingLoad {
  readonly #sender: BenchPeer
  readonly #recipient: BenchPeer
  readonly #mailboxes: readonly BenchMailbox[]
  readonly #nextEnvelope = envelopeMaker(SEALED_BYTES)
  readonly #ended = Promise.withResolvers<undefined>()
  #isEnding = false
  #deposited = 0
  #acked = 0

  private constructor(sender: BenchPeer, recipient: BenchPeer, mailboxes: readonly BenchMailbox[]) {
    this.#sender = sender
    this.#recipient = recipient
    this.#mailboxes = mailboxes
  }

  /** Connects two peers, and begins. */
  static async begin(relay: BenchRelay): Promise<PassingLoad> {
    const mailboxes = Array.from({ length: MAILBOX_COUNT }, () => newMailbox())
    const recipient = await BenchPeer.dial(relay.address)
    await recipient.register(mailboxes)
    const load = new PassingLoad(await BenchPeer.dial(relay.address), recipient, mailboxes)
    recipient.ackEachTurn((count) => {
      load.#onAcked(count)
    })
    await recipient.subscribe(mailboxes)
    load.#deposit(IN_FLIGHT)
    return load
  }

  /** How many a second were acked while `work` went on. */
  async rateDuring(
    work: Promise<unknown>
  ): Promise<{ readonly perSecond: number; readonly ms: number }> {
    const before = this.#acked
    const startMs = performance.now()
    await work
    const ms = performance.now() - startMs
    return { perSecond: ((this.#acked - before) / ms) * 1_000, ms }
  }

  /** Waits for the last ack, and leaves. */
  async end(): Promise<void> {
    this.#isEnding = true
    await this.#ended.promise
    await this.#sender.close()
    await this.#recipient.close()
  }

  #onAcked(count: number): void {
    this.#acked += count
    if (!this.#isEnding) {
      this.#deposit(count)
    } else if (this.#acked === this.#deposited) {
      this.#ended.resolve(undefined)
    }
  }

  #deposit(count: number): void {
    for (let at = 0; at < count; at++) {
      const mailbox = this.#mailboxes[this.#deposited++ % MAILBOX_COUNT]
      if (mailbox !== undefined) {
        this.#sender.deposit(mailbox, this.#nextEnvelope(), () => undefined)
      }
    }
  }
}
