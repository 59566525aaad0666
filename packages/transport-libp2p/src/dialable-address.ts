import type { AddressInfo } from 'node:net'

/** How others dial what listens at `bound`: a multiaddr. For all of a machine's addresses it names one that leads there. */
export function dialableAddress(bound: AddressInfo): string {
  const isWildcard = bound.address === '0.0.0.0' || bound.address === '::'
  const host = isWildcard ? firstAddress(bound.family) : bound.address
  return `/${host.includes(':') ? 'ip6' : 'ip4'}/${host}/tcp/${String(bound.port)}/ws`
}

/** An address by which other machines may reach this one; loopback where it is alone. */
function firstAddress(family: string): string {
  const { networkInterfaces } = process.getBuiltinModule('node:os')
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((candidate) => !candidate.internal && isReachable(candidate, family))
  return address?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}

/** Link-local addresses only work with the name of an interface. */
function isReachable(candidate: { family: string; address: string }, family: string): boolean {
  return candidate.family === family && !candidate.address.startsWith('fe80:')
}
