import type { StatusAnswer } from '../calls/running.ts'
import type { Overload } from '../watch/overload-text.ts'

/** What was found at a relay and around it. Sizes in bytes, times in milliseconds; undefined is what could not be found out. */
export interface DoctorFacts {
  /** Why the configuration is refused, in a sentence; undefined where it is sound. */
  readonly configFailure: string | undefined
  /** The file with the node key. */
  readonly key: {
    readonly state: 'sound' | 'missing' | 'damaged'
    /** Whether others than its owner may read it. */
    readonly isOpenToOthers: boolean
  }
  /** Why nothing can be written into the data directory: a system's code; undefined where it can. */
  readonly directoryFailure: string | undefined
  /** The relay that runs on the data directory. */
  readonly process: ProcessFacts
  readonly disk:
    | { readonly freeBytes: number; readonly totalBytes: number; readonly reserveBytes: number }
    | undefined
  /** What keeps the data directory. */
  readonly fileSystem: 'disk' | 'memory' | 'network' | undefined
  /** The median of a few small writes that wait for the disk. */
  readonly syncMs: number | undefined
  readonly openFiles: { readonly limit: number; readonly needed: number } | undefined
  readonly memory: { readonly totalBytes: number; readonly neededBytes: number } | undefined
  /** Where it listens, or is to listen; what came of trying it. */
  readonly listening: readonly PortFacts[]
  /** Where people are told to reach it. */
  readonly addresses: readonly AddressFacts[]
  /** What other relays say of where people are told to reach it; empty where it does not run. */
  readonly reach: readonly ReachFacts[]
  readonly clock: {
    /** How far the clock is ahead of that of others, the median; undefined where nobody was asked, or answered. */
    readonly offsetMs: number | undefined
    readonly askedCount: number
    /** Whether files of the relay are from what the clock calls the future. */
    readonly isBehindFiles: boolean
  }
  /** The version of this program; that of the relay that runs is in `process`. */
  readonly version: string
}

export type ProcessFacts =
  | { readonly state: 'absent' }
  /** A process has the store, and does not answer on its socket. */
  | { readonly state: 'silent'; readonly processId: number }
  | {
      readonly state: 'serving' | 'starting' | 'draining'
      readonly version: string
      readonly capacity: string | undefined
      readonly load: Overload
      readonly crashCount: number
      /** Its own, where it encrypts its port itself. */
      readonly certificate: StatusAnswer['certificate']
    }

export interface PortFacts {
  /** `HOST:PORT`. */
  readonly where: string
  /** `taken`: by something else; `unanswered`: the relay runs, and nobody answers there. */
  readonly state: 'free' | 'answered' | 'taken' | 'forbidden' | 'foreign' | 'unanswered'
}

/** What other relays found that dialled an address. */
export interface ReachFacts {
  readonly address: string
  readonly askedCount: number
  /** Of these, those that answered, and have a way there themselves. */
  readonly toldCount: number
  readonly reachedCount: number
}

export interface AddressFacts {
  /** As it is written in the configuration. */
  readonly address: string
  readonly state:
    | 'reached'
    | 'name-unknown'
    | 'unreachable'
    | 'certificate-refused'
    /** Something answers there, and opens no WebSocket. */
    | 'no-websocket'
  /** When the certificate that was shown ends, milliseconds since 1970. */
  readonly certificateEndsAtMs?: number | undefined
  /** Why the certificate was refused: a system's code. */
  readonly certificateFailure?: string | undefined
}
