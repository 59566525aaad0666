/**
 * Resend requests of contacts' devices. Only the seal vouches for them, and others than the device may know its key: nothing of them
 * is believed but what to send once more, each device is followed once a minute at most and less often where it leads to nothing, and
 * what a request asks for beyond what waits for a receipt is bounded.
 *
 * ```
 *   request --soon after the last one--> waits (the latest of several)
 *      `------------ its time ---------> refill, receipt told again
 * ```
 */
import type { ContactId, DeviceNumber, NumberRange, ResendRequest } from '@sealpost/protocol'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { countNumbers, withoutRanges } from './number-ranges.ts'
import type { Outbox } from './outbox.ts'
import type { ProgressTable } from './progress.ts'
import type { Refills } from './refills.ts'
import type { SessionHealth } from './session-health.ts'

const FOLLOW_EVERY_MS = 60_000
const FOLLOW_EVERY_MAX_MS = 3_600_000
/** Once in so long, at most so many numbers that were receipted are sent again: more may be a lie, and gaps are asked for again. */
const RECEIPTED_EVERY_MS = 3_600_000
const RECEIPTED_COUNT_MAX = 256

export interface ResendAnswersParts {
  readonly kernel: PeerKernel
  readonly progress: ProgressTable
  readonly outbox: Outbox
  readonly health: SessionHealth
  readonly refills: Refills
  /** Our device, and our last number for a contact. */
  readonly ownDevice: () => DeviceNumber
  readonly lastNumber: (contactId: ContactId) => number
  /** Whether something was read that the device wrote at that time or later. */
  readonly isReadSince: (contactId: ContactId, device: DeviceNumber, atMs: number) => boolean
  /** Tells the device once more what is held. */
  readonly tellAgain: (contactId: ContactId, device: DeviceNumber) => void
}

export class ResendAnswers {
  readonly #parts: ResendAnswersParts
  /** As keys of `deviceKey`. */
  readonly #waiting = new Map<string, ResendRequest>()
  /** When numbers that were receipted were last sent again, in steady time. */
  readonly #receiptedAtMs = new Map<string, number>()

  constructor(parts: ResendAnswersParts) {
    this.#parts = parts
  }

  /** Follows a request, or does so when its time has come. */
  requested(contactId: ContactId, device: DeviceNumber, request: ResendRequest): void {
    const { kernel } = this.#parts
    const key = deviceKey(contactId, device)
    this.#waiting.set(key, request)
    if (!kernel.hasTimer(timerOf(key))) {
      kernel.setTimer(timerOf(key), this.#waitMs(contactId, device), () => {
        const latest = this.#waiting.get(key)
        this.#waiting.delete(key)
        if (latest !== undefined) {
          this.#follow(contactId, device, latest)
        }
      })
    }
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    this.#waiting.delete(key)
    this.#receiptedAtMs.delete(key)
    this.#parts.kernel.cancelTimer(timerOf(key))
  }

  #waitMs(contactId: ContactId, device: DeviceNumber): number {
    const { kernel, progress } = this.#parts
    const { resentAtMs, resendCount } = progress.get(contactId, device).repair
    const everyMs = FOLLOW_EVERY_MS * 2 ** Math.min(10, Math.max(0, resendCount - 1))
    const sinceMs = Math.abs(kernel.atMs - resentAtMs)
    return Math.max(0, Math.min(FOLLOW_EVERY_MAX_MS, everyMs) - sinceMs)
  }

  #follow(contactId: ContactId, device: DeviceNumber, request: ResendRequest): void {
    const { health, isReadSince, kernel, progress, refills, tellAgain } = this.#parts
    const { repair } = progress.get(contactId, device)
    const { sentAtMs, isSessionBroken } = request
    // What could be read since then was in a session that works.
    health.asked(contactId, device, isSessionBroken && !isReadSince(contactId, device, sentAtMs))
    repair.resentAtMs = kernel.atMs
    const ranges = this.#lacking(contactId, device, request)
    progress.save(contactId, device)
    refills.start(contactId, device, { ranges, isAnew: true, isFilling: true, isAsked: true })
    tellAgain(contactId, device)
  }

  /** What of ours the device does not say it holds. */
  #lacking(
    contactId: ContactId,
    device: DeviceNumber,
    request: ResendRequest
  ): readonly NumberRange[] {
    const { lastNumber, outbox, ownDevice, progress } = this.#parts
    const receiptedUpTo = progress.get(contactId, device).theirsDeliveredUpTo
    const word = request.progress.find((one) => one.device === ownDevice())
    const held = [
      { first: 1, last: word?.deliveredUpTo ?? receiptedUpTo },
      ...(word?.deliveredBeyond ?? [])
    ]
    const last = lastNumber(contactId)
    const lacking = withoutRanges([{ first: 1, last }], held)
    const unreceipted = withoutRanges(lacking, [{ first: 1, last: receiptedUpTo }])
    const receipted = newest(
      withoutRanges(lacking, [{ first: receiptedUpTo + 1, last }]),
      RECEIPTED_COUNT_MAX
    )
    const [oldest] = receipted
    if (oldest === undefined || !this.#mayDoubt(contactId, device)) {
      return unreceipted
    }
    outbox.doubt(contactId, device, oldest.first)
    return [...receipted, ...unreceipted]
  }

  #mayDoubt(contactId: ContactId, device: DeviceNumber): boolean {
    const key = deviceKey(contactId, device)
    const { steadyMs } = this.#parts.kernel
    const beforeMs = this.#receiptedAtMs.get(key)
    if (beforeMs !== undefined && steadyMs - beforeMs < RECEIPTED_EVERY_MS) {
      return false
    }
    this.#receiptedAtMs.set(key, steadyMs)
    return true
  }
}

/** The largest numbers of ranges, at most `count` of them. */
function newest(ranges: readonly NumberRange[], count: number): readonly NumberRange[] {
  const excess = countNumbers(ranges) - count
  let left = excess
  return ranges.flatMap(({ first, last }) => {
    const skipped = Math.min(Math.max(0, left), last - first + 1)
    left -= skipped
    return first + skipped > last ? [] : [{ first: first + skipped, last }]
  })
}

function timerOf(key: string): string {
  return `resend ${key}`
}
