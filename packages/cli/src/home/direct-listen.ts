/** Where a client that stays listens for contacts. */
import { ConfigError } from '@sealpost/protocol'
import { sentences } from '../sentences.ts'

/** An address of this machine and a port, 0 for any. */
export interface DirectEndpoint {
  readonly host: string
  readonly port: number
}

const PORT_MAX = 65_535
/** All addresses of this machine, at a port that the system chooses. */
const EVERYWHERE: readonly DirectEndpoint[] = [{ host: '0.0.0.0', port: 0 }]

/**
 * Reads `SEALPOST_LISTEN`: `HOST:PORT`, several with commas between; an IPv6 address in brackets.
 *
 * @throws ConfigError `SEALPOST_CONFIG_INVALID`
 */
export function readDirectListen(text: string | undefined): readonly DirectEndpoint[] {
  return text === undefined || text.trim() === '' ? EVERYWHERE : text.split(',').map(readEndpoint)
}

function readEndpoint(text: string): DirectEndpoint {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^\s[\]:]+)):(\d{1,5})$/.exec(text.trim()) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || !(port <= PORT_MAX)) {
    throw new ConfigError('SEALPOST_CONFIG_INVALID', sentences.direct.listenInvalid(text))
  }
  return { host, port }
}
