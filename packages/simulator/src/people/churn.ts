/** When clients come and go. Each has a stream of its own; what is kept of each is its last change. */
import { DAY_US, HOUR_US } from '../scenario/quantities.ts'
import { exponential, weibull, type Weibull, weibullOfMean } from '../random/distributions.ts'
import { type RandomStream, randomStream } from '../random/random-stream.ts'
import type { ChurnModel } from '../scenario/scenario.ts'

export interface Churn {
  /** Of all time, how much a client is online on average, as far as its days are alike; else 1. */
  readonly onlineShare: number
  /** As of its last change; at first as of the beginning of the run. */
  isOnline(client: number): boolean
  /** When it changes next, and takes it for changed: after 0, each later than the last; Infinity for never. */
  nextChangeUs(client: number): number
}

export interface ChurnInit {
  readonly model: ChurnModel
  readonly count: number
  /** What a client's clock is ahead of UTC; at 0 it is midnight there. */
  readonly hoursFromUtc: (client: number) => number
  /** That of the workload. */
  readonly seed: number
}

export function drawChurn(init: ChurnInit): Churn {
  const { model } = init
  switch (model.type) {
    case 'always-on':
      return { onlineShare: 1, isOnline: () => true, nextChangeUs: () => Infinity }
    case 'weibull':
      return new Sessions(model, init)
    case 'trace':
      return new Moments(init.count, traceMoments(model))
    case 'flash-crowd':
      return new Moments(init.count, crowdMoments(model, init.seed))
  }
}

/** Days before the run until clients are anywhere in their sessions. */
const WARM_UP_DAYS = 2
/** Of the mean time between sessions at least so much stays, however much of it hours without sessions take. */
const GAP_SHARE_MIN = 0.02
/** No session is longer: 35 years. */
const SESSION_US_MAX = 2 ** 50

/**
 * Sessions of Weibull lengths, exponential times between them, and hours of the own day that count for more or less: what is
 * exponential is not the time but the weight that has passed.
 */
class Sessions implements Churn {
  readonly onlineShare: number
  readonly #init: ChurnInit
  readonly #length: Weibull
  readonly #meanGapUs: number
  /** With a mean of 1. */
  readonly #weights: readonly number[]
  readonly #streams: (RandomStream | undefined)[] = []
  readonly #isOnline: Uint8Array
  readonly #changedUs: Float64Array
  /** The first change of the run, of those that were asked whether they are online at its beginning. */
  readonly #firstUs: Float64Array

  constructor(model: ChurnModel & { readonly type: 'weibull' }, init: ChurnInit) {
    const { shape, meanSessionUs, sessionsPerDay, hours } = model
    const sum = hours.reduce((all, weight) => all + weight, 0)
    this.#weights = hours.map((weight) => (weight * 24) / sum)
    // Sessions lie where weights are high: more than their length of the day's weight passes in them.
    const squares = this.#weights.reduce((all, weight) => all + weight * weight, 0) / 24
    const cycleUs = DAY_US / sessionsPerDay
    this.#meanGapUs = Math.max(cycleUs - meanSessionUs * squares, cycleUs * GAP_SHARE_MIN)
    this.#length = weibullOfMean(shape, meanSessionUs)
    this.onlineShare = (meanSessionUs * sessionsPerDay) / DAY_US
    this.#init = init
    this.#isOnline = new Uint8Array(init.count)
    this.#changedUs = new Float64Array(init.count)
    this.#firstUs = new Float64Array(init.count)
  }

  isOnline(client: number): boolean {
    this.#begin(client)
    return this.#isOnline[client] === 1
  }

  nextChangeUs(client: number): number {
    this.#begin(client)
    const firstUs = this.#firstUs[client] as number
    this.#firstUs[client] = 0
    const atUs =
      firstUs > 0 ? firstUs : this.#changeAfter(client, this.#changedUs[client] as number)
    this.#changedUs[client] = atUs
    this.#isOnline[client] = 1 - (this.#isOnline[client] as number)
    return atUs
  }

