/**
 * Whether the session with a device can be relied on, and when it is replaced by one that begins from the device's newest bundle.
 *
 * ```
 *   well --29 days unanswered; three in a row that cannot be read; told, or seen, that it is lost;
 *    ^      a third resend request in a row that led to nothing --> broken
 *    +---- the next message begins another; something is read after all ----+
 * ```
 * Both sides may begin a session at once: each then reads the other's, and they meet in one of the two. Where nothing is read in what
 * one begins, the next waits: for a minute, then for longer and longer, so that two who read nothing of each other make no storm.
 */
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { DeviceRepair } from './device-repair.ts'
import type { ProgressTable } from './progress.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** An engine stops using a session that nobody answered after 30 days. */
const UNANSWERED_MS: number = 29 * DAY_MS
/** Messages in a row that cannot be read. One or two are what reordering does to a session that is well. */
const UNREADABLE_COUNT = 3
/** Resend requests in a row after which nothing was received. */
const RESEND_COUNT = 3
/** So long after a session was begun in vain the next is, then twice as long, and so on. */
const BEGIN_AGAIN_MS = 60_000
const BEGIN_AGAIN_MAX_MS = HOUR_MS

export class SessionHealth {
  readonly #kernel: PeerKernel
  readonly #progress: ProgressTable
  /** Devices that answered what they were sent; as keys of `deviceKey`. Not written down before the row is a day old. */
  readonly #answered = new Set<string>()
  /** Sessions that were begun since something was read, and when the last was, in steady time; as keys of `deviceKey`. */
  readonly #begun = new Map<string, { readonly count: number; readonly atMs: number }>()

  constructor(kernel: PeerKernel, progress: ProgressTable) {
    this.#kernel = kernel
    this.#progress = progress
  }

  /** Whether the next message to a device is to begin a session, at `nowMs`. */
  mustReplace(contactId: ContactId, device: DeviceNumber, nowMs: number): boolean {
    const { isSessionBroken, unansweredSinceMs } = this.#repair(contactId, device)
    const isUnanswered =
      unansweredSinceMs !== 0 &&
      !this.#answered.has(deviceKey(contactId, device)) &&
      nowMs - unansweredSinceMs >= UNANSWERED_MS
    return (isSessionBroken && this.waitMs(contactId, device) === 0) || isUnanswered
  }

  /** How long it is until another session may be begun, because of those that led to nothing. */
  waitMs(contactId: ContactId, device: DeviceNumber): number {
    const begun = this.#begun.get(deviceKey(contactId, device))
    if (begun === undefined) {
      return 0
    }
    const waitMs = Math.min(BEGIN_AGAIN_MAX_MS, BEGIN_AGAIN_MS * 2 ** (begun.count - 1))
    return Math.max(0, begun.atMs + waitMs - this.#kernel.steadyMs)
  }

  /** Whether what a device sends cannot be read, so that it is to begin a session. */
  isBroken(contactId: ContactId, device: DeviceNumber): boolean {
    return this.#repair(contactId, device).isSessionBroken
  }

  /** Something was encrypted for a device. @param isNewSession whether it begins a session. */
  sent(contactId: ContactId, device: DeviceNumber, isNewSession: boolean): void {
    const repair = this.#repair(contactId, device)
    const now = this.#kernel.atMs
    const key = deviceKey(contactId, device)
    const wasAnswered = this.#answered.delete(key)
    const ageMs = now - repair.unansweredSinceMs
    // What is from later than now tells that the clock was set since.
    const isFirst = repair.unansweredSinceMs === 0 || ageMs < -DAY_MS
    if (isNewSession || isFirst || (wasAnswered && ageMs >= DAY_MS)) {
      repair.unansweredSinceMs = now
      if (isNewSession) {
        const { count } = this.#begun.get(key) ?? { count: 0 }
        this.#begun.set(key, { count: count + 1, atMs: this.#kernel.steadyMs })
        repair.isSessionBroken = false
        repair.unreadableCount = 0
        repair.resendCount = 0
      }
      this.#progress.save(contactId, device)
    }
  }

  /** Something of a device was read. @param isProgress whether it tells that something of ours was, too. */
  read(contactId: ContactId, device: DeviceNumber, isProgress: boolean): void {
    const repair = this.#repair(contactId, device)
    const now = this.#kernel.atMs
    this.#answered.add(deviceKey(contactId, device))
    this.#begun.delete(deviceKey(contactId, device))
    const isOld = repair.unansweredSinceMs !== 0 && now - repair.unansweredSinceMs >= DAY_MS
    const isResent = isProgress && repair.resendCount > 0
    const isHeard = Math.abs(now - repair.heardAtMs) >= HOUR_MS
    if (isHeard || isOld || isResent || repair.unreadableCount > 0 || repair.isSessionBroken) {
      repair.heardAtMs = isHeard ? now : repair.heardAtMs
      repair.unansweredSinceMs = isOld ? 0 : repair.unansweredSinceMs
      repair.resendCount = isProgress ? 0 : repair.resendCount
      repair.unreadableCount = 0
      repair.isSessionBroken = false
      this.#progress.save(contactId, device)
    }
  }

  /** This home's side of the session is older than the device's: the next message begins another. Saved with what else changes. */
  fellBehind(contactId: ContactId, device: DeviceNumber): void {
    this.#repair(contactId, device).isSessionBroken = true
  }

  /**
   * Something of a device could not be read. Saved with what else that changes.
   *
   * @param isSessionLost whether there is no session that could have read it.
   */
  unreadable(contactId: ContactId, device: DeviceNumber, isSessionLost: boolean): void {
    const repair = this.#repair(contactId, device)
    repair.unreadableCount += 1
    if (isSessionLost || repair.unreadableCount >= UNREADABLE_COUNT) {
      repair.isSessionBroken = true
    }
  }

  /** A resend request is followed. Saved with what else that changes. @param isToldBroken whether it says that the session is. */
  asked(contactId: ContactId, device: DeviceNumber, isToldBroken: boolean): void {
    const repair = this.#repair(contactId, device)
    repair.resendCount += 1
    if (isToldBroken || repair.resendCount % RESEND_COUNT === 0) {
      repair.isSessionBroken = true
    }
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#answered.delete(deviceKey(contactId, device))
    this.#begun.delete(deviceKey(contactId, device))
  }

  #repair(contactId: ContactId, device: DeviceNumber): DeviceRepair {
    return this.#progress.get(contactId, device).repair
  }
}
