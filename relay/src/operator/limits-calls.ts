import { reserveBytesOf } from '@sealpost/core'
import type { LimitAnswer, StatusAnswer } from '@sealpost/operator'
import type { RunningRelay } from '../compose.ts'
import { OPTION_ROWS } from '../config/option-rows.ts'
import type { RunningConfig } from '../config/running-config.ts'
import type { CallHandlers } from './operator-server.ts'

export interface LimitsCallsOptions {
  readonly relay: Pick<RunningRelay, 'overview'>
  readonly runningConfig: RunningConfig
  readonly load: () => StatusAnswer['load']
}

/** Sections of options that bound something. */
const SECTIONS: readonly string[] = ['Rates', 'Mailboxes', 'Connections', 'Store']

/** What bounds the relay. */
export function limitsCalls(options: LimitsCallsOptions): Pick<CallHandlers, 'limits'> {
  return {
    limits: () => {
      const counted = countedNow(options)
      const { runningConfig } = options
      // Who may begin is asked for among the rates, and bounds nothing.
      const rows = OPTION_ROWS.filter(
        ({ name, section }) =>
          SECTIONS.includes(section) &&
          (name in counted || typeof runningConfig.valueOf(name) === 'number')
      )
      return {
        load: options.load(),
        limits: rows.map(({ name, unit }): LimitAnswer => {
          const value = runningConfig.valueOf(name)
          const { limit, used } = counted[name] ?? {}
          const said = typeof value === 'number' ? value : undefined
          return { option: name, unit, limit: limit ?? said, used }
        })
      }
    }
  }
}

interface Counted {
  /** Where it is not what the option says. */
  readonly limit?: number
  readonly used?: number | undefined
}

/** By option, what is counted for the whole relay, and what its disk makes of its options. */
function countedNow({
  relay,
  runningConfig
}: LimitsCallsOptions): Readonly<Partial<Record<string, Counted>>> {
  const { machine, disk } = relay.overview()
  return {
    'connections-max': { used: machine?.connectionCount },
    'subscriptions-max': { used: machine?.subscriptionCount },
    'pending-reads-max': { used: machine?.readCount },
    'mailbox-cache-size': { used: machine?.cachedMailboxCount },
    ...(disk && storeBounds(disk, runningConfig))
  }
}

function storeBounds(
  disk: NonNullable<ReturnType<RunningRelay['overview']>['disk']>,
  { config }: RunningConfig
): Readonly<Record<string, Counted>> {
  const { storeBytes, freeBytes, totalBytes } = disk
  const { storeBytesMax } = config.relay
  const reserveBytes = reserveBytesOf(config.relay, totalBytes)
  const room = storeBytes + Math.max(0, freeBytes - reserveBytes)
  const limit = storeBytesMax === 0 ? room : Math.min(storeBytesMax, room)
  return {
    'store-bytes-max': { limit, used: storeBytes },
    'reserve-bytes': { limit: reserveBytes }
  }
}
