/** A relay by its host and port, as people know it; by the end of its key where it has none. */
export function relayName(address: string): string {
  const parts = address.split('/')
  const kind = parts.findIndex((part) => /^(?:dns|dns4|dns6|ip4|ip6)$/.test(part))
  const host = kind < 0 ? undefined : parts[kind + 1]
  if (host === undefined || host === '') {
    return address.length > KEY_END ? `…${address.slice(-KEY_END)}` : address
  }
  const port = parts[kind + 3] ?? ''
  const shown = parts[kind] === 'ip6' ? `[${host}]` : host
  return port === '' || port === '443' ? shown : `${shown}:${port}`
}

const KEY_END = 8
