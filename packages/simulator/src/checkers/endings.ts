/** What must have come of a run once all has been well for long enough: conversations that are the same at both ends, and rest. */
import type { StoredMessage } from '@sealpost/core'
import { conversation } from './conversations.ts'
import type { Ledger, Written } from './ledger.ts'
import { pairName, type Scene } from './scene.ts'

export class Endings {
  readonly #scene: Scene
  readonly #ledger: Ledger
  readonly #pairs: readonly (readonly [number, number])[]

  constructor(scene: Scene, ledger: Ledger, pairs: readonly (readonly [number, number])[]) {
    this.#scene = scene
    this.#ledger = ledger
    this.#pairs = pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
  }

  /** Whether nothing is on its way any more. */
  get isSettled(): boolean {
    const { world } = this.#scene
    const isEmpty = world.clients.every(({ disk }) =>
      (['outbox', 'recall', 'withdrawal'] as const).every((table) => disk.all(table).length === 0)
    )
    return (
      isEmpty &&
      world.relays.every((_, relay) => this.#leftAt(relay) === 0) &&
      this.#pairs.every(([client, other]) => this.#gapCount(client, other) === 0)
    )
  }

  /** Envelopes of a relay that did not lie about what it erased. */
  #leftAt(relay: number): number {
    const { excuses, world } = this.#scene
    const { status } = world.relays[relay] ?? {}
    return excuses.untruthful.has(relay) ? 0 : (status?.envelopeCount ?? 1)
  }

  #gapCount(client: number, other: number): number {
    const { world } = this.#scene
    const contactId = world.contactOf(client, other)
    const device = world.clients[other]?.account.device
    const { machine } = world.clients[client] ?? {}
    return contactId === undefined || device === undefined
      ? 0
      : (machine?.gaps(contactId, device).length ?? 0)
  }

  look(): void {
    for (const [from, to] of this.#pairs) {
      this.#oneWay(from, to)
      this.#order(from, to)
    }
    const { world } = this.#scene
    world.clients.forEach(({ disk }, client) => {
      for (const table of ['outbox', 'recall', 'withdrawal'] as const) {
        const count = disk.all(table).length
        if (count > 0) {
          this.#breach('bounded', [client], `${String(count)} rows are left in ${table}`)
        }
      }
    })
    world.relays.forEach((_, relay) => {
      const count = this.#leftAt(relay)
      if (count > 0) {
        const says = `relay ${String(relay)} still has ${String(count)} envelopes`
        this.#scene.breach('bounded', [relay], says)
      }
    })
  }

  /** What one wrote, as the other has it. */
  #oneWay(from: number, to: number): void {
    const { excuses, world } = this.#scene
    const wasBlocked = excuses.blocked.has(pairName(from, to))
    const all = conversation(world, to, from)
    const held = all.filter(({ kind }) => kind === 'received')
    const counts = new Map<string, number>()
    for (const { messageId = '' } of held) {
      counts.set(messageId, (counts.get(messageId) ?? 0) + 1)
    }
    for (const [messageId, count] of counts) {
      if (count > 1) {
        this.#breach('nothing-twice', [to, from], `has ${messageId} ${String(count)} times`)
      }
    }
    const isNamed = all.some(({ kind }) => kind !== 'sent' && kind !== 'received')
    if (isNamed && !wasBlocked) {
      const says = all
        .filter(({ kind }) => kind !== 'sent' && kind !== 'received')
        .map(({ kind }) => kind)
      this.#breach('nothing-lost', [to, from], `is shown as ${says.join(', ')}`)
    }
    const own = new Map(
      conversation(world, from, to).map((message) => [message.messageId, message] as const)
    )
    const received = new Map(held.map((message) => [message.messageId, message] as const))
    for (const written of this.#ledger.written.values()) {
      if (written.from === from && written.to === to) {
        this.#written(
          written,
          own.get(written.messageId),
          received.get(written.messageId),
          wasBlocked
        )
      }
    }
  }

  #written(
    { from, to, text, recall }: Written,
    own: StoredMessage | undefined,
    received: StoredMessage | undefined,
    wasBlocked: boolean
  ): void {
    const name = text.slice(0, 24)
    if (own === undefined) {
      this.#breach('nothing-lost', [from, to], `lost its own "${name}"`)
    } else if (recall === 'none' && own.deliveredAtMs === undefined && !wasBlocked) {
      this.#breach('nothing-lost', [from, to], `does not know that "${name}" arrived`)
    }
    if (recall === 'done') {
      if (received !== undefined && received.text !== '' && !wasBlocked) {
        this.#breach('nothing-lost', [to, from], `still has "${name}", which was taken back`)
      }
      if (own?.recall === 'pending' && !wasBlocked) {
        this.#breach('nothing-lost', [from, to], `is still taking "${name}" back`)
      }
    } else if (recall === 'none' && received?.text !== text && !wasBlocked) {
      this.#breach('nothing-lost', [to, from], `does not have "${name}"`)
    }
  }

  /** Whoever answers stands below what they had seen, at both ends. */
  #order(client: number, other: number): void {
    const { world } = this.#scene
    const texts = conversation(world, client, other).map(({ text }) => text)
    const places = new Map(texts.map((text, at) => [text, at] as const))
    for (const { text, above, from, to } of this.#ledger.written.values()) {
      const at = places.get(text)
      if (at === undefined || pairName(from, to) !== pairName(client, other)) {
        continue
      }
      for (const one of above) {
        if ((places.get(one) ?? -1) > at) {
          const says = `has "${text.slice(0, 24)}" above "${one.slice(0, 24)}", which it came after`
          this.#breach('order', [client, other], says)
        }
      }
    }
  }

  #breach(
    check: 'nothing-lost' | 'nothing-twice' | 'order' | 'bounded',
    clients: readonly number[],
    says: string
  ): void {
    const nodes = clients.map((client) => this.#scene.clientNode(client))
    const [client, other] = clients
    const of = other === undefined ? '' : `, of what is between it and client ${String(other)},`
    this.#scene.breach(check, nodes, `client ${String(client)}${of} ${says}`)
  }
}
