import type { AddressInfo } from 'node:net'

/** How others dial what listens at `bound`: a multiaddr. For all of a machine's addresses it names one that leads there. */
export function dialableAddress(bound: AddressInfo): string {
  const [host = bound.family === 'IPv6' ? '::1' : '127.0.0.1'] = hostsOf(bound, [bound.family])
  return multiaddrText(host, bound.port)
}

/** The same, where the port is encrypted. */
export function encryptedAddress(bound: AddressInfo): string {
  return dialableAddress(bound).replace(/\/ws$/, '/tls/ws')
}

/**
 * How others dial what listens at `bound`, by every way there is: for all of a machine's addresses one multiaddr for each
 * that other machines may reach, none where it is alone.
 */
export function dialableAddresses(bound: AddressInfo): readonly string[] {
  const families = bound.family === 'IPv6' ? ['IPv4', 'IPv6'] : ['IPv4']
  return hostsOf(bound, families).map((host) => multiaddrText(host, bound.port))
}

function multiaddrText(host: string, port: number): string {
  return `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${String(port)}/ws`
}

/** The addresses of this machine that `bound` stands for, sorted by the order of `families`. */
function hostsOf(bound: AddressInfo, families: readonly string[]): readonly string[] {
  if (bound.address !== '0.0.0.0' && bound.address !== '::') {
    return [bound.address]
  }
  const { networkInterfaces } = process.getBuiltinModule('node:os')
  const candidates = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
  return families.flatMap((family) =>
    candidates.filter((candidate) => candidate.family === family).map(({ address }) => address)
  )
}

/** Such addresses only work with the name of an interface. */
function isLinkLocal(address: string): boolean {
  return address.startsWith('fe80:')
}
