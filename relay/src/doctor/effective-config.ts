import { isOperatorError, ParamValues } from '@sealpost/operator'
import { isSealpostError } from '@sealpost/protocol'
import { readConfig, type RelayConfig } from '../config/config.ts'
import { environmentName, STARS } from '../config/option-rows.ts'
import { callRelay } from '../operator/call-relay.ts'

/**
 * What the relay that runs goes by: only that knows the flags and the environment it was started with. Secrets are left as they are by
 * default, since it tells nobody what they are.
 *
 * @param data the data directory, absolute
 * @param flags win over what the relay goes by: whoever says them tries what would be
 * @returns undefined where it does not say, as where it stops meanwhile
 */
export async function effectiveConfig(
  data: string,
  flags: ReadonlyMap<string, readonly string[]>
): Promise<RelayConfig | undefined> {
  try {
    const { options } = await callRelay(data, 'config show', ParamValues.parse([], {}))
    const environment = Object.fromEntries(
      options
        .filter(({ source, value }) => source !== 'default' && value !== STARS)
        .map(({ name, value }) => [environmentName(name), value])
    )
    return readConfig({ flags, environment })
  } catch (error) {
    if (!isOperatorError(error) && !isSealpostError(error)) {
      throw error
    }
    return undefined
  }
}
