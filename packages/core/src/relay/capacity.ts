/**
 * How full a relay is. People who use it already come first: the fuller it is, the less is taken in, and what makes room (acks,
 * recalls, destroys) is always taken.
 *
 * ```
 *   open --80 %--> no-new-mailboxes --90 %--> busy --95 %, or the reserve touched--> read-only
 *        <--78 %--                  <--88 %--      <--93 %, and 1/10 above the reserve--
 * ```
 *
 * Fullness is the nearer of two: what is used of the file system but for the reserve, and what the store takes of its own limit.
 */
import type { Capacity } from '@sealpost/protocol'
import type { RelayOptions } from './options.ts'

const MIB = 1024 * 1024

/** What the app last measured. */
export interface DiskUse {
  readonly freeBytes: number
  readonly totalBytes: number
  readonly storeBytes: number
}

const LADDER: readonly Capacity[] = ['open', 'no-new-mailboxes', 'busy', 'read-only']
/** Fullness from which each step above `open` holds. */
const STEPS: readonly number[] = [0, 0.8, 0.9, 0.95]
/** A step is left only so far below where it began, so that a relay on the edge does not flap. */
const HYSTERESIS = 0.02
/** The reserve is restored only when so much of it again is free beyond it. */
const RESERVE_HYSTERESIS = 1.1

/**
 * The bytes that stay free: the operator's, else 5 % of the file system and at least 512 MiB, but never more than a quarter of it.
 */
export function reserveBytesOf(options: RelayOptions, totalBytes: number): number {
  if (options.reserveBytes !== undefined) {
    return options.reserveBytes
  }
  return Math.min(Math.max(totalBytes * 0.05, 512 * MIB), totalBytes / 4)
}

/** From 0 to 1, and beyond where a limit was lowered. */
function fullnessOf(disk: DiskUse, options: RelayOptions): number {
  const usable = Math.max(1, disk.totalBytes - reserveBytesOf(options, disk.totalBytes))
  const ofDisk = Math.max(0, disk.totalBytes - disk.freeBytes) / usable
  const ofLimit = options.storeBytesMax > 0 ? disk.storeBytes / options.storeBytesMax : 0
  return Math.max(ofDisk, ofLimit)
}

/** The step that follows from the disk's use, given the one that holds. */
export function nextCapacity(current: Capacity, disk: DiskUse, options: RelayOptions): Capacity {
  const fullness = fullnessOf(disk, options)
  const held = LADDER.indexOf(current)
  let step = 0
  for (let i = 1; i < STEPS.length; i++) {
    const from = (STEPS[i] ?? 1) - (i <= held ? HYSTERESIS : 0)
    // Rounding must not decide on which side of a round figure a relay is.
    if (fullness >= from - 1e-9) {
      step = i
    }
  }
  const reserve = reserveBytesOf(options, disk.totalBytes)
  const isReserveTouched =
    disk.freeBytes <= (current === 'read-only' ? reserve * RESERVE_HYSTERESIS : reserve)
  return isReserveTouched ? 'read-only' : (LADDER[step] ?? 'read-only')
}
