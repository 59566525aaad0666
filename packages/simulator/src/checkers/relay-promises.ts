/**
 * What an honest relay says is so: what it stored is on its disk, and what was taken from it is never stored again.
 *
 * ```
 *   deposit --> `stored`: the envelope is safe
 *   ack --> `acked` --> the same deposit again: `gone`
 * ```
 */
import type { RelayEffect, RelayInput } from '@sealpost/core'
import type { EnvelopeId, MailboxAnswer, MailboxId } from '@sealpost/protocol'
import type { Ledger } from './ledger.ts'
import type { Scene } from './scene.ts'

interface Named {
  readonly mailboxId: MailboxId
  readonly envelopeIds: readonly EnvelopeId[]
}

/** A tombstone lives as long as its envelope would have: two weeks, but for what clocks and days may differ. */
const TOMBSTONE_US: number = 12 * 24 * 3_600_000_000

export class RelayPromises {
  readonly #scene: Scene
  readonly #ledger: Ledger
  /** Requests that wait for their answers: `relay connection number`. */
  readonly #asked = new Map<string, Named>()
  /** When a relay said that what it had was taken: `relay mailbox envelope`. */
  readonly #ackedAtUs = new Map<string, number>()

  constructor(scene: Scene, ledger: Ledger) {
    this.#scene = scene
    this.#ledger = ledger
  }

  told(relay: number, input: RelayInput): void {
    if (input.type !== 'frame' || input.frame.type !== 'request') {
      return
    }
    const { request, number } = input.frame
    const name = `${String(relay)} ${String(input.connection)} ${String(number)}`
    if (request.type === 'deposit' && !request.isLive) {
      const { mailboxId, envelope } = request
      this.#asked.set(name, { mailboxId, envelopeIds: [envelope.envelopeId] })
    } else if (request.type === 'ack') {
      this.#asked.set(name, request)
    }
  }

  said(relay: number, effect: RelayEffect): void {
    if (effect.type !== 'send' || effect.frame.type !== 'answer') {
      return
    }
    const { answer, number } = effect.frame
    const name = `${String(relay)} ${String(effect.connection)} ${String(number)}`
    const asked = this.#asked.get(name)
    this.#asked.delete(name)
    if (asked !== undefined) {
      this.#answered(relay, asked, answer)
    }
  }

  #answered(relay: number, { mailboxId, envelopeIds }: Named, answer: MailboxAnswer): void {
    const { kernel } = this.#scene
    for (const envelopeId of envelopeIds) {
      const name = `${String(relay)} ${mailboxId} ${envelopeId}`
      if (answer.type === 'acked') {
        this.#ackedAtUs.set(name, kernel.nowUs)
      } else if (answer.type === 'deposited' && answer.outcome === 'stored') {
        this.#stored(relay, mailboxId, envelopeId, this.#ackedAtUs.get(name))
      }
    }
  }

  #stored(
    relay: number,
    mailboxId: MailboxId,
    envelopeId: EnvelopeId,
    ackedAtUs: number | undefined
  ): void {
    const { kernel, world, excuses } = this.#scene
    const disk = world.relays[relay]?.disk
    const index = disk?.safe({ table: 'envelope-index', key: mailboxId + envelopeId })
    if (index === undefined && disk?.safe({ table: 'mailbox', key: mailboxId }) !== undefined) {
      const says = `relay ${String(relay)} says that it stores what a loss of power would lose`
      this.#scene.breach('stored-is-safe', [relay], `${says}: ${envelopeId}`)
    }
    this.#ledger.held(relay, envelopeId)
    const isRecent = ackedAtUs !== undefined && kernel.nowUs - ackedAtUs < TOMBSTONE_US
    if (isRecent && !excuses.forgetful.has(relay) && !excuses.liars.has(relay)) {
      const says = `relay ${String(relay)} stores what was taken from it`
      this.#scene.breach('gone-stays-gone', [relay], `${says}: ${envelopeId}`)
    }
  }
}
