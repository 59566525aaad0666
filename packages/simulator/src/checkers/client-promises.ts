/**
 * What a client says is so: ticks are true, what it has relays erase is safe, and nobody is shown anything twice.
 */
import { type PeerAppEffect, type PeerInput, type PeerNotice, readMessage } from '@sealpost/core'
import {
  type Content,
  decodeContent,
  type EnvelopeId,
  type MessageId,
  type NodeKey,
  type RelayFrame
} from '@sealpost/protocol'
import { contentOf } from '../cipher/null-message.ts'
import { hasSafely } from './conversations.ts'
import type { Ledger, Written } from './ledger.ts'
import { pairName, type Scene } from './scene.ts'

/** Relays that must hold a message for one tick, where its recipient has that many. */
const QUORUM = 2

type StateNotice = Pick<Extract<PeerNotice, { type: 'message-state' }>, 'messageId' | 'state'>

/** A deposit on its way. */
interface AskedDeposit {
  readonly relay: NodeKey
  readonly number: number
  readonly envelopeId: EnvelopeId
}

export class ClientPromises {
  readonly #scene: Scene
  readonly #ledger: Ledger
  /** Deposits that wait for their answers: `client relay number`. */
  readonly #deposits = new Map<string, EnvelopeId>()
  /** What clients took from an envelope: `client relay envelope`. */
  readonly #taken = new Map<string, MessageId>()
  /** What was shown to whom: `client message`. */
  readonly #shown = new Set<string>()
  /** What a person saw: `client message`. */
  readonly #seen = new Set<string>()
  /** The fewest relays that each client ever had. */
  readonly #leastRelays: number[]

  constructor(scene: Scene, ledger: Ledger, relayCounts: readonly number[]) {
    this.#scene = scene
    this.#ledger = ledger
    this.#leastRelays = [...relayCounts]
  }

  moved(client: number, relayCount: number): void {
    this.#leastRelays[client] = Math.min(this.#leastRelays[client] ?? relayCount, relayCount)
  }

  /** The person saw messages. */
  seen(client: number, messageIds: readonly MessageId[]): void {
    for (const messageId of messageIds) {
      this.#seen.add(`${String(client)} ${messageId}`)
    }
  }

  #relayOf(nodeKey: NodeKey): number {
    return this.#scene.world.relays.findIndex(({ address }) => address.nodeKey === nodeKey)
  }

  told(client: number, input: PeerInput): void {
    if (input.type === 'received' && 'relay' in input.origin) {
      const { relay, envelopeId } = input.origin
      const { messageId, body } = input.content
      if (messageId !== undefined && body.type === 'text') {
        this.#taken.set(`${String(client)} ${relay} ${envelopeId}`, messageId)
      }
    } else if (input.type === 'relay-frame') {
      this.heard(client, input.relay, input.frame)
    }
  }

  /** A frame came to a client. */
  heard(client: number, relay: NodeKey, frame: RelayFrame): void {
    if (frame.type === 'answer') {
      const name = `${String(client)} ${relay} ${String(frame.number)}`
      const envelopeId = this.#deposits.get(name)
      if (frame.answer.type === 'deposited' && envelopeId !== undefined) {
        this.#deposits.delete(name)
        this.#ledger.told(this.#relayOf(relay), envelopeId)
      }
    }
  }

  said(client: number, effect: PeerAppEffect): void {
    if (effect.type === 'deposit') {
      const { ciphertext, envelopeId, isLive, number, relay } = effect
      if (!isLive && (ciphertext.type === 2 || ciphertext.type === 3)) {
        const content = decodeContent(contentOf(ciphertext.bytes))
        this.deposited(client, { relay, number, envelopeId }, content)
      }
    } else if (effect.type === 'request' && effect.request.type === 'ack') {
      for (const envelopeId of effect.request.envelopeIds) {
        const messageId = this.#taken.get(`${String(client)} ${effect.relay} ${envelopeId}`)
        if (messageId !== undefined) {
          this.acked(client, messageId)
        }
      }
    }
  }

  /** A client asks a relay to store something. */
  deposited(
    client: number,
    { relay, number, envelopeId }: AskedDeposit,
    content: Pick<Content, 'messageId' | 'body'>
  ): void {
    this.#ledger.deposited(this.#relayOf(relay), envelopeId, content)
    this.#deposits.set(`${String(client)} ${relay} ${String(number)}`, envelopeId)
  }

  /** A client has a relay erase what it took a message from. */
  acked(client: number, messageId: MessageId): void {
    if (!hasSafely(this.#scene.world, client, messageId)) {
      const says = `client ${String(client)} has a relay erase what a loss of power would lose`
      this.#scene.breach('ack-after-safe', [this.#scene.clientNode(client)], says)
    }
  }

  noticed(client: number, notice: PeerNotice): void {
    if (notice.type === 'message-state') {
      this.ticked(client, notice)
    } else if (notice.type === 'message-received' && readMessage(notice.row).kind === 'received') {
      this.showed(client, notice.row.key)
    }
  }

  ticked(client: number, notice: StateNotice): void {
    const written = this.#ledger.written.get(notice.messageId)
    if (written?.from === client) {
      this.#tick(written, notice)
    }
  }

  /** A person is told of a message that they received. */
  showed(client: number, key: string): void {
    const name = `${String(client)} ${key}`
    if (this.#shown.has(name)) {
      const says = `client ${String(client)} is shown ${key} twice`
      this.#scene.breach('nothing-twice', [this.#scene.clientNode(client)], says)
    }
    this.#shown.add(name)
  }

  #tick(written: Written, { state, messageId }: StateNotice): void {
    const { from, to, text } = written
    const { world, excuses } = this.#scene
    const nodes = [this.#scene.clientNode(from), this.#scene.clientNode(to)]
    const isThere = hasSafely(world, to, messageId)
    const name = `"${text.slice(0, 24)}" of client ${String(from)} to ${String(to)}`
    if (state === 'on-relay') {
      const told = this.#ledger.relaysOf(messageId).told.size
      if (!isThere && told < Math.min(QUORUM, this.#leastRelays[to] ?? QUORUM)) {
        this.#scene.breach('ticks', nodes, `${name} is on-relay, at ${String(told)} of them`)
      }
      return
    }
    // Whoever is blocked is told that what they wrote arrived, and it is thrown away.
    if (!isThere && !excuses.blocked.has(pairName(from, to))) {
      this.#scene.breach('ticks', nodes, `${name} is ${state}, and not safe there`)
    }
    if (
      state === 'read' &&
      written.recall === 'none' &&
      !this.#seen.has(`${String(to)} ${messageId}`)
    ) {
      this.#scene.breach('ticks', nodes, `${name} is read, and nobody was shown it`)
    }
  }
}
