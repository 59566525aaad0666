/** What a dishonest relay does with what passes it. */
import type { ClientFrame, RelayFrame } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Connection } from '../nodes/connection.ts'
import type { Tamper } from '../nodes/relay-node.ts'
import type { RandomStream } from '../random/random-stream.ts'
import type { Dishonesty } from './plan.ts'

/** How late it delivers, at most. */
const LATE_US = 120_000_000
/** Deliveries that it keeps, to deliver them again. */
const KEPT_MAX = 32
const BUSY_MS = 2_000

interface Delivered {
  readonly client: number
  readonly frame: RelayFrame
}

export class DishonestRelay implements Tamper {
  readonly #kernel: Kernel
  readonly #random: RandomStream
  readonly #how: Dishonesty
  readonly #share: number
  readonly #kept: Delivered[] = []

  constructor(kernel: Kernel, random: RandomStream, how: Dishonesty, share: number) {
    this.#kernel = kernel
    this.#random = random
    this.#how = how
    this.#share = share
  }

  fromClient(connection: Connection, frame: ClientFrame): boolean {
    if (frame.type !== 'request') {
      return true
    }
    const { number, request } = frame
    const isDeposit = request.type === 'deposit' && !request.isLive
    if (this.#how === 'drop' && isDeposit && this.#random.chance(this.#share)) {
      const answer = { type: 'deposited', outcome: 'stored' } as const
      connection.toClient({ type: 'answer', number, answer })
      return false
    }
    const isRefused = request.type !== 'info' && request.type !== 'ack'
    if (this.#how === 'refuse' && isRefused && this.#random.chance(this.#share)) {
      const answer = { type: 'refused', reason: 'busy', retryAfterMs: BUSY_MS } as const
      connection.toClient({ type: 'answer', number, answer })
      return false
    }
    return !(this.#how === 'mute' && this.#random.chance(this.#share))
  }

  toClient(connection: Connection, frame: RelayFrame): boolean {
    if (frame.type !== 'push' || frame.push.type !== 'deliver') {
      return true
    }
    const client = connection.client.node
    switch (this.#how) {
      case 'withhold':
        // The same clients each time.
        return (client * 7919) % 100 >= this.#share * 100
      case 'delay': {
        const lateUs = this.#random.below(LATE_US)
        this.#kernel.at(this.#kernel.nowUs + lateUs, EVENTS.fault, -1, () => {
          connection.toClient(frame)
        })
        return false
      }
      case 'replay': {
        const again = this.#kept.filter((one) => one.client === client)
        if (again.length > 0 && this.#random.chance(this.#share)) {
          connection.toClient(this.#random.pick(again).frame)
        }
        this.#kept.push({ client, frame })
        if (this.#kept.length > KEPT_MAX) {
          this.#kept.shift()
        }
        return true
      }
      default:
        return true
    }
  }
}
