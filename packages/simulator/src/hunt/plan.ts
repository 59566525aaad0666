/**
 * A plan of the hunt: everything that a run is made of, as plain data. Times are whole milliseconds since the beginning of the run;
 * clients and relays are named by their numbers, each from 0.
 */

/** How a relay is not honest. */
export type Dishonesty =
  /** Says `stored`, and drops. */
  | 'drop'
  /** Delivers late. */
  | 'delay'
  /** Delivers again what it delivered. */
  | 'replay'
  /** Delivers nothing to some. */
  | 'withhold'
  /** Says that it is busy. */
  | 'refuse'
  /** Says nothing. */
  | 'mute'
  /** Says that it has done what it has not; delivers what is no envelope. */
  | 'lie'

/** Which way nothing passes. */
export type Way = 'both' | 'to-relay' | 'to-client'

/** When a node ends. */
export interface CrashPoint {
  /** At the so-many-th input from then on; 1 for the next. */
  readonly inputs: number
  /** So much later, within which what it wrote may become safe. */
  readonly afterUs: number
  /** Whether what is not safe is lost, as when the power fails. */
  readonly losesUnsynced: boolean
  readonly downMs: number
}

export type StepWhat =
  | {
      readonly type: 'write'
      readonly client: number
      readonly to: number
      readonly count: number
      readonly bytes: number
    }
  | {
      readonly type: 'recall'
      readonly client: number
      readonly to: number
      /** How many before the last one that it wrote. */
      readonly which: number
    }
  /** The person looks at what they have received. */
  | { readonly type: 'show'; readonly client: number; readonly to: number }
  | { readonly type: 'block'; readonly client: number; readonly to: number }
  | { readonly type: 'unblock'; readonly client: number; readonly to: number }
  | { readonly type: 'online'; readonly client: number }
  | { readonly type: 'offline'; readonly client: number }
  | ({ readonly type: 'crash-client'; readonly client: number } & CrashPoint)
  | ({ readonly type: 'crash-relay'; readonly relay: number } & CrashPoint)
  /** Its disk is empty once it starts again. */
  | { readonly type: 'wipe'; readonly relay: number; readonly downMs: number }
  | { readonly type: 'disk-full'; readonly relay: number; readonly forMs: number }
  | {
      readonly type: 'partition'
      readonly clients: readonly number[]
      readonly relays: readonly number[]
      readonly way: Way
      readonly forMs: number
    }
  | { readonly type: 'hang-up'; readonly client: number; readonly relay: number }
  /** Whatever passes between them takes longer. */
  | {
      readonly type: 'clog'
      readonly client: number
      readonly relay: number
      readonly addedMs: number
      readonly forMs: number
    }
  | { readonly type: 'client-clock'; readonly client: number; readonly offsetMs: number }
  /** Nothing can be written to its disk. */
  | { readonly type: 'client-disk-full'; readonly client: number; readonly forMs: number }
  | { readonly type: 'relay-clock'; readonly relay: number; readonly offsetMs: number }
  | {
      readonly type: 'dishonest'
      readonly relay: number
      readonly how: Dishonesty
      /** Of the frames, or of the clients, that it is about. */
      readonly share: number
      readonly forMs: number
    }
  | { readonly type: 'move'; readonly client: number; readonly relays: readonly number[] }

export type Step = { readonly atMs: number } & StepWhat
export type StepType = Step['type']

export interface PlannedClient {
  /** Where its mailboxes are: 1 to 5. */
  readonly relays: readonly number[]
}

export interface HuntPlan {
  /** Of everything that is drawn while it is played. */
  readonly seed: number
  /** Whether frames are encoded and decoded on their way. */
  readonly isWire: boolean
  readonly relayCount: number
  readonly clients: readonly PlannedClient[]
  /** Who knows each other. */
  readonly pairs: readonly (readonly [number, number])[]
  readonly rttMs: number
  /** How much longer than that a trip may take, as a share of it. */
  readonly jitter: number
  /** How long a batch of a relay's, and of a client's, takes to be safe. */
  readonly relayCommitUs: number
  readonly clientCommitUs: number
  readonly heartbeatMs: number
  /** What a mailbox holds: envelopes, and bytes of them. */
  readonly quotaCount: number
  readonly quotaBytes: number
  /** Whether everybody has a last word, which may bring to light what was lost, or hide it. */
  readonly hasLastWord: boolean
  /** When faults end. */
  readonly endMs: number
  /** By their times. */
  readonly steps: readonly Step[]
}
