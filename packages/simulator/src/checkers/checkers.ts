/** All that watches a run. */
import type { MailboxQuota, PeerInput, PeerNotice } from '@sealpost/core'
import type { MessageId } from '@sealpost/protocol'
import type { WorldWatch } from '../world/world.ts'
import { Bounds } from './bounds.ts'
import { ClientPromises } from './client-promises.ts'
import { conversation } from './conversations.ts'
import { Endings } from './endings.ts'
import { Epochs } from './epochs.ts'
import { Ledger, type Written } from './ledger.ts'
import { RelayDisks } from './relay-disks.ts'
import { RelayPromises } from './relay-promises.ts'
import type { Scene } from './scene.ts'

export interface CheckersInit {
  readonly scene: Scene
  /** How many relays each client has at first. */
  readonly relayCounts: readonly number[]
  /** Who knows each other. */
  readonly pairs: readonly (readonly [number, number])[]
  readonly quota: MailboxQuota
}

export class Checkers {
  readonly ledger: Ledger = new Ledger()
  readonly clients: ClientPromises
  readonly bounds: Bounds
  readonly endings: Endings
  readonly #epochs: Epochs
  readonly #scene: Scene
  readonly #relays: RelayPromises
  readonly #quota: MailboxQuota
  #disks: RelayDisks | undefined

  constructor({ scene, relayCounts, pairs, quota }: CheckersInit) {
    this.#scene = scene
    this.#quota = quota
    this.clients = new ClientPromises(scene, this.ledger, relayCounts)
    this.#epochs = new Epochs(scene)
    this.#relays = new RelayPromises(scene, this.ledger)
    const contactCounts = relayCounts.map((_, client) => {
      return pairs.filter((pair) => pair.includes(client)).length
    })
    this.bounds = new Bounds(scene, this.ledger, contactCounts)
    this.endings = new Endings(scene, this.ledger, pairs)
  }

  /** What a world shows of itself. */
  get watch(): Required<WorldWatch> {
    const { clients, bounds } = this
    return {
      notice: (client: number, notice: PeerNotice) => {
        clients.noticed(client, notice)
      },
      input: (client: number, input: PeerInput) => {
        bounds.input(this.#scene.clientNode(client))
        clients.told(client, input)
      },
      said: (client, effect) => {
        clients.said(client, effect)
        this.#epochs.said(client, effect)
      },
      relayInput: (relay, input) => {
        bounds.input(relay)
        this.#relays.told(relay, input)
      },
      relaySaid: (relay, effect) => {
        this.#relays.said(relay, effect)
      }
    }
  }

  /** A client's relays are others, so many. */
  moved(client: number, relayCount: number): void {
    this.clients.moved(client, relayCount)
    this.#epochs.moved(client)
  }

  /** A text is safe at its author's. */
  wrote(written: Omit<Written, 'above' | 'recall'>): void {
    const { from, to, text, messageId } = written
    const texts = conversation(this.#scene.world, from, to).map((message) => message.text)
    const above = new Set(texts.slice(0, texts.indexOf(text)).filter((one) => one !== ''))
    this.ledger.written.set(messageId, { ...written, above, recall: 'none' })
    this.bounds.wrote()
  }

  /** Somebody wants to take a text back, or has. */
  recalled(messageId: MessageId, recall: 'wanted' | 'done'): void {
    const written = this.ledger.written.get(messageId)
    if (written !== undefined && written.recall !== 'done') {
      written.recall = recall
    }
  }

  /** To be called now and then. */
  look(): void {
    this.#disks ??= new RelayDisks(this.#scene, this.#quota, this.#secrets())
    this.#disks.look()
    this.bounds.look()
  }

  #secrets(): readonly string[] {
    return this.#scene.world.clients.flatMap(({ account }) => [
      account.identityKey,
      Array.from(account.name, (letter) => letter.charCodeAt(0).toString(16)).join('')
    ])
  }
}
