import { reportHtml, reportText } from '@sealpost/operator'
import type { CallHandlers } from '../operator/operator-server.ts'
import type { RelayWatch } from './relay-watch.ts'

/** A day or a week, summed up. */
export function reportCalls(watch: RelayWatch): Pick<CallHandlers, 'report'> {
  return {
    report: (params) => {
      const report = watch.reports.make(params.has('week') ? 'week' : 'day', watch.nowMs())
      return { text: reportText(report), html: reportHtml(report) }
    }
  }
}
