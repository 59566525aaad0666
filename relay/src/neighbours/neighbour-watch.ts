/**
 * Has other relays, which the operator names, try every ten minutes whether this one can be reached, and compares clocks with them.
 *
 * ```
 *   each address for people x each neighbour --POST /reach--> yes, no, cannot tell --> Reachability
 *   each neighbour ---------------------------GET /livez----> its clock -----------> median
 * ```
 */
import type { Clock, Log } from '@sealpost/host'
import {
  type Family,
  NOT_TESTED,
  type ReachAnswer,
  Reachability,
  type Said
} from '@sealpost/operator'
import { formatRelayAddress, type RelayAddress } from '@sealpost/protocol'
import { clockOffsetMs, sendTo } from '../doctor/try-address.ts'
import { webSocketPlace } from '../doctor/web-socket-place.ts'
import { REACH_BYTES_MAX, REACH_PATH } from './dial-back.ts'
import { readText } from './read-text.ts'

/** A relay that was just started is given a moment. */
const FIRST_MS = 15_000
/** Who changed the configuration wants to see what comes of it. */
const CHANGED_MS = 1_000
/** A neighbour dials within this, or not at all. */
const ANSWER_MS = 20_000

export interface NeighbourWatchOptions {
  readonly clock: Clock
  readonly log: Log
  /** Addresses of other relays, as they hold. */
  readonly neighbours: () => readonly string[]
  /** What people are told. */
  readonly address: () => RelayAddress
  /** Asks one neighbour to dial one address; undefined where it cannot tell. The real one, if left out. */
  readonly ask?: typeof askNeighbour
  readonly askClock?: typeof clockOffsetMs
}

/** Begins at once; to be closed. */
export class NeighbourWatch {
  readonly #options: NeighbourWatchOptions
  #reachability = new Reachability()
  #asked = ''
  #answeredCount = 0
  #clockOffsetMs: number | undefined
  #cancelTimer: (() => void) | undefined
  #isChecking = false
  #isChanged = false
  #isClosed = false

  constructor(options: NeighbourWatchOptions) {
    this.#options = options
    this.#plan(FIRST_MS)
  }

  get answer(): ReachAnswer {
    const neighbourCount = this.#options.neighbours().length
    if (neighbourCount === 0) {
      return NOT_TESTED
    }
    return {
      neighbourCount,
      answeredCount: this.#answeredCount,
      checkedAtMs: this.#reachability.checkedAtMs,
      families: this.#reachability.families,
      clockOffsetMs: this.#clockOffsetMs
    }
  }

  /** Of the kinds of addresses, how many others reach; undefined where that is not known. */
  get share(): number | undefined {
    return this.#options.neighbours().length === 0 ? undefined : this.#reachability.share
  }

  /** The configuration has changed: where that is another question, it is asked soon. */
  onConfig(): void {
    if (this.#question() === this.#asked) {
      return
    }
    this.#isChanged = this.#isChecking
    if (!this.#isChecking) {
      this.#plan(CHANGED_MS)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#cancelTimer?.()
  }

  #plan(delayMs: number): void {
    this.#cancelTimer?.()
    if (!this.#isClosed) {
      this.#cancelTimer = this.#options.clock.setTimer(delayMs, () => {
        this.#isChecking = true
        void this.#check().finally(() => {
          const isChanged = this.#isChanged
          this.#isChecking = false
          this.#isChanged = false
          this.#plan(isChanged ? CHANGED_MS : this.#reachability.waitMs)
        })
      })
    }
  }

  /** Who is asked, and for which addresses. */
  #question(): string {
    const { address, neighbours } = this.#options
    return JSON.stringify([neighbours(), address().addresses])
  }

  async #check(): Promise<void> {
    const { askClock = clockOffsetMs, clock, neighbours } = this.#options
    const asked = neighbours()
    const question = this.#question()
    if (question !== this.#asked) {
      // What others said of it, or of another address, is nothing that is known now.
      this.#asked = question
      this.#reachability = new Reachability()
    }
    const [said, offsets] = await Promise.all([
      Promise.all(asked.map((neighbour) => this.#askAll(neighbour))),
      Promise.all(asked.map((neighbour) => askClock(neighbour, () => clock.wallMs())))
    ])
    this.#clockOffsetMs = median(offsets.filter((offset) => offset !== undefined))
    this.#answeredCount = said.filter((all) =>
      all.some(({ isReached }) => isReached !== undefined)
    ).length
    const before = this.#reachability.families
    this.#reachability.take(said.flat(), clock.wallMs())
    this.#tell(before)
  }

  #askAll(neighbour: string): Promise<readonly Said[]> {
    const { address, ask = askNeighbour } = this.#options
    const { addresses, nodeKey } = address()
    return Promise.all(
      addresses.map(async (one) => {
        const line = formatRelayAddress({ nodeKey, addresses: [one] })
        return { family: familyOf(one), isReached: await ask(neighbour, line) }
      })
    )
  }

  #tell(before: ReachAnswer['families']): void {
    for (const { family, state } of this.#reachability.families) {
      if (state !== before.find((one) => one.family === family)?.state) {
        const isIll = state === 'doubtful' || state === 'unreached'
        this.#options.log[isIll ? 'warn' : 'info']('relay.reach', { family, state })
      }
    }
  }
}

/** Asks one neighbour to dial one address. @returns undefined where it does not answer, or cannot tell */
export async function askNeighbour(
  neighbour: string,
  address: string
): Promise<boolean | undefined> {
  const place = webSocketPlace(neighbour)
  if (place === undefined) {
    return undefined
  }
  const { promise, resolve } = Promise.withResolvers<boolean | undefined>()
  const body = JSON.stringify({ address })
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body)
  }
  const signal = AbortSignal.timeout(ANSWER_MS)
  const asked = { path: REACH_PATH, method: 'POST', headers, signal }
  const asking = sendTo(place, asked, ANSWER_MS)
  asking.on('response', (response) => {
    readText(response, REACH_BYTES_MAX).then(
      (text) => {
        resolve(response.statusCode === 200 ? isReachedIn(text) : undefined)
      },
      () => {
        resolve(undefined)
      }
    )
  })
  asking.on('error', () => {
    resolve(undefined)
  })
  asking.end(body)
  return promise
}

function isReachedIn(text: string): boolean | undefined {
  try {
    const { isReached } = JSON.parse(text) as { readonly isReached?: unknown }
    return typeof isReached === 'boolean' ? isReached : undefined
  } catch {
    return undefined
  }
}

function familyOf(address: string): Family {
  return address.startsWith('/ip4/') ? 'ip4' : address.startsWith('/ip6/') ? 'ip6' : 'dns'
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}
