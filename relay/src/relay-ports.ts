import type { BlockedMailboxes, KnownInvites, Random } from '@sealpost/core'
import type { Clock, Log, Store } from '@sealpost/host'
import type { NodeKey, OperatorNotice } from '@sealpost/protocol'
import type { LevelStore } from '@sealpost/storage-level'
import type { PageListener } from '@sealpost/transport-libp2p'
import type { RelayObserver } from './log/relay-observer.ts'
import type { GuardedStore, MeasureFileSystem } from './store/disk-guard.ts'
import type { StoreSizes } from './store/store-sizes.ts'

/** What a relay needs of the world; what is left out is the system's own. */
export interface RelayPorts {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  readonly log?: Log | undefined
  /** Opens LevelDB in a directory. */
  readonly openStore?: ((path: string, sizes: StoreSizes) => Promise<RelayStore>) | undefined
  readonly measureFileSystem?: MeasureFileSystem | undefined
  /** Counts what the relay does; nobody, if left out. */
  readonly observer?: RelayObserver | undefined
  readonly blocks?: BlockPort | undefined
  readonly closing?: ClosingPort | undefined
  readonly invites?: InvitePort | undefined
  readonly notices?: NoticePort | undefined
  /** Tries for other relays whether they can be reached. */
  readonly dialBack?: PageListener | undefined
}

/** Who may begin where that takes an invite; asked again whenever it is told that this changed. */
export interface InvitePort {
  readonly known: KnownInvites
  /** Somebody was let in; both are hashes. What is `known` from then on counts that. */
  onUsed(inviteHash: string, claimantHash: string): void
}

/** There is no invite. */
export const NO_INVITES: InvitePort = { known: new Map(), onUsed: () => undefined }

/** When the relay closes for good; asked again whenever it is told that this changed. */
export interface ClosingPort {
  /** Undefined where it goes on. */
  readonly closesAtMs: number | undefined
}

/** What is said to the people of the relay; asked again whenever it is told that this changed. */
export interface NoticePort {
  readonly rows: readonly OperatorNotice[]
}

/** Whom the relay does not serve; asked again whenever it is told that this changed. */
export interface BlockPort {
  /** Whether nobody is let in from this IP address. */
  isAddressBlocked(address: string): boolean
  /** Whether who has this node key is not served. */
  isNodeBlocked(nodeKey: NodeKey): boolean
  /** By their hashes. */
  readonly mailboxes: BlockedMailboxes
}

/** Everybody is served. */
export const NOBODY_BLOCKED: BlockPort = {
  isAddressBlocked: () => false,
  isNodeBlocked: () => false,
  mailboxes: new Set()
}

/** A store that can be read whole, whose size can be asked, and which can be made smaller. */
export type RelayStore = Store & GuardedStore & Pick<LevelStore, 'allRows'>
