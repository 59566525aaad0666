/**
 * Whether a relay lives, has started, and is ready to keep what people send, for who looks from outside: a supervisor, a proxy,
 * a container.
 *
 * ```
 *   live:    timers go off in time
 *   started: the store was open once, and it listens
 *   ready:   it does not stop, the disk is above its reserve, and a row is on the disk for good within a second
 * ```
 *
 * What was found holds for a second, so that who asks often writes no more than who asks rarely.
 */
import type { Clock } from '@sealpost/host'
import type { LoopWatch } from '../world/loop-watch.ts'

/** A delay of timers from which a relay is of no use to anybody. */
const DELAY_MAX_MS = 1_000
/** A look takes no longer, or the relay is not ready; */
const LOOK_MAX_MS = 1_000
/** and the disk is measured in so much of it. */
const MEASURE_MAX_MS = 500
/** What was found holds so long. */
const KEPT_MS = 1_000

export type HealthReason = 'loop-delayed' | 'stopping' | 'store-closed' | 'disk-full' | 'store-slow'
export type HealthQuestion = 'live' | 'ready' | 'started'

/** It is well where there is no reason. */
export type Health = readonly HealthReason[]

/** What readiness is found out with. */
export interface HealthParts {
  readonly clock: Clock
  readonly loop: Pick<LoopWatch, 'delayMs'>
  readonly isStopping: () => boolean
  /** Whether the store is open and the machine runs. */
  readonly isOpen: () => boolean
  /** Looks at the disk now. */
  readonly measure: () => Promise<void>
  /** Whether the disk is above its reserve, as of the last look. */
  readonly hasRoom: () => boolean
  /** Resolves once a row is durable. @throws StorageError */
  readonly write: () => Promise<void>
}

export class RelayHealth {
  readonly #parts: HealthParts
  #ready: { readonly atMs: number; readonly found: Promise<Health> } | undefined
  #looking: Promise<HealthReason | undefined> | undefined

  constructor(parts: HealthParts) {
    this.#parts = parts
  }

  /** Never rejects; answers within little more than a second. */
  find(question: HealthQuestion): Promise<Health> {
    switch (question) {
      case 'live':
        return Promise.resolve(this.#parts.loop.delayMs < DELAY_MAX_MS ? [] : ['loop-delayed'])
      case 'started':
        // Whoever asks was answered, and nothing listens before the store is open.
        return Promise.resolve([])
      case 'ready':
        return this.#findReady()
    }
  }

  async #findReady(): Promise<Health> {
    const { clock, isStopping } = this.#parts
    // What is told at once needs no look.
    if (isStopping()) {
      return ['stopping']
    }
    const nowMs = clock.monotonicMs()
    if (this.#ready === undefined || nowMs - this.#ready.atMs >= KEPT_MS) {
      this.#ready = { atMs: nowMs, found: this.#lookInTime() }
    }
    return this.#ready.found
  }

  /** A look that takes too long goes on, and no other is begun meanwhile. */
  async #lookInTime(): Promise<Health> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    const reason = await this.#within(LOOK_MAX_MS, this.#looking, 'store-slow' as const)
    return reason === undefined ? [] : [reason]
  }

  async #within<Value>(ms: number, promise: Promise<Value>, late: Value): Promise<Value> {
    const { promise: isLate, resolve } = Promise.withResolvers<Value>()
    const cancelTimer = this.#parts.clock.setTimer(ms, () => {
      resolve(late)
    })
    const value = await Promise.race([promise, isLate])
    cancelTimer()
    return value
  }

  async #look(): Promise<HealthReason | undefined> {
    const { hasRoom, isOpen, measure, write } = this.#parts
    if (!isOpen()) {
      return 'store-closed'
    }
    // Where that takes long, what was measured before still holds: a look may also make the ballast.
    await this.#within(MEASURE_MAX_MS, measure(), undefined)
    // A write that finds no room would cost the store a new opening.
    if (!hasRoom()) {
      return 'disk-full'
    }
    try {
      await write()
      return undefined
    } catch {
      return 'store-closed'
    }
  }
}
