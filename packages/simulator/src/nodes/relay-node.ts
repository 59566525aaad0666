/** A relay: the machine that operators run, over a simulated disk, at the end of simulated streams. */
import {
  RELAY_RESTORE_KEYS,
  type Random,
  type RelayEffect,
  type RelayInput,
  RelayMachine,
  type RelayOptions,
  type RelayStatus
} from '@sealpost/core'
import {
  type ClientFrame,
  type NodeKey,
  type RelayAddress,
  type RelayFrame,
  relayMultihash
} from '@sealpost/protocol'
import { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Connection, RelayEnd } from './connection.ts'
import { NodeClock } from './node-clock.ts'
import { type NodeTimes, SimulatedDriver, type Spoken } from './simulated-driver.ts'

export interface RelayNodeInit {
  readonly kernel: Kernel
  /** Its number among all nodes. */
  readonly node: number
  readonly name: string
  readonly startMs: number
  readonly options: RelayOptions
  /** How long a quiet stream is taken to be there. */
  readonly heartbeatMs?: number | undefined
  readonly times: NodeTimes
  /** A stream for each process that it will be. */
  readonly random: (process: number) => Random
  readonly nodeKey: NodeKey
  /** Before the machine has it. */
  readonly onInput?: ((input: RelayInput) => void) | undefined
  /** What the machine says, once what it wrote is safe. */
  readonly onSaid?: ((effect: Spoken<RelayEffect>) => void) | undefined
}

/** What stands between a relay that is not honest and its streams; it may send on them itself. */
export interface Tamper {
  /** @returns whether the machine gets it. */
  fromClient(connection: Connection, frame: ClientFrame): boolean
  /** @returns whether it is sent. */
  toClient(connection: Connection, frame: RelayFrame): boolean
}

export class RelayNode implements RelayEnd {
  readonly node: number
  readonly address: RelayAddress
  readonly clock: NodeClock
  readonly disk: SimulatedDisk = new SimulatedDisk()
  /** Undefined for an honest one. */
  tamper: Tamper | undefined
  readonly #driver: SimulatedDriver<RelayInput, RelayEffect, RelayMachine>
  readonly #connections = new Map<number, Connection>()
  #processCount = 0

  constructor(init: RelayNodeInit) {
    const { kernel, node, startMs, times, onInput, onSaid } = init
    this.node = node
    this.clock = new NodeClock(startMs)
    this.address = {
      nodeKey: init.nodeKey,
      addresses: [`/dns4/${init.name}.example/tcp/443/wss`]
    }
    this.#driver = new SimulatedDriver({
      kernel,
      node,
      clock: this.clock,
      disk: this.disk,
      times,
      restore: (disk) => this.#restore(init, disk),
      perform: (effect) => {
        onSaid?.(effect)
        this.#perform(effect)
      },
      onInput
    })
    this.start()
  }

  get isUp(): boolean {
    return this.#driver.machine !== undefined
  }

  get status(): RelayStatus | undefined {
    return this.#driver.machine?.status()
  }

  start(): void {
    this.#driver.start()
    this.#driver.give({ type: 'timeout' })
  }

  /** Its process ends, and every stream with it. */
  stop(losesUnsynced: boolean): void {
    this.#driver.stop(losesUnsynced)
    const connections = [...this.#connections.values()]
    this.#connections.clear()
    for (const connection of connections) {
      connection.end('relay')
    }
  }

  setClock(offsetMs: number): void {
    this.clock.offsetMs = offsetMs
    this.#driver.clockSet()
  }

  /** What its app measures of the disk that the store is on. */
  measured(disk: { readonly freeBytes: number; readonly totalBytes: number }): void {
    this.#driver.give({ type: 'disk', ...disk, storeBytes: this.disk.byteCount })
  }

  /** Ends the streams of a client, given by its node. */
  hangUp(node: number): void {
    for (const [id, connection] of this.#connections) {
      if (connection.client.node === node) {
        this.#connections.delete(id)
        connection.end('relay')
        this.#driver.give({ type: 'closed', connection: id })
      }
    }
  }

  /** As `SimulatedDriver.shakeHands`. */
  shakeHands(): number {
    return this.#driver.shakeHands()
  }

  /** A client's stream. @param range the range of addresses it comes from. */
  opened(connection: Connection, range: string): void {
    this.#connections.set(connection.id, connection)
    this.#driver.give({ type: 'opened', connection: connection.id, range })
  }

  clientFrame(connection: Connection, frame: ClientFrame): void {
    const isPassed = this.tamper?.fromClient(connection, frame) ?? true
    if (isPassed && this.#connections.has(connection.id)) {
      this.#driver.give({ type: 'frame', connection: connection.id, frame })
    }
  }

  clientClosed(connection: Connection): void {
    if (this.#connections.delete(connection.id)) {
      this.#driver.give({ type: 'closed', connection: connection.id })
    }
  }

  #restore(init: RelayNodeInit, disk: SimulatedDisk): RelayMachine {
    const { heartbeatMs, nodeKey, options, random } = init
    this.#processCount += 1
    return RelayMachine.restore(
      RELAY_RESTORE_KEYS.map((key) => disk.get(key)),
      { relay: relayMultihash(nodeKey), random: random(this.#processCount), options, heartbeatMs }
    )
  }

  #perform(effect: Spoken<RelayEffect>): void {
    switch (effect.type) {
      case 'send': {
        const connection = this.#connections.get(effect.connection)
        if (connection !== undefined && (this.tamper?.toClient(connection, effect.frame) ?? true)) {
          connection.toClient(effect.frame)
        }
        return
      }
      case 'cut': {
        const connection = this.#connections.get(effect.connection)
        this.#connections.delete(effect.connection)
        connection?.end('relay')
        break
      }
      default:
      // What an operator is told is counted from outside.
    }
  }
}
