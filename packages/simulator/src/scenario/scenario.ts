/**
 * What a simulation is about, with nothing left out: `parse-scenario.ts` makes one of a file. Durations are whole microseconds of
 * virtual time and end in `Us`; shares and probabilities lie from 0 to 1.
 */

/** What of a message is simulated; the first three give the same trace of events. */
export type Fidelity =
  /** Frames are handed over as they are, and ciphertexts have a size and no bytes. */
  | 'object'
  /** Frames are encoded and decoded as on a stream; ciphertexts come from a null cipher, each as long as the engine's. */
  | 'wire'
  /** As `wire`, with the browser's engine on randomness of the seed. */
  | 'crypto'
  /** Nothing: real clients and relays over libp2p in one process, on the wall clock, whose round trips alone are the scenario's. */
  | 'full-stack'

/** A region of the world, as the table of round-trip times names it. */
export type Region = string

/** Which part of the drawn is drawn from which seed: two designs may share a workload and differ in nothing else. */
export interface Seeds {
  /** Who is where, and who knows whom. */
  readonly topology: number
  /** Who is online when, and writes what. */
  readonly workload: number
  /** What fails, and how the network jitters. */
  readonly faults: number
}

/** Nodes by region; the shares of one population add up to 1. */
export type RegionShares = ReadonlyMap<Region, number>

/** Who can be dialled: everybody; who punches holes that others find; who cannot be reached. Shares, which add up to 1. */
export interface NatShares {
  readonly public: number
  readonly easy: number
  readonly hard: number
}

export interface ClientPopulation {
  readonly count: number
  readonly regions: RegionShares
  readonly nat: NatShares
  /** Whether clients talk directly where both can and are online. */
  readonly isDirect: boolean
}

export interface RelayPopulation {
  readonly count: number
  readonly regions: RegionShares
  /** Relays that each client has its mailboxes at: 1 to 5. */
  readonly replicas: number
  /** Of all relays, those that one operator runs under many names: drawn by the seed of the faults, the same for every fault. */
  readonly sybilShare: number
  readonly storageBytes: number
  /** Processors of each, for the model of cost. */
  readonly cores: number
  /** Leading zero bits of the proofs of work that they ask for; 0 for none. */
  readonly workBits: number
  /** What it sends, and what it receives, at once. */
  readonly linkBitsPerSecond: number
}

export interface NetworkModel {
  /** Round-trip times between regions. */
  readonly rtt: RttTable
  /** Sigma of the factor of each trip, which is log-normal around 1; 0 for none. */
  readonly jitterSigma: number
  /** Of each client; a relay has a link of its own. */
  readonly uplinkBitsPerSecond: number
  readonly downlinkBitsPerSecond: number
  /** Round trips until a stream carries its first frame: WebSocket, Noise, yamux, and TLS where there is some. */
  readonly dialRoundTrips: number
  /** Trips that are lost, and made up for by another round trip and more: a stream loses nothing. */
  readonly lossShare: number
  /** Dials of a hard or easy pair that come to a direct path. */
  readonly holePunchShare: number
  /** What quiet streams say to each other: played out, or left out, which is most of the events of a day. */
  readonly heartbeats: 'simulated' | 'left-out'
}

/** Round-trip times by pair of regions, in microseconds. */
export interface RttTable {
  readonly name: string
  /** Where the figures are from. */
  readonly source: string
  readonly regions: readonly Region[]
  /** What clocks there are ahead of UTC. */
  readonly hoursFromUtc: readonly number[]
  /** Row by row, for each region to each other; the same both ways. */
  readonly rttUs: readonly number[]
}

/** When clients are online. */
export type ChurnModel =
  | { readonly type: 'always-on' }
  | {
      readonly type: 'weibull'
      /** Shape and mean of a session. */
      readonly shape: number
      readonly meanSessionUs: number
      readonly sessionsPerDay: number
      /** Weights of the 24 hours of a client's own day, by its region's time; all 1 for none. */
      readonly hours: readonly number[]
    }
  | { readonly type: 'trace'; readonly sessions: readonly TraceSession[] }
  /** All are offline but for one span, in which they come within `withinUs`. */
  | {
      readonly type: 'flash-crowd'
      readonly atUs: number
      readonly forUs: number
      readonly withinUs: number
    }

/** One client's time online. */
export interface TraceSession {
  readonly client: number
  readonly fromUs: number
  readonly toUs: number
}

/** What people write. */
export interface Workload {
  /** Of each client, on average, over the days that its sessions are part of; without sessions, of a day online. */
  readonly messagesPerDay: number
  /** Contacts of each client, on average; a few have many (Zipf). */
  readonly contacts: number
  /** Messages of one conversation until a pause, on average, and the mean time between two of them. */
  readonly messagesPerConversation: number
  readonly gapUs: number
  /** UTF-8 bytes of a text: log-normal. */
  readonly textMedianBytes: number
  readonly textSigma: number
  /** Links of others that a client opens, on average over all days. */
  readonly newContactsPerDay: number
  /** Of those, links that are public addresses. Above 0 everybody has one. */
  readonly publicAddressShare: number
}

