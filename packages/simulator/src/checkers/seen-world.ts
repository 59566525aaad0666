/** What checkers see of a world, whatever its clients are made of. */
import type { Account, PeerMachine } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { RelayNode } from '../nodes/relay-node.ts'

/** Rows as a client's machine has them, whether or not they are sealed on its disk. */
export type SeenDisk = Pick<SimulatedDisk, 'all' | 'get' | 'range' | 'safe'>

export interface SeenClient {
  readonly account: Account
  readonly disk: SeenDisk
  /** As what is on the disk has it, at least; undefined while there is none. */
  readonly machine: PeerMachine | undefined
}

export interface SeenWorld {
  readonly relays: readonly Pick<RelayNode, 'address' | 'disk' | 'status'>[]
  readonly clients: readonly SeenClient[]
  /** How one client knows another; undefined where it does not. */
  contactOf(client: number, other: number): ContactId | undefined
}
