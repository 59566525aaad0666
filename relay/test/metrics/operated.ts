/** What stands beside a relay in a test: nothing, unless the test says otherwise. */
import { NOT_TESTED } from '@sealpost/operator'
import type { ShownOperated } from '../../src/metrics/relay-metrics.ts'
import type { Operated } from '../../src/watch/operated-values.ts'

export function operatedAs(changed: Partial<Operated> = {}): Operated {
  return {
    certificate: undefined,
    backup: {
      work: undefined,
      newestAtMs: undefined,
      nextAtMs: undefined,
      proven: undefined,
      failure: undefined
    },
    tickets: { reportedAtMs: undefined, waitsSinceMs: undefined, months: [] },
    reach: NOT_TESTED,
    reachableShare: undefined,
    startedAtMs: 0,
    ...changed
  }
}

export function shownOperated(changed: Partial<Operated> = {}): ShownOperated {
  return {
    operated: () => operatedAs(changed),
    tickets: () => ({ summary: undefined, totals: new Map() })
  }
}
