/** How much of everything a run does. */
export interface Depth {
  readonly name: 'quick' | 'full'
  readonly rounds: number
  /** Who send at once in `envelopes`, each with a connection and a mailbox of its own. */
  readonly senderCount: number
  /** Operations of each sender in a round, for envelopes of 2 KiB; a quarter as many bytes each, so fewer of 8 KiB. */
  readonly countOf2Kib: number
  readonly countOf8Kib: number
  /** Operations of each sender before anything is measured, so that the compiler is through with what runs often. */
  readonly warmUpCount: number
  readonly lockstepCount: number
  readonly onlineSeconds: number
  /** For which people write while a relay is restarted. */
  readonly upgradeSeconds: number
  readonly idlePeerCount: number
  readonly idleSeconds: number
  /** For each way of flooding: calm, then flooded. */
  readonly floodTurns: number
  /** Of half a turn. */
  readonly floodSeconds: number
  /** All of one range of addresses. */
  readonly slowReaderCount: number
  readonly coldStarts: number
  /** Envelopes that a relay keeps while its memory is looked at, and while it is backed up. */
  readonly keptCount: number
  /** Backups, each beside a time without one. */
  readonly backups: number
  /** Times that another chat is shown: of fewer than 100 the slowest five say little. */
  readonly chatSwitches: number
  /** Rounds of each task of the Signal engines; each round starts sessions of its own. */
  readonly engineRounds: number
  /** Messages of the history that a new device gets. */
  readonly historyCount: number
  /** Devices that get it directly; through a relay one does. */
  readonly historyRounds: number
  /** Events of the simulator that are pending while others are run. */
  readonly pendingEvents: readonly number[]
  /** Events of the simulator that are run in a round. */
  readonly heldEvents: number
  /** Who live through a simulated day, and how often they do. */
  readonly simulatedPeople: number
  readonly simulatedDayRounds: number
  /** Of the simulator's full stack, beside a relay for each fourteen. */
  readonly stackClients: number
  readonly stackRounds: number
  /** People in the scenario that is simulated and played by real nodes, and for how long. */
  readonly comparedClients: number
  readonly comparedSeconds: number
}

/** Whether everything runs at all. Its figures mean little. */
export const QUICK: Depth = {
  name: 'quick',
  rounds: 1,
  senderCount: 4,
  countOf2Kib: 400,
  countOf8Kib: 200,
  warmUpCount: 100,
  lockstepCount: 50,
  onlineSeconds: 1,
  upgradeSeconds: 5,
  idlePeerCount: 32,
  idleSeconds: 2,
  floodTurns: 1,
  floodSeconds: 1,
  slowReaderCount: 20,
  coldStarts: 1,
  keptCount: 2_000,
  backups: 1,
  chatSwitches: 8,
  engineRounds: 1,
  historyCount: 1_000,
  historyRounds: 1,
  pendingEvents: [1_000],
  heldEvents: 100_000,
  simulatedPeople: 4,
  simulatedDayRounds: 1,
  stackClients: 14,
  stackRounds: 1,
  comparedClients: 8,
  comparedSeconds: 40
}

export const FULL: Depth = {
  name: 'full',
  rounds: 5,
  senderCount: 20,
  countOf2Kib: 2_000,
  countOf8Kib: 800,
  warmUpCount: 1_500,
  lockstepCount: 1_000,
  onlineSeconds: 20,
  upgradeSeconds: 35,
  idlePeerCount: 2_000,
  idleSeconds: 120,
  floodTurns: 11,
  floodSeconds: 4,
  slowReaderCount: 200,
  coldStarts: 7,
  keptCount: 100_000,
  backups: 5,
  chatSwitches: 100,
  engineRounds: 11,
  historyCount: 50_000,
  historyRounds: 3,
  pendingEvents: [1_000, 10_000, 100_000, 1_000_000],
  heldEvents: 2_000_000,
  simulatedPeople: 200,
  simulatedDayRounds: 3,
  stackClients: 280,
  stackRounds: 3,
  comparedClients: 100,
  comparedSeconds: 120
}
