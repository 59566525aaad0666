/**
 * A stream between a client and a relay: what is sent arrives in order, some time later, until either side ends it.
 *
 * ```
 *   open --end(by)--> over: that side knows at once, the other when the word has come
 * ```
 */
import type { ClientFrame, RelayFrame } from '@sealpost/protocol'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { FrameCarrier } from './frame-carrier.ts'

/** How long what leaves a node now is on its way. */
export interface Paths {
  /** When `bytes` that leave `from` now are at `to`; undefined where nothing passes. */
  arrivalUs(from: number, to: number, bytes: number): number | undefined
  /** When a dial that begins now has come to a stream; undefined where it fails, which `from` finds out as late. */
  dialledUs(from: number, to: number): { readonly atUs: number; readonly isThere: boolean }
}

export interface ClientEnd {
  readonly node: number
  relayFrame(connection: Connection, frame: RelayFrame): void
  relayClosed(connection: Connection): void
}

export interface RelayEnd {
  readonly node: number
  clientFrame(connection: Connection, frame: ClientFrame): void
  clientClosed(connection: Connection): void
}

export interface ConnectionInit {
  readonly kernel: Kernel
  readonly paths: Paths
  readonly carrier: FrameCarrier
  readonly id: number
  readonly client: ClientEnd
  readonly relay: RelayEnd
}

/** Nothing has passed for so long: both sides take the connection for lost, as TCP would. */
export const LOST_US: number = 30_000_000

export class Connection {
  readonly id: number
  readonly client: ClientEnd
  readonly relay: RelayEnd
  readonly #kernel: Kernel
  readonly #paths: Paths
  readonly #carrier: FrameCarrier
  #isOver = false
  #atRelayUs = 0
  #atClientUs = 0

  constructor({ kernel, paths, carrier, id, client, relay }: ConnectionInit) {
    this.id = id
    this.client = client
    this.relay = relay
    this.#kernel = kernel
    this.#paths = paths
    this.#carrier = carrier
  }

  get isOver(): boolean {
    return this.#isOver
  }

  toRelay(frame: ClientFrame): void {
    const { client, relay } = this
    if (this.#isOver) {
      return
    }
    const carried = this.#carrier.fromClient(frame)
    const atUs = this.#paths.arrivalUs(client.node, relay.node, carried.bytes)
    if (atUs === undefined) {
      this.#lose()
      return
    }
    this.#atRelayUs = Math.max(this.#atRelayUs, atUs)
    this.#kernel.note(carried.bytes)
    this.#kernel.at(this.#atRelayUs, EVENTS['to-relay'], relay.node, () => {
      if (!this.#isOver) {
        relay.clientFrame(this, carried.open())
      }
    })
  }

  toClient(frame: RelayFrame): void {
    const { client, relay } = this
    if (this.#isOver) {
      return
    }
    const carried = this.#carrier.fromRelay(frame)
    const atUs = this.#paths.arrivalUs(relay.node, client.node, carried.bytes)
    if (atUs === undefined) {
      this.#lose()
      return
    }
    this.#atClientUs = Math.max(this.#atClientUs, atUs)
    this.#kernel.note(carried.bytes)
    this.#kernel.at(this.#atClientUs, EVENTS['to-client'], client.node, () => {
      if (!this.#isOver) {
        client.relayFrame(this, carried.open())
      }
    })
  }

  /** @param by who ends it, and need not be told. */
  end(by: 'client' | 'relay'): void {
    if (this.#isOver) {
      return
    }
    this.#isOver = true
    const { client, relay } = this
    const [from, to] = by === 'client' ? [client.node, relay.node] : [relay.node, client.node]
    const wordUs = this.#paths.arrivalUs(from, to, 0) ?? this.#kernel.nowUs + LOST_US
    const heardUs = Math.max(wordUs, by === 'client' ? this.#atRelayUs : this.#atClientUs)
    this.#kernel.at(heardUs, EVENTS.closed, to, () => {
      if (by === 'client') {
        relay.clientClosed(this)
      } else {
        client.relayClosed(this)
      }
    })
  }

  /** What is sent does not come through: after a while each side gives it up. */
  #lose(): void {
    const { client, relay } = this
    this.#isOver = true
    this.#kernel.at(this.#kernel.nowUs + LOST_US, EVENTS.closed, client.node, () => {
      client.relayClosed(this)
      relay.clientClosed(this)
    })
  }
}
