import type { RunningConfig } from '../config/running-config.ts'
import type { CallHandlers } from './operator-server.ts'

export interface ConfigCallsOptions {
  readonly runningConfig: RunningConfig
}

/** What the relay goes by. */
export function configCalls({
  runningConfig
}: ConfigCallsOptions): Pick<CallHandlers, 'config show' | 'reload'> {
  return {
    'config show': (params) => runningConfig.show(params.has('next')),
    reload: () => runningConfig.reload()
  }
}
