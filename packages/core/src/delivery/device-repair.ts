/** What is remembered of one device so that what goes wrong between it and this one is put right: a part of its progress row. */
import { create } from '@bufbuild/protobuf'
import type { NumberRange } from '@sealpost/protocol'
import {
  NumberRangeRowSchema,
  type ProgressRow,
  RefillSchema,
  ResendAskSchema,
  UnreadablePlaceSchema
} from '@sealpost/protocol/home'

/** Changed in place; saved with the device's progress. */
export interface DeviceRepair {
  /** When something of it was last read, give or take an hour; 0 for never. */
  heardAtMs: number
  /** Since when what is sent to it has had no answer, give or take a day; 0 where nothing was sent since. */
  unansweredSinceMs: number
  /** How many of its messages could not be read, in a row. */
  unreadableCount: number
  /** Whether the next message to it begins a session. */
  isSessionBroken: boolean
  /** What stands in the conversation for what could not be read, oldest first. */
  unreadable: readonly UnreadablePlace[]
  ask: ResendAsk
  /** What is to be encrypted anew for it; undefined where nothing is. */
  refill: Refill | undefined
  /** When a resend request of it was last followed, and how many in a row led to nothing. */
  resentAtMs: number
  resendCount: number
  /** Whether it is to say first what it holds: a new device, or one that was left out for its silence. */
  isUnfilled: boolean
}

export interface UnreadablePlace {
  readonly messageKey: string
  readonly atMs: number
  /** Whether it was waited for long enough, and says so. */
  readonly isLost: boolean
}

/** How what a device lacks to be read is asked for. */
export interface ResendAsk {
  /** Since when something is lacking; 0 where nothing is. */
  readonly lackingSinceMs: number
  /** When it was last asked, and how often since then. */
  readonly askedAtMs: number
  readonly count: number
  /** Whether it is to be asked as soon as may be: no relay has the request. */
  readonly isOwed: boolean
  /** Of what could not be read; empty for a gap. */
  readonly ciphertextHash: string
  /**
   * Whether it is asked even where nothing is known to be lacking: this home may not know what it lacks, or the device what of its
   * own did not come.
   */
  readonly isBlind: boolean
  /** Of what else could not be read, until a relay has the request that names it. */
  readonly furtherHashes: readonly string[]
}

export interface Refill {
  readonly ranges: readonly NumberRange[]
  /** Whether what waits for it in the outbox is encrypted anew. */
  readonly isAnew: boolean
  /** Whether what does not wait for it there is made from what other devices' rows or the messages hold. */
  readonly isFilling: boolean
  /** Whether it asked, and so is told what cannot be made. */
  readonly isAsked: boolean
  /** Whether the device is to hear first how it can answer: it does not know this one, and would refuse it. */
  readonly waitsForAddress?: boolean
}

export const NOTHING_ASKED: ResendAsk = {
  lackingSinceMs: 0,
  askedAtMs: 0,
  count: 0,
  isOwed: false,
  ciphertextHash: '',
  isBlind: false,
  furtherHashes: []
}

/** Of a device that nothing is wrong with. */
export function noRepair(): DeviceRepair {
  return {
    heardAtMs: 0,
    unansweredSinceMs: 0,
    unreadableCount: 0,
    isSessionBroken: false,
    unreadable: [],
    ask: NOTHING_ASKED,
    refill: undefined,
    resentAtMs: 0,
    resendCount: 0,
    isUnfilled: false
  }
}

export function repairOfRow(row: ProgressRow): DeviceRepair {
  const { ask, refill } = row
  return {
    heardAtMs: row.heardAtMs,
    unansweredSinceMs: row.unansweredSinceMs,
    unreadableCount: row.unreadableCount,
    isSessionBroken: row.isSessionBroken,
    unreadable: row.unreadable.map(({ messageKey, atMs, isLost }) => ({
      messageKey,
      atMs,
      isLost
    })),
    ask: {
      lackingSinceMs: ask?.lackingSinceMs ?? 0,
      askedAtMs: ask?.askedAtMs ?? 0,
      count: ask?.count ?? 0,
      isOwed: ask?.isOwed ?? false,
      ciphertextHash: ask?.ciphertextHash ?? '',
      isBlind: ask?.isBlind ?? false,
      furtherHashes: ask?.furtherHashes ?? []
    },
    refill:
      refill === undefined
        ? undefined
        : {
            ranges: refill.ranges.map(({ first, last }) => ({ first, last })),
            isAnew: refill.isAnew,
            isFilling: refill.isFilling,
            isAsked: refill.isAsked,
            waitsForAddress: refill.waitsForAddress
          },
    resentAtMs: row.resentAtMs,
    resendCount: row.resendCount,
    isUnfilled: row.isUnfilled
  }
}

/** Sets the fields of a row that say it. */
export function writeRepair(row: ProgressRow, repair: DeviceRepair): void {
  row.heardAtMs = repair.heardAtMs
  row.unansweredSinceMs = repair.unansweredSinceMs
  row.unreadableCount = repair.unreadableCount
  row.isSessionBroken = repair.isSessionBroken
  row.unreadable = repair.unreadable.map((place) => create(UnreadablePlaceSchema, place))
  if (repair.ask !== NOTHING_ASKED) {
    const furtherHashes = [...repair.ask.furtherHashes]
    row.ask = create(ResendAskSchema, { ...repair.ask, furtherHashes })
  }
  if (repair.refill !== undefined) {
    const ranges = repair.refill.ranges.map((range) => create(NumberRangeRowSchema, range))
    row.refill = create(RefillSchema, { ...repair.refill, ranges })
  }
  row.resentAtMs = repair.resentAtMs
  row.resendCount = repair.resendCount
  row.isUnfilled = repair.isUnfilled
}
