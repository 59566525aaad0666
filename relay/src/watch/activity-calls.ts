import { HISTORY_SPANS } from '@sealpost/operator'
import type { CallHandlers } from '../operator/operator-server.ts'
import type { RelayWatch } from './relay-watch.ts'
import type { WatchCounters } from './watch-counters.ts'

/** What the relay does, at the moment and over a while. */
export function activityCalls(
  watch: RelayWatch,
  counters: Pick<WatchCounters, 'counts'>
): Pick<CallHandlers, 'activity' | 'history'> {
  return {
    activity: () => ({ counts: counters.counts, latest: watch.latest }),
    history: (params) => {
      const asked = HISTORY_SPANS.find((span) => span === params.optionalText('span'))
      return watch.historyOf(asked ?? 'hour')
    }
  }
}
