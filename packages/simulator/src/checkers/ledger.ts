/** What was written, and what became of it: as nobody in the world can know it. */
import type { Content, EnvelopeId, MessageId } from '@sealpost/protocol'

/** One text. */
export interface Written {
  readonly messageId: MessageId
  readonly text: string
  readonly from: number
  readonly to: number
  /** What stood above it where it was written. */
  readonly above: ReadonlySet<string>
  /** Whether its author wanted to take it back, and whether they have, durably. */
  recall: 'none' | 'wanted' | 'done'
}

export class Ledger {
  /** Those that were safe at their author's, in that order. */
  readonly written: Map<MessageId, Written> = new Map<MessageId, Written>()
  /** Envelopes of each message, each with its relay's number. */
  readonly #envelopes = new Map<MessageId, Map<EnvelopeId, number>>()
  readonly #messages = new Map<EnvelopeId, MessageId>()
  /** What became safe at a relay that said so: `relay envelope`. */
  readonly #held = new Set<string>()
  /** What clients were told to be held: `relay envelope`. */
  readonly #told = new Set<string>()
  /** How often a text, or the word that takes it back, was put under way. */
  depositCount = 0

  /** A client deposits something at a relay. */
  deposited(
    relay: number,
    envelopeId: EnvelopeId,
    { messageId, body }: Pick<Content, 'messageId' | 'body'>
  ): void {
    this.depositCount += body.type === 'text' || body.type === 'withdrawal' ? 1 : 0
    if (messageId !== undefined) {
      const envelopes = this.#envelopes.get(messageId) ?? new Map<EnvelopeId, number>()
      this.#envelopes.set(messageId, envelopes.set(envelopeId, relay))
      this.#messages.set(envelopeId, messageId)
    }
  }

  messageOf(envelopeId: EnvelopeId): MessageId | undefined {
    return this.#messages.get(envelopeId)
  }

  /** An honest relay has it on its disk. */
  held(relay: number, envelopeId: EnvelopeId): void {
    this.#held.add(`${String(relay)} ${envelopeId}`)
  }

  /** A relay told a client so. */
  told(relay: number, envelopeId: EnvelopeId): void {
    this.#told.add(`${String(relay)} ${envelopeId}`)
  }

  /** Relays that told the author that they hold it; of them those that were seen to. */
  relaysOf(messageId: MessageId): {
    readonly told: ReadonlySet<number>
    readonly held: ReadonlySet<number>
  } {
    const told = new Set<number>()
    const held = new Set<number>()
    for (const [envelopeId, relay] of this.#envelopes.get(messageId) ?? []) {
      const name = `${String(relay)} ${envelopeId}`
      if (this.#told.has(name)) {
        told.add(relay)
      }
      if (this.#held.has(name)) {
        held.add(relay)
      }
    }
    return { told, held }
  }
}
