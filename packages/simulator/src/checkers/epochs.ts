/** Mailboxes are destroyed once their epoch, and the one after it, are over: whose clock is behind still writes there. */
import { epochAt, type PeerAppEffect } from '@sealpost/core'
import type { MailboxId, NodeKey } from '@sealpost/protocol'
import type { Scene } from './scene.ts'

/** Epochs before the present one whose mailboxes stay. */
const KEPT = 1
/** What network time may be away from true time. */
const SLACK_MS = 3_600_000
const US_PER_MS = 1_000

export class Epochs {
  readonly #scene: Scene
  /** Clients that gave up addresses before their time. */
  readonly #moved = new Set<number>()

  readonly #seeds = new Set<string>()
  /** By client and contact. */
  readonly #lastSeed = new Map<string, string>()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  moved(client: number): void {
    this.#moved.add(client)
  }

  said(client: number, effect: PeerAppEffect): void {
    if (effect.type !== 'request') {
      return
    }
    const { relay, request } = effect
    if (request.type === 'register') {
      for (const registration of request.registrations) {
        if (registration.type === 'mailbox') {
          this.#registered(client, relay, registration.mailboxId)
        }
      }
    } else if (request.type === 'destroy') {
      this.#destroyed(client, relay, request.mailboxId)
    }
  }

  /** The seed that came last is the one that the contact is told, or knows. */
  #registered(client: number, relay: NodeKey, mailboxId: MailboxId): void {
    const mailbox = this.#scene.world.clients[client]?.machine?.mailbox(relay, mailboxId)
    if (mailbox !== undefined && !this.#seeds.has(mailbox.seedId)) {
      this.#seeds.add(mailbox.seedId)
      this.#lastSeed.set(`${String(client)} ${mailbox.contactId}`, mailbox.seedId)
    }
  }

  #destroyed(client: number, relay: NodeKey, mailboxId: MailboxId): void {
    const { excuses, kernel, world, startMs } = this.#scene
    const { machine } = world.clients[client] ?? {}
    const mailbox = machine?.mailbox(relay, mailboxId)
    const address = mailbox && machine?.ownAddress(mailbox.contactId)
    const isExcused = excuses.hadWrongClock || excuses.blocked.size > 0 || this.#moved.has(client)
    if (mailbox === undefined || address === undefined || isExcused) {
      return
    }
    if (this.#lastSeed.get(`${String(client)} ${mailbox.contactId}`) !== mailbox.seedId) {
      return
    }
    const nowMs = startMs + Math.floor(kernel.nowUs / US_PER_MS)
    if (mailbox.epoch >= epochAt(nowMs + SLACK_MS, address.phaseMs) - KEPT) {
      const says = `client ${String(client)} destroys a mailbox of epoch ${String(mailbox.epoch)}`
      this.#scene.breach('epochs', [this.#scene.clientNode(client)], `${says} too early`)
    }
  }
}
