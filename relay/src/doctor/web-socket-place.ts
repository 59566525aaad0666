/** Where an address for people leads, as a request over HTTP has it. */
export interface WebSocketPlace {
  readonly host: string
  readonly port: number
  readonly isEncrypted: boolean
}

/** @returns undefined for what does not say so: a kind of address that the relay does not listen on. */
export function webSocketPlace(address: string): WebSocketPlace | undefined {
  const [, host, port, end] =
    /^\/(?:ip4|ip6|dns|dns4|dns6)\/([^/]+)\/tcp\/(\d{1,5})\/(ws|wss|tls\/ws)(?:\/p2p\/[^/]+)?$/.exec(
      address
    ) ?? []
  return host === undefined ? undefined : { host, port: Number(port), isEncrypted: end !== 'ws' }
}
