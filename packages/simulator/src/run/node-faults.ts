/** Lets things go wrong at single nodes, and ends it. */
import { DishonestRelay } from '../faults/dishonest-relay.ts'
import type { NodeFault } from '../faults/fault-schedule.ts'
import { type Connect, type Enumeration, MailboxEnumerator } from '../faults/mailbox-enumerator.ts'
import { EVENTS } from '../kernel/event-kinds.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { RelayKnowledge } from '../knowledge/relay-knowledge.ts'
import type { ClientNode } from '../nodes/client-node.ts'
import type { RelayNode, Tamper } from '../nodes/relay-node.ts'
import { randomStream } from '../random/random-stream.ts'
import type { World } from '../world/world.ts'
import type { DiskWatch } from './disk-watch.ts'
import { moveMailboxes } from './moves.ts'
import type { PeopleOnline } from './people-online.ts'
import type { PrekeyAttacks, PrekeyExhaustion } from './prekey-attacks.ts'

const US_PER_MS = 1_000

export interface NodeFaultsInit {
  readonly world: World
  readonly people: PeopleOnline
  readonly disks: DiskWatch
  readonly kernel: Kernel
  /** That of the faults. */
  readonly seed: number
  /** Counts what relays come to that ask others for mailboxes. */
  readonly enumeration: Enumeration
  readonly knowledge: RelayKnowledge
  readonly attacks: PrekeyAttacks
}

export class NodeFaults {
  readonly #init: NodeFaultsInit
  /** How many faults keep the process of a node down. */
  readonly #downCount: Uint8Array

  constructor(init: NodeFaultsInit) {
    const { world } = init
    this.#init = init
    this.#downCount = new Uint8Array(world.relays.length + world.clients.length)
  }

  begin(fault: NodeFault, nodes: readonly number[]): void {
    if (fault.type === 'prekey-exhaustion') {
      this.#init.attacks.begin(fault, nodes)
      return
    }
    for (const node of nodes) {
      this.#apply(fault, node, true)
    }
  }

  end(fault: NodeFault, nodes: readonly number[]): void {
    if (fault.type === 'prekey-exhaustion') {
      this.#init.attacks.end(fault)
      return
    }
    for (const node of nodes) {
      this.#apply(fault, node, false)
    }
  }

  #apply(fault: Exclude<NodeFault, PrekeyExhaustion>, node: number, isBegin: boolean): void {
    const { disks, people, world } = this.#init
    const relay = world.relays[node]
    const client = world.clients[node - world.relays.length]
    switch (fault.type) {
      case 'crash':
        this.#setDown(node, isBegin, fault.losesUnsynced)
        return
      case 'disk-lost':
        this.#setDown(node, isBegin, true)
        // An account whose disk is gone is another account: only relays go on without theirs.
        if (isBegin) {
          relay?.disk.wipe()
        }
        return
      case 'disk-full':
        disks.setFull(node, isBegin)
        return
      case 'clock':
        ;(relay ?? client)?.setClock(isBegin ? Math.round(fault.offsetUs / US_PER_MS) : 0)
        return
      case 'away':
        people.setAway(node - world.relays.length, isBegin)
        return
      case 'move':
        if (isBegin && client !== undefined) {
          this.#moveLater(client, fault)
        }
        return
      case 'bit-rot':
        relay?.disk.rot(isBegin ? this.#damage(node, fault.probability) : undefined)
        return
      case 'byzantine':
        if (relay !== undefined) {
          if (relay.tamper instanceof MailboxEnumerator) {
            relay.tamper.end()
          }
          relay.tamper = isBegin ? this.#dishonest(relay, fault) : undefined
        }
    }
  }

  #moveLater(
    client: ClientNode,
    { leaves, withinUs }: NodeFault & { readonly type: 'move' }
  ): void {
    const { kernel, seed, world } = this.#init
    const random = randomStream(seed, 'move', client.node)
    const atUs = kernel.nowUs + random.below(withinUs + 1)
    kernel.at(atUs, EVENTS.fault, client.node, () => {
      moveMailboxes(world, client, leaves, random)
    })
  }

  /** A row that is damaged cannot be read: the machine has a version in front of each. */
  #damage(node: number, probability: number): (value: Uint8Array) => Uint8Array {
    const random = randomStream(this.#init.seed, 'bit rot', node)
    return (value) => (random.chance(probability) ? new Uint8Array(0) : value)
  }

  #dishonest(
    { node }: RelayNode,
    { behaviour, probability }: NodeFault & { readonly type: 'byzantine' }
  ): Tamper {
    const { enumeration, kernel, seed, world } = this.#init
    const random = randomStream(seed, `dishonest ${behaviour}`, node)
    if (behaviour === 'enumerate') {
      const relayCount = world.relays.length
      const connect: Connect = (end, relay, onOpen) => {
        world.connect(end, relay, `relay ${String(node)}`, onOpen)
      }
      return new MailboxEnumerator({ kernel, random, node, relayCount, connect, enumeration })
    }
    return this.#observing(node, new DishonestRelay({ kernel, random, behaviour, probability }))
  }

  /** What a relay keeps from its machine it has seen all the same. */
  #observing(node: number, tamper: Tamper): Tamper {
    const { knowledge } = this.#init
    return {
      fromClient: (connection, frame) => {
        const isPassed = tamper.fromClient(connection, frame)
        if (!isPassed) {
          knowledge.saw(node, { type: 'frame', atMs: 0, connection: connection.id, frame })
        }
        return isPassed
      },
      toClient: (connection, frame) => tamper.toClient(connection, frame)
    }
  }

  #setDown(node: number, isDown: boolean, losesUnsynced: boolean): void {
    const { disks, world } = this.#init
    const { clients, relays } = world
    const before = this.#downCount[node] ?? 0
    const count = before + (isDown ? 1 : -1)
    this.#downCount[node] = count
    const one = relays[node] ?? clients[node - relays.length]
    if (before === 0) {
      one?.stop(losesUnsynced)
    } else if (count === 0) {
      one?.start()
      disks.restarted(node)
    }
  }
}
