/** What a relay that is not honest does with what passes it. It keeps to the wire: nobody can tell from one frame. */
import type { ClientFrame, MailboxId, RelayFrame } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Connection } from '../nodes/connection.ts'
import type { Tamper } from '../nodes/relay-node.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { RelayBehaviour } from '../scenario/scenario.ts'

/** How late it delivers, at most. */
const LATE_US = 120_000_000
/** Deliveries to one client that it keeps, to deliver them again. */
const KEPT_MAX = 8

export interface DishonestRelayInit {
  readonly kernel: Kernel
  readonly random: RandomStream
  readonly behaviour: RelayBehaviour
  /** Of the frames that it could do something to; for `withhold`, of the mailboxes. */
  readonly probability: number
}

export class DishonestRelay implements Tamper {
  readonly #init: DishonestRelayInit
  /** By the client's node. */
  readonly #delivered = new Map<number, RelayFrame[]>()

  constructor(init: DishonestRelayInit) {
    this.#init = init
  }

  fromClient(connection: Connection, frame: ClientFrame): boolean {
    const { behaviour, probability, random } = this.#init
    const isDeposit =
      frame.type === 'request' && frame.request.type === 'deposit' && !frame.request.isLive
    if (behaviour !== 'drop' || !isDeposit || !random.chance(probability)) {
      return true
    }
    const answer = { type: 'deposited', outcome: 'stored' } as const
    connection.toClient({ type: 'answer', number: frame.number, answer })
    return false
  }

  toClient(connection: Connection, frame: RelayFrame): boolean {
    if (frame.type !== 'push' || frame.push.type !== 'deliver') {
      return true
    }
    switch (this.#init.behaviour) {
      case 'withhold':
        return lotOf(frame.push.mailboxId) >= this.#init.probability
      case 'delay':
        return this.#delay(connection, frame)
      case 'replay':
        this.#replay(connection, frame)
        return true
      case 'drop':
        return true
    }
  }

  #delay(connection: Connection, frame: RelayFrame): boolean {
    const { kernel, probability, random } = this.#init
    if (!random.chance(probability)) {
      return true
    }
    const atUs = kernel.nowUs + 1 + random.below(LATE_US)
    kernel.at(atUs, EVENTS.fault, connection.relay.node, () => {
      connection.toClient(frame)
    })
    return false
  }

  #replay(connection: Connection, frame: RelayFrame): void {
    const { probability, random } = this.#init
    const { node } = connection.client
    const kept = this.#delivered.get(node) ?? []
    if (kept.length > 0 && random.chance(probability)) {
      connection.toClient(random.pick(kept))
    }
    this.#delivered.set(node, [...kept, frame].slice(-KEPT_MAX))
  }
}

/** From 0 to below 1, the same each time. */
function lotOf(mailboxId: MailboxId): number {
  return Number.parseInt(mailboxId.slice(0, 8), 16) / 2 ** 32
}
