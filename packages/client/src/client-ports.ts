/** What a client needs of its app. */
import type { Random } from '@sealpost/core'
import type { SignalEngine } from '@sealpost/crypto'
import type { Clock, DirectOpener, Log, StoreOpener, Transport } from '@sealpost/host'

export interface ClientPorts {
  /** Opens the home's store; called again after a failure of the disk. */
  readonly open: StoreOpener
  /** With a fresh node key, so that relays cannot tell two runs of a client apart. Closed with the client. */
  readonly transport: Transport
  /** Opens the way to and from other clients, without relays; relays only where it is left out. */
  readonly openDirect?: DirectOpener | undefined
  readonly engine: SignalEngine
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Makes a signal and what aborts it: the platform's `AbortController`. */
  readonly abortable: () => { readonly signal: AbortSignal; readonly abort: () => void }
}
