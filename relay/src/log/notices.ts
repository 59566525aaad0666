import type { RelayNotice } from '@sealpost/core'
import type { Log } from '@sealpost/host'

/** Writes what a machine noticed into the operator's log: closed words and counts. */
export function logNotice(log: Log, notice: RelayNotice): void {
  switch (notice.event) {
    case 'capacity-changed': {
      const { from, to } = notice
      if (to === 'open') {
        log.info('relay.capacity.changed', { from, to })
      } else {
        log.warn('relay.capacity.changed', { from, to })
      }
      return
    }
    case 'refused':
      log.debug('relay.request.refused', { verb: notice.verb, reason: notice.reason })
      return
    case 'connection-refused':
      log.debug('relay.connection.refused', { reason: notice.reason })
      return
    case 'connection-cut':
      log.debug('relay.connection.cut', { code: notice.code })
      return
    case 'blocked':
      log.debug('relay.mailbox.blocked')
      return
    case 'expired': {
      const { envelopeCount, envelopeBytes, tombstoneCount } = notice
      log.debug('relay.expired', { envelopeCount, envelopeBytes, tombstoneCount })
      return
    }
    case 'erased':
      log.debug('relay.erased', { what: notice.what, reason: notice.reason })
      return
    case 'row-corrupt':
      log.error('relay.row.corrupt', { table: notice.table })
      return
    case 'draining':
      log.info('relay.draining')
  }
}
