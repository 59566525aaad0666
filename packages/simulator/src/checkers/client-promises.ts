/**
 * What a client says is so: ticks are true, what it has relays erase is safe, and nobody is shown anything twice.
 */
import { type PeerAppEffect, type PeerInput, type PeerNotice, readMessage } from '@sealpost/core'
import type { EnvelopeId, MessageId, NodeKey } from '@sealpost/protocol'
import { hasSafely } from './conversations.ts'
import type { Ledger, Written } from './ledger.ts'
import { pairName, type Scene } from './scene.ts'

/** Relays that must hold a message for one tick, where its recipient has that many. */
const QUORUM = 2

type StateNotice = Extract<PeerNotice, { type: 'message-state' }>

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
    } else if (input.type === 'relay-frame' && input.frame.type === 'answer') {
      const { answer, number } = input.frame
      const name = `${String(client)} ${input.relay} ${String(number)}`
      const envelopeId = this.#deposits.get(name)
      if (answer.type === 'deposited' && envelopeId !== undefined) {
        this.#deposits.delete(name)
        this.#ledger.told(this.#relayOf(input.relay), envelopeId)
      }
    }
  }

  said(client: number, effect: PeerAppEffect): void {
    if (effect.type === 'deposit') {
      this.#ledger.deposited(this.#relayOf(effect.relay), effect)
      if (!effect.isLive) {
        const name = `${String(client)} ${effect.relay} ${String(effect.number)}`
        this.#deposits.set(name, effect.envelopeId)
      }
    } else if (effect.type === 'request' && effect.request.type === 'ack') {
      for (const envelopeId of effect.request.envelopeIds) {
        this.#acked(client, effect.relay, envelopeId)
      }
    }
  }

  #acked(client: number, relay: NodeKey, envelopeId: EnvelopeId): void {
    const messageId = this.#taken.get(`${String(client)} ${relay} ${envelopeId}`)
    if (messageId !== undefined && !hasSafely(this.#scene.world, client, messageId)) {
      const says = `client ${String(client)} has a relay erase what a loss of power would lose`
      this.#scene.breach('ack-after-safe', [this.#scene.clientNode(client)], says)
    }
  }

  noticed(client: number, notice: PeerNotice): void {
    if (notice.type === 'message-state') {
      const written = this.#ledger.written.get(notice.messageId)
      if (written?.from === client) {
        this.#tick(written, notice)
      }
    } else if (notice.type === 'message-received' && readMessage(notice.row).kind === 'received') {
      const name = `${String(client)} ${notice.row.key}`
      if (this.#shown.has(name)) {
        const says = `client ${String(client)} is shown ${notice.row.key} twice`
        this.#scene.breach('nothing-twice', [this.#scene.clientNode(client)], says)
      }
      this.#shown.add(name)
    }
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
    if (state === 'read' && !written.isRecalled && !this.#seen.has(`${String(to)} ${messageId}`)) {
      this.#scene.breach('ticks', nodes, `${name} is read, and nobody was shown it`)
    }
  }
}
