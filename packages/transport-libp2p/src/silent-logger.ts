import type { ComponentLogger, Logger } from '@libp2p/interface'

const drop = (): void => undefined

const logger: Logger = Object.assign(drop, {
  enabled: false,
  error: drop,
  trace: drop,
  newScope: (): Logger => logger
})

/**
 * Keeps libp2p quiet, whatever `DEBUG` says: its log names peer ids and network addresses, which house rules keep out of
 * logs. It is one object for all, so that a connection does not carry a dozen loggers of its own.
 */
export const silentLogger: ComponentLogger = { forComponent: () => logger }
