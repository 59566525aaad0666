/** How the parts of these worlds see each other. */
import type { Account, Mutation, PeerInput, PeerMachine } from '@sealpost/core'
import type {
  ClientFrame,
  DirectFrame,
  EnvelopeId,
  NodeKey,
  RelayAddress,
  RelayFrame,
  SignedDeviceList
} from '@sealpost/protocol'
import type { MemoryRows } from '../relay/memory-rows.ts'

type WithoutTime<Input> = Input extends PeerInput ? Omit<Input, 'atMs'> : never
/** An input as it is given to a home, whose clock says when. */
export type Given = WithoutTime<PeerInput>

/** True time, and all that is drawn in it. */
export interface Timeline {
  readonly nowMs: number
  below(bound: number): number
  bytes(count: number): Uint8Array
  /** When what leaves now is there. */
  arrivalMs(): number
  at(atMs: number, run: () => void): void
}

/** A connection, as its ends see it. */
export interface LinkEnd {
  readonly id: number
  readonly relay: RelayEnd
  toRelay(frame: ClientFrame): void
  toHome(frame: RelayFrame): void
  end(by?: 'home' | 'relay'): void
}

export interface RelayEnd {
  readonly address: RelayAddress
  readonly isUp: boolean
  /** What it told to be durable, and was. */
  readonly stored: ReadonlySet<EnvelopeId>
  frame(link: LinkEnd, frame: ClientFrame): void
  closed(link: LinkEnd): void
}

export interface HomeEnd {
  readonly name: string
  readonly person: string
  readonly world: Timeline
  readonly account: Account
  readonly deviceList: SignedDeviceList
  readonly rows: MemoryRows
  readonly machine: PeerMachine
  /** Counts its processes. */
  readonly epoch: number
  readonly directKey: NodeKey | undefined
  readonly clockMs: number
  give(given: Given, staged?: readonly Mutation[], onDurable?: () => void): void
  holds(other: HomeEnd, number: number): boolean
  relayCountOf(other: HomeEnd): number
  relayFrame(link: LinkEnd, frame: RelayFrame): void
  relayClosed(link: LinkEnd): void
  directFrame(stream: number, frame: DirectFrame): void
}

/** All that there is. */
export interface Everybody {
  readonly homes: readonly HomeEnd[]
  readonly relays: readonly RelayEnd[]
}
