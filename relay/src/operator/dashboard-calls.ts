import { type Caller, ROLES } from '@sealpost/operator'
import { UsageError } from '@sealpost/protocol'
import type { Sessions } from '../dashboard/sessions.ts'
import type { CallHandlers } from './operator-server.ts'

export interface DashboardCallsOptions {
  readonly sessions: Sessions
  /** Where a browser of this machine finds the page; undefined where there is none, or no port for it. */
  readonly link: () => string | undefined
}

/** A browser gets less than the socket: it makes no tokens. */
const LOOKER: Caller = { roles: ROLES, name: 'dashboard' }

/** Lets a browser in, with what whoever asks may do. */
export function dashboardCalls({
  link,
  sessions
}: DashboardCallsOptions): Pick<CallHandlers, 'dashboard'> {
  return {
    dashboard: (_params, caller) => {
      const page = link()
      if (page === undefined) {
        const message =
          'This relay shows no dashboard: it needs an operator-listen that is free, and a build of the page, which npm run build:web makes.'
        throw new UsageError('SEALPOST_USAGE', message)
      }
      const { ticket, expiresAtMs } = sessions.issue(caller.isOwner === true ? LOOKER : caller)
      return { url: `${page}#ticket=${ticket}`, expiresAtMs }
    }
  }
}
