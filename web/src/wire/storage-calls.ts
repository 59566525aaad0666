/** What a page may ask about the room that the home takes, and about what passed over the network. */
import type { ConversationSize } from '@sealpost/client'

/** Bytes that passed to and from relays and on direct paths. */
export interface Passed {
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly sinceMs: number
}

export interface DataUse {
  /** Since the home was opened. */
  readonly now: Passed
  /** As long as it is counted, up to now. */
  readonly all: Passed
}

export interface StorageCalls {
  /** What each conversation takes of this browser, the largest first. */
  readonly conversationSizes: () => Promise<readonly ConversationSize[]>
  readonly dataUse: () => Promise<DataUse>
  /** Tries whether there is room again, now and not at the next of the tries that are made by themselves. */
  readonly tryWriting: () => Promise<void>
}

export const STORAGE_CALLS = ['conversationSizes', 'dataUse', 'tryWriting'] as const

/** Undefined for what is none. */
export function parsePassed(value: unknown): Passed | undefined {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value ? { ...value } : {}
  const { sentBytes, receivedBytes, sinceMs } = given
  return isCount(sentBytes) && isCount(receivedBytes) && isCount(sinceMs)
    ? { sentBytes, receivedBytes, sinceMs }
    : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
