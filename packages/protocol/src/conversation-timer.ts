/** How long what is said in a conversation stays: the words of both people and of own devices have it. */

/** How long what is said stays. Of several the later by time, then by seconds, counts. */
export interface ConversationTimer {
  /** 0, for ever, to `TIMER_SECONDS_MAX`. */
  readonly seconds: number
  /** In network time, below 2^48. */
  readonly changedAtMs: number
}
