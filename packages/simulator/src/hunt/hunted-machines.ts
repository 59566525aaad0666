/** The people of a hunt at the depth of machines. */
import type { MessageId } from '@sealpost/protocol'
import type { Checkers } from '../checkers/checkers.ts'
import { conversation } from '../checkers/conversations.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import type { World } from '../world/world.ts'
import type { CrashPoints } from './crash-points.ts'
import type { HuntedPeople } from './hunted-people.ts'
import type { CrashPoint } from './plan.ts'

export class HuntedMachines implements HuntedPeople {
  readonly #world: World
  readonly #crashes: CrashPoints
  readonly #checkers: Checkers

  constructor(world: World, crashes: CrashPoints, checkers: Checkers) {
    this.#world = world
    this.#crashes = crashes
    this.#checkers = checkers
  }

  #node(client: number): ClientNode | undefined {
    return this.#world.clients[client]
  }

  write(from: number, to: number, text: string): void {
    const contactId = this.#world.contactOf(from, to)
    const node = this.#node(from)
    if (contactId !== undefined && node?.machine !== undefined) {
      node.app.say(contactId, { type: 'text', text }, (messageId) => {
        this.#checkers.wrote({ messageId, text, from, to })
      })
    }
  }

  recall(client: number, to: number, which: number): void {
    const contactId = this.#world.contactOf(client, to)
    const own = conversation(this.#world, client, to).filter(
      ({ kind, withdrawnAtMs }) => kind === 'sent' && withdrawnAtMs === undefined
    )
    const message = own.at(-1 - (which % Math.max(1, own.length)))
    if (contactId !== undefined && message?.messageId !== undefined) {
      const { messageId, number } = message
      // A process may end when that is safe, and before anybody hears of it.
      this.#checkers.recalled(messageId, 'wanted')
      this.#node(client)?.app.say(contactId, { type: 'withdrawal', messageId, number }, () => {
        this.#checkers.recalled(messageId, 'done')
      })
    }
  }

  show(client: number, to: number): void {
    const contactId = this.#world.contactOf(client, to)
    if (contactId === undefined) {
      return
    }
    const all = conversation(this.#world, client, to)
    const received = all.filter(({ kind }) => kind === 'received')
    const messages = received.map(({ device, number, key }) => {
      return { contactId, device, number, messageKey: key }
    })
    const ids = received.flatMap(({ messageId }): MessageId[] => (messageId ? [messageId] : []))
    this.#checkers.clients.seen(client, ids)
    this.#node(client)?.give({ type: 'shown', messages })
  }

  setBlocked(client: number, to: number, isBlocked: boolean): void {
    const contactId = this.#world.contactOf(client, to)
    if (contactId !== undefined) {
      this.#node(client)?.give({ type: isBlocked ? 'block' : 'unblock', contactId })
    }
  }

  setOnline(client: number, isOnline: boolean): void {
    this.#node(client)?.setOnline(isOnline)
  }

  crash(client: number, point: CrashPoint): void {
    const node = this.#node(client)
    if (node !== undefined) {
      this.#crashes.arm(node.node, node, point)
    }
  }

  setClock(client: number, offsetMs: number): void {
    this.#node(client)?.setClock(offsetMs)
  }

  move(client: number, relays: readonly number[]): void {
    const addresses = relays.flatMap((relay) => this.#world.relays[relay]?.address ?? [])
    this.#checkers.moved(client, addresses.length)
    this.#node(client)?.give({ type: 'relays-changed', relays: addresses })
  }

  setDiskFull(): void {
    // What a disk does to a client is its driver's concern, which is not here.
  }

  heal(): void {
    for (const client of this.#world.clients) {
      client.start()
      client.setClock(0)
      client.setOnline(true)
    }
  }
}
