/** What bounds a relay, and how near it is. */
import type { CallRow } from '../call-row.ts'
import type { Overload } from '../watch/overload-text.ts'

export interface LimitAnswer {
  /** The option that sets it. */
  readonly option: string
  readonly unit: string
  /** undefined where only something else bounds it. */
  readonly limit: number | undefined
  /** What there is now; undefined where it holds for each connection, mailbox or range of addresses, which nobody counts here. */
  readonly used: number | undefined
}

/** What each call answers. */
export interface LimitsAnswers {
  /** In the order in which people read the options. */
  readonly limits: {
    readonly limits: readonly LimitAnswer[]
    /** What is turned away beyond them because there is too much to do, and what led there. */
    readonly load: Overload
  }
}

export const LIMITS_CALLS: Readonly<Record<keyof LimitsAnswers, CallRow>> = {
  limits: {
    roles: ['operator', 'security'],
    isChange: false,
    sentence:
      'Shows what bounds the relay as it runs, and how near it is to each bound of the whole.',
    params: []
  }
}
