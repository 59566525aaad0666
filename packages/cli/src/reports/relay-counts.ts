/** Tells the relay on this machine what its desk counted, over the socket in its data directory: numbers, and nothing of anybody. */
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import type { Desk } from '@sealpost/client'
import { findSocketPath } from '@sealpost/local-socket'
import type { Context } from '../command.ts'
import { sentences } from '../sentences.ts'
import { warn } from '../show.ts'

const ANSWER_MS = 10_000
/** What did not change is told again, since a relay that started anew knows nothing of it. */
const AGAIN_MS = 5 * 60_000
/** What the relay is told of: the months that its page shows. */
const MONTHS_MAX = 12
const CAUSES_MAX = 20

export class RelayCounts {
  readonly #context: Context
  readonly #desk: Desk
  readonly #data: string
  #told = ''
  #toldAtMs = 0
  #isFailed = false
  #waker = new AbortController()

  private constructor(context: Context, desk: Desk, data: string) {
    this.#context = context
    this.#desk = desk
    this.#data = resolve(context.directory, data)
  }

  /** Undefined where no relay is named. */
  static of(context: Context, desk: Desk): RelayCounts | undefined {
    const data = context.values.optionalText('--relay-data')
    return data === undefined ? undefined : new RelayCounts(context, desk, data)
  }

  /** Something was counted: whoever waits with `signal` waits no more. */
  wake(): void {
    this.#waker.abort()
  }

  signal(parent: AbortSignal): AbortSignal {
    return AbortSignal.any([parent, this.#waker.signal])
  }

  /** Tells what is not told yet. What fails is said once, and tried again the next time. */
  async tell(): Promise<void> {
    this.#waker = new AbortController()
    const counts = await this.#counts()
    const nowMs = this.#context.clock.monotonicMs()
    if (counts === this.#told && nowMs - this.#toldAtMs < AGAIN_MS) {
      return
    }
    try {
      await post(this.#data, JSON.stringify({ counts }))
      this.#told = counts
      this.#toldAtMs = nowMs
      this.#isFailed = false
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (!this.#isFailed) {
        await warn(this.#context, sentences.desk.relayUntold(why))
      }
      this.#isFailed = true
    }
  }

  async #counts(): Promise<string> {
    const tickets = await this.#desk.tickets()
    const months = (await this.#desk.counts()).slice(0, MONTHS_MAX)
    const waits = tickets.filter(
      ({ state, waitsSinceMs }) => waitsSinceMs > 0 && state !== 'withdrawn'
    )
    return JSON.stringify({
      ...(waits.length > 0 && {
        waitsSinceMs: Math.min(...waits.map(({ waitsSinceMs }) => waitsSinceMs))
      }),
      overdueCount: tickets.filter((ticket) => this.#desk.isOverdue(ticket)).length,
      months: months.map(({ byCause, ...month }) => {
        return { ...month, byCause: byCause.slice(0, CAUSES_MAX) }
      })
    })
  }
}

async function post(data: string, body: string): Promise<void> {
  const place = { socketPath: join(data, 'socket'), notePath: join(data, 'socket.path') }
  const socketPath = await findSocketPath(place)
  const { promise, resolve: done, reject } = Promise.withResolvers<undefined>()
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body)
  }
  const path = `/api/${encodeURIComponent('tickets report')}`
  const signal = AbortSignal.timeout(ANSWER_MS)
  const asking = request({ socketPath, path, method: 'POST', headers, signal }, (response) => {
    response.resume()
    response.on('error', reject)
    response.on('end', () => {
      if (response.statusCode === 200) {
        done(undefined)
      } else {
        reject(new RangeError(`it answered ${String(response.statusCode)}`))
      }
    })
  })
  asking.on('error', reject)
  asking.end(body)
  return promise
}
