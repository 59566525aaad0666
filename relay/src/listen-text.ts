import { ConfigError, type SealpostError } from '@sealpost/protocol'
import type { ListenEndpoint } from '@sealpost/transport-libp2p'

const PORT_MAX = 0xffff

/**
 * Reads `HOST:PORT`, an IPv6 address in brackets: `127.0.0.1:7700`, `[::1]:7700`, `localhost:0`.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`
 */
export function parseListen(text: string): ListenEndpoint {
  const [, inBrackets, bare, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = inBrackets ?? bare
  const port = Number(digits)
  if (host === undefined || digits === undefined || port > PORT_MAX) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `listen must be HOST:PORT with a port up to ${String(PORT_MAX)}, like 127.0.0.1:7700 or [::]:7700, not ${JSON.stringify(text)}.`
    )
  }
  return { host, port }
}

/** Where it cannot be listened, why, and what to do. */
export function listenError(
  endpoints: readonly ListenEndpoint[],
  error: SealpostError
): ConfigError {
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.code
  const where = endpoints.map(({ host, port }) => `${host}:${String(port)}`).join(' and ')
  const why =
    code === 'EADDRINUSE'
      ? 'something listens there already. Stop that'
      : `it is no address of this machine, or not allowed (${code}). Correct it`
  return new ConfigError(
    'SEALPOST_LISTEN_FAILED',
    `The relay cannot listen on ${where}: ${why}, or give another --listen.`,
    { cause: error }
  )
}