  /** Lets days before the run pass. */
  #begin(client: number): void {
    if (this.#streams[client] !== undefined) {
      return
    }
    this.#streams[client] = randomStream(this.#init.seed, 'churn', client)
    let atUs = this.#changeAfter(client, -WARM_UP_DAYS * DAY_US)
    while (atUs <= 0) {
      this.#isOnline[client] = 1 - (this.#isOnline[client] as number)
      atUs = this.#changeAfter(client, atUs)
    }
    this.#firstUs[client] = atUs
  }

  #changeAfter(client: number, changedUs: number): number {
    const stream = (this.#streams[client] ??= randomStream(this.#init.seed, 'churn', client))
    const atUs =
      this.#isOnline[client] === 1
        ? changedUs + Math.min(weibull(stream, this.#length), SESSION_US_MAX)
        : this.#pass(changedUs, exponential(stream, this.#meanGapUs), client)
    return Math.max(Math.round(atUs), changedUs + 1)
  }

  /** When so much weight has passed since. */
  #pass(sinceUs: number, weightUs: number, client: number): number {
    const zoneUs = this.#init.hoursFromUtc(client) * HOUR_US
    const days = Math.floor(weightUs / DAY_US)
    let atUs = sinceUs + days * DAY_US
    let rest = weightUs - days * DAY_US
    for (;;) {
      const localUs = atUs + zoneUs
      const hour = Math.floor(localUs / HOUR_US)
      const leftUs = (hour + 1) * HOUR_US - localUs
      const weight = this.#weights[((hour % 24) + 24) % 24] ?? 0
      if (rest <= leftUs * weight && weight > 0) {
        return atUs + rest / weight
      }
      rest -= leftUs * weight
      atUs += leftUs
    }
  }
}

/** Changes that are known from the beginning: online and offline by turns, the first after 0. */
interface KnownMoments {
  readonly isOnlineAtStart: boolean
  readonly changesUs: readonly number[]
}

class Moments implements Churn {
  readonly onlineShare = 1
  readonly #momentsOf: (client: number) => KnownMoments
  /** How many changes it has been given. */
  readonly #given: Uint32Array

  constructor(count: number, momentsOf: (client: number) => KnownMoments) {
    this.#momentsOf = momentsOf
    this.#given = new Uint32Array(count)
  }

  isOnline(client: number): boolean {
    return this.#momentsOf(client).isOnlineAtStart !== ((this.#given[client] as number) % 2 === 1)
  }

  nextChangeUs(client: number): number {
    const given = this.#given[client] as number
    const atUs = this.#momentsOf(client).changesUs[given]
    if (atUs === undefined) {
      return Infinity
    }
    this.#given[client] = given + 1
    return atUs
  }
}

const NEVER: KnownMoments = { isOnlineAtStart: false, changesUs: [] }

/** Sessions of a client that overlap or touch are one. */
function traceMoments({
  sessions
}: ChurnModel & { readonly type: 'trace' }): (client: number) => KnownMoments {
  const sorted = [...sessions].sort((a, b) => a.client - b.client || a.fromUs - b.fromUs)
  const all = new Map<number, number[]>()
  for (const { client, fromUs, toUs } of sorted) {
    const moments = all.get(client) ?? []
    all.set(client, moments)
    const lastUs = moments.at(-1)
    if (lastUs !== undefined && fromUs <= lastUs) {
      moments[moments.length - 1] = Math.max(lastUs, toUs)
    } else {
      moments.push(fromUs, toUs)
    }
  }
  const known = new Map(
    [...all].map(([client, moments]) => [
      client,
      moments[0] === 0
        ? { isOnlineAtStart: true, changesUs: moments.slice(1) }
        : { isOnlineAtStart: false, changesUs: moments }
    ])
  )
  return (client) => known.get(client) ?? NEVER
}

function crowdMoments(
  { atUs, forUs, withinUs }: ChurnModel & { readonly type: 'flash-crowd' },
  seed: number
): (client: number) => KnownMoments {
  return (client) => {
    const comesUs = atUs + 1 + randomStream(seed, 'churn', client).below(Math.max(withinUs, 1))
    const goesUs = atUs + forUs
    return comesUs < goesUs ? { isOnlineAtStart: false, changesUs: [comesUs, goesUs] } : NEVER
  }
}
