/** Whether somebody whose home nothing seals is reminded of it over their chats. */
import type { Relay } from '@sealpost/client'
import type { ChatSummary, HomeState } from '../wire/peer-api.ts'
import { connectionOf } from './connection.ts'

/** A week: often enough for what stays open all the time, and seldom enough that nobody learns not to read it. */
export const REMINDED_AGAIN_MS = 604_800_000

export interface Reminded {
  readonly home: HomeState
  readonly chats: readonly ChatSummary[] | undefined
  readonly relays: readonly Relay[]
  /** When they last said "not now"; undefined where they never did. */
  readonly putOffAtMs: number | undefined
  readonly nowMs: number
}

/**
 * Not before there is a message, which is the first thing that somebody else could read: until then they have just been asked, and there
 * is enough to see. Not beside anything that is wrong: what keeps messages from being kept or sent comes first.
 */
export function isReminderDue({ home, chats, relays, putOffAtMs, nowMs }: Reminded): boolean {
  if (home.type !== 'open' || home.isProtected) {
    return false
  }
  const isWell =
    home.storeProblem === undefined &&
    home.stopped === undefined &&
    connectionOf(relays).kind !== 'offline'
  const hasMessages = chats?.some(({ last }) => last !== undefined) === true
  return isWell && hasMessages && !isPutOff(putOffAtMs, nowMs)
}

/** A time that is still to come was noted with a clock that was wrong, and counts for nothing. */
function isPutOff(atMs: number | undefined, nowMs: number): boolean {
  return atMs !== undefined && atMs <= nowMs && nowMs < atMs + REMINDED_AGAIN_MS
}