/** One thing that goes wrong, from `atUs` on. */
export type Fault = { readonly atUs: number; readonly forUs: number } & FaultKind

export type FaultKind =
  /** Nothing passes between the two sides; `isOneWay`: from the first to the second. */
  | {
      readonly type: 'partition'
      readonly from: NodeChoice
      /** Everybody else where it is not there. */
      readonly to?: NodeChoice
      readonly isOneWay: boolean
    }
  /** What passes takes so many times as long. */
  | { readonly type: 'clog'; readonly nodes: NodeChoice; readonly factor: number }
  | { readonly type: 'loss'; readonly nodes: NodeChoice; readonly share: number }
  /** The process ends, and starts again once the fault is over. */
  | { readonly type: 'crash'; readonly nodes: NodeChoice; readonly losesUnsynced: boolean }
  /** Its disk is empty once it starts again. An account without its disk is another account: relays only, as the next two. */
  | { readonly type: 'disk-lost'; readonly nodes: NodeChoice }
  | { readonly type: 'disk-full'; readonly nodes: NodeChoice }
  /** Rows that it reads while it runs are damaged, with this probability each. */
  | { readonly type: 'bit-rot'; readonly nodes: NodeChoice; readonly probability: number }
  | { readonly type: 'clock'; readonly nodes: NodeChoice; readonly offsetUs: number }
  | {
      readonly type: 'byzantine'
      readonly nodes: NodeChoice
      readonly behaviour: RelayBehaviour
      readonly probability: number
    }
  /** What passes between these clients and these relays is blocked, or slow. */
  | {
      readonly type: 'censor'
      readonly clients: NodeChoice
      readonly relays: NodeChoice
      readonly traffic: CensoredTraffic
      /** What passes all the same, of each client each way; nothing where it is not there. */
      readonly bitsPerSecond?: number
    }
  /** Clients are offline. */
  | { readonly type: 'away'; readonly nodes: NodeChoice }
  /** Clients take other relays than those they leave, each at a moment within so long. */
  | {
      readonly type: 'move'
      readonly nodes: NodeChoice
      readonly leaves: 'down' | 'all'
      readonly withinUs: number
    }
  /** Somebody claims the prekeys of these clients' public addresses, and fills the request boxes beside. */
  | {
      readonly type: 'prekey-exhaustion'
      readonly nodes: NodeChoice
      readonly attackers: number
      /** Of each attacker. */
      readonly claimsPerMinute: number
      readonly knocksPerMinute: number
    }

/** What somebody can tell who sees streams and not what is in them. */
export type CensoredTraffic =
  | 'all'
  /** Streams that begin: those that are open go on. */
  | 'dials'
  /** Paths from client to client. */
  | 'direct'

export type RelayBehaviour =
  /** Says `stored` and drops. */
  | 'drop'
  /** Delivers late. */
  | 'delay'
  /** Delivers again what was acknowledged. */
  | 'replay'
  /** Holds back some mailboxes. */
  | 'withhold'
  /** Says that it is busy. */
  | 'refuse'
  /** Says nothing. */
  | 'mute'
  /** Says that it has done what it has not, or that it was done long ago; delivers what is no envelope; tells a wrong time. */
  | 'lie'
  /** Asks other relays for mailboxes, with the rights that people show to it, and by guesses. */
  | 'enumerate'

/** Which nodes a fault is about. All that is given must hold. */
export interface NodeChoice {
  readonly kind: 'client' | 'relay' | 'any'
  readonly regions?: readonly Region[]
  /** So large a share of those, drawn. */
  readonly share?: number
  /** So many of those, drawn. */
  readonly count?: number
  /** These, by their numbers from 0. */
  readonly ids?: readonly number[]
  /** Those of the one operator, or those that are none of them. */
  readonly isSybil?: boolean
  /** How many is drawn too: a number from 1 to all but one, or a coin for each. */
  readonly draw?: 'number' | 'each'
}

/** What must come of it; `sealpost-sim run` ends with 1 where it does not. Bounds by the name of a metric. */
export type Expectations = ReadonlyMap<
  string,
  { readonly min?: number | undefined; readonly max?: number | undefined }
>

/** What an operation takes of a processor or a disk, in microseconds. */
export type Costs = ReadonlyMap<string, number>

export interface Scenario {
  readonly name: string
  /** The question that it answers, for its report. */
  readonly question: string
  readonly durationUs: number
  /** At the beginning of the run: nothing of it is counted. */
  readonly warmUpUs: number
  readonly fidelity: Fidelity
  readonly clients: ClientPopulation
  readonly relays: RelayPopulation
  readonly network: NetworkModel
  readonly churn: ChurnModel
  readonly workload: Workload
  readonly costs: Costs
  readonly faults: readonly Fault[]
  readonly expect: Expectations
}
