import { ConfigError, type SealpostError } from '@sealpost/protocol'
import type { ListenEndpoint } from '@sealpost/transport-libp2p'

const PORT_MAX = 0xffff

/** Names of this machine for itself. What is asked for by another name is not answered on the operator's port. */
const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost']

/**
 * Reads `HOST:PORT`, an IPv6 address in brackets: `127.0.0.1:7700`, `[::1]:7700`, `localhost:0`.
 *
 * @param option for errors: which one it was written for.
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`
 */
export function parseListen(text: string, option = 'listen'): ListenEndpoint {
  const [, inBrackets, bare, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/.exec(text) ?? []
  const host = inBrackets ?? bare
  const port = Number(digits)
  if (host === undefined || digits === undefined || port > PORT_MAX) {
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `${option} must be HOST:PORT with a port up to ${String(PORT_MAX)}, like 127.0.0.1:7700 or [::]:7700, not ${JSON.stringify(text)}.`
    )
  }
  return { host, port }
}

/**
 * Reads where the operator is answered: only on this machine. Figures are shown there to whoever asks, and a token would cross
 * a network in the clear; from elsewhere, SSH leads there.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`
 */
export function parseOperatorListen(text: string): ListenEndpoint {
  const endpoint = parseListen(text, 'operator-listen')
  if (!LOOPBACK.includes(endpoint.host)) {
    const port = String(endpoint.port)
    throw new ConfigError(
      'SEALPOST_CONFIG_INVALID',
      `operator-listen must be on this machine, like 127.0.0.1:${port}, not ${JSON.stringify(text)}. From elsewhere: ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE`
    )
  }
  return endpoint
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
