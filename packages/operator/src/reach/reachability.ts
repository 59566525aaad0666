/**
 * Whether others reach a relay, by what its neighbours say, round by round.
 *
 * ```
 *   unknown --reached--> reached --failed--> doubtful --failed--> unreached
 *      ^                    ^-----------------reached----------------'
 *      '--nobody could tell: what was known stays, and the check is older
 * ```
 */

/** The kinds of addresses that people are told. */
export const FAMILIES = ['ip4', 'ip6', 'dns'] as const
export type Family = (typeof FAMILIES)[number]

/** How a kind of addresses is: `doubtful` after one failure, `unreached` after two in a row. */
export type FamilyState = 'unknown' | 'reached' | 'doubtful' | 'unreached'

/** What one neighbour said of one address. */
export interface Said {
  readonly family: Family
  /** undefined where it could not tell: it did not answer, or has no way there itself. */
  readonly isReached: boolean | undefined
}

/** Whether others reach the relay. Times in milliseconds since 1970. */
export interface ReachAnswer {
  /** Relays that the operator named to try it; 0 is not tested at all. */
  readonly neighbourCount: number
  /** Those that answered at the last check. */
  readonly answeredCount: number
  /** When it was last known; undefined where it never was. */
  readonly checkedAtMs: number | undefined
  /** One for each kind of addresses that people are told. */
  readonly families: readonly { readonly family: Family; readonly state: FamilyState }[]
  /** By how much this machine's clock is ahead of the neighbours', the median; undefined where none told. */
  readonly clockOffsetMs: number | undefined
}

/** Milliseconds until the next check, where all is well. */
export const REACH_CHECK_MS = 600_000
/** The same after a failure: whether it was more than a hiccup is known soon. */
export const REACH_AGAIN_MS = 120_000

export const NOT_TESTED: ReachAnswer = {
  neighbourCount: 0,
  answeredCount: 0,
  checkedAtMs: undefined,
  families: [],
  clockOffsetMs: undefined
}

/** What the checks come to. */
export class Reachability {
  #states: ReadonlyMap<Family, FamilyState> = new Map()
  #checkedAtMs: number | undefined

  get checkedAtMs(): number | undefined {
    return this.#checkedAtMs
  }

  get families(): ReachAnswer['families'] {
    return FAMILIES.flatMap((family) => {
      const state = this.#states.get(family)
      return state === undefined ? [] : [{ family, state }]
    })
  }

  /** Until the next check. */
  get waitMs(): number {
    return [...this.#states.values()].includes('doubtful') ? REACH_AGAIN_MS : REACH_CHECK_MS
  }

  /** Of the kinds of addresses that something is known of, how many others reach; undefined where nothing is known. */
  get share(): number | undefined {
    const known = [...this.#states.values()].filter((state) => state !== 'unknown')
    const reached = known.filter((state) => state !== 'unreached')
    return known.length === 0 ? undefined : reached.length / known.length
  }

  /** What all neighbours said in one round, of each kind of addresses that people are told now. */
  take(said: readonly Said[], atMs: number): void {
    const families = FAMILIES.filter((family) => said.some((one) => one.family === family))
    this.#states = new Map(
      families.map((family) => {
        const before = this.#states.get(family) ?? 'unknown'
        return [family, next(before, verdict(said.filter((one) => one.family === family)))]
      })
    )
    if (said.some(({ isReached }) => isReached !== undefined)) {
      this.#checkedAtMs = atMs
    }
  }
}

/** Half of those that could tell are enough: one that cannot dial, or lies, decides nothing alone. */
function verdict(said: readonly Said[]): boolean | undefined {
  const told = said.filter(({ isReached }) => isReached !== undefined)
  const reachedCount = told.filter(({ isReached }) => isReached === true).length
  return told.length === 0 ? undefined : 2 * reachedCount >= told.length
}

function next(before: FamilyState, isReached: boolean | undefined): FamilyState {
  switch (isReached) {
    case undefined:
      return before
    case true:
      return 'reached'
    case false:
      return before === 'doubtful' || before === 'unreached' ? 'unreached' : 'doubtful'
  }
}
