/** Lets things go wrong at single nodes, and ends it. */
import type { NodeFault } from '../faults/fault-schedule.ts'
import type { World } from '../world/world.ts'
import type { PeopleOnline } from './people-online.ts'

const US_PER_MS = 1_000
/** What a disk that is full has left. */
const FULL = { freeBytes: 0, totalBytes: 2 ** 40 }
const ROOMY = { freeBytes: 2 ** 40, totalBytes: 2 ** 40 }

export class NodeFaults {
  readonly #world: World
  readonly #people: PeopleOnline
  /** How many faults keep the process of a node down. */
  readonly #downCount: Uint8Array

  constructor(world: World, people: PeopleOnline) {
    this.#world = world
    this.#people = people
    this.#downCount = new Uint8Array(world.relays.length + world.clients.length)
  }

  begin(fault: NodeFault, nodes: readonly number[]): void {
    for (const node of nodes) {
      this.#apply(fault, node, true)
    }
  }

  end(fault: NodeFault, nodes: readonly number[]): void {
    for (const node of nodes) {
      this.#apply(fault, node, false)
    }
  }

  #apply(fault: NodeFault, node: number, isBegin: boolean): void {
    const relay = this.#world.relays[node]
    const client = this.#world.clients[node - this.#world.relays.length]
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
        relay?.measured(isBegin ? FULL : ROOMY)
        return
      case 'clock':
        ;(relay ?? client)?.setClock(isBegin ? Math.round(fault.offsetUs / US_PER_MS) : 0)
        return
      case 'away':
        this.#people.setAway(node - this.#world.relays.length, isBegin)
        break
      case 'bit-rot':
      case 'byzantine':
    }
  }

  #setDown(node: number, isDown: boolean, losesUnsynced: boolean): void {
    const before = this.#downCount[node] ?? 0
    const count = before + (isDown ? 1 : -1)
    this.#downCount[node] = count
    const one = this.#world.relays[node] ?? this.#world.clients[node - this.#world.relays.length]
    if (before === 0) {
      one?.stop(losesUnsynced)
    } else if (count === 0) {
      one?.start()
    }
  }
}
