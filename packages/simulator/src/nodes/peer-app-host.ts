import type { Mutation, PeerInput, PeerMachine, Random } from '@sealpost/core'
import type { SignedDeviceList } from '@sealpost/protocol'
import type { ClientCipher } from '../cipher/client-cipher.ts'
import type { SimulatedDisk } from '../disk/simulated-disk.ts'
import type { WithoutTime } from './simulated-driver.ts'

/** What the client around a machine needs of its node. */
export interface PeerAppHost {
  readonly disk: SimulatedDisk
  readonly machine: PeerMachine | undefined
  readonly deviceList: SignedDeviceList
  readonly random: Random
  readonly cipher: ClientCipher
  readonly wallMs: number
  give(given: WithoutTime<PeerInput>, staged?: readonly Mutation[], onDurable?: () => void): void
}
