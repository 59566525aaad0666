import { stringify } from 'yaml'
import type { RelayConfig } from '../config/config.ts'

/** The options of a relay that are not the default, as a file that `--config` takes; where its data is, the next machine says itself. */
export function configText({ changed }: Pick<RelayConfig, 'changed'>): string {
  const options = Object.fromEntries(Object.entries(changed).filter(([name]) => name !== 'data'))
  const lines = Object.keys(options).length === 0 ? '' : stringify(options)
  return `# The options of the relay when the backup was made: sealpost-relay run --config FILE\n${lines}`
}
