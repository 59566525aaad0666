/** The page on which an operator sees the relay. */
import type { CallRow } from '../call-row.ts'

/** What each call answers. */
export interface DashboardAnswers {
  /** Refused where the relay has no port for its operator, or no page. `expiresAtMs` is milliseconds since 1970. */
  readonly dashboard: { readonly url: string; readonly expiresAtMs: number }
}

export const DASHBOARD_CALLS: Readonly<Record<keyof DashboardAnswers, CallRow>> = {
  dashboard: {
    roles: ['operator', 'support', 'security'],
    isChange: false,
    sentence: 'Prints a link that opens the dashboard in a browser of this machine, once.',
    params: []
  }
}
