import type { BlockList } from 'node:net'

/** Addresses of reverse proxies whose word is taken on whom they speak for. */
export class TrustedProxies {
  readonly #list: BlockList | undefined

  /** @param ranges each an IP address, or one with the length of its prefix: `10.0.0.0/8`. Others are left out. */
  constructor(ranges: readonly string[]) {
    this.#list = ranges.length === 0 ? undefined : listOf(ranges)
  }

  /** Whether it is one of them. */
  has(address: string): boolean {
    const bare = withoutMapping(address).replace(/%.*$/, '')
    const family = familyOf(bare)
    return family !== undefined && this.#list?.check(bare, family) === true
  }

  /**
   * Whom a trusted proxy speaks for: the last address in `X-Forwarded-For` that is not a trusted proxy itself. What stands before
   * it was written by who is not trusted, and is not believed.
   *
   * @returns an empty text where there is none.
   */
  clientBehind(forwarded: string): string {
    const addresses = forwarded.split(',').map((address) => address.trim())
    return addresses.findLast((address) => !this.has(address)) ?? addresses[0] ?? ''
  }
}

/** Whether a text is an IP address, or one with the length of its prefix. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined
}

/** IPv4 addresses arrive written as IPv6 where one socket listens for both. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

type Family = 'ipv4' | 'ipv6'

interface Range {
  readonly address: string
  readonly family: Family
  readonly prefix: number
}

function listOf(ranges: readonly string[]): BlockList {
  // Not imported, because browsers load this package too.
  const { BlockList } = process.getBuiltinModule('node:net')
  const list = new BlockList()
  for (const text of ranges) {
    const range = parseRange(text)
    if (range !== undefined) {
      list.addSubnet(range.address, range.prefix, range.family)
    }
  }
  return list
}

function parseRange(text: string): Range | undefined {
  const [, address = '', written] = /^([^/]+?)(?:\/([0-9]{1,3}))?$/.exec(text) ?? []
  const bare = withoutMapping(address)
  const family = familyOf(bare)
  if (family === undefined) {
    return undefined
  }
  const longest = family === 'ipv4' ? 32 : 128
  const prefix = written === undefined ? longest : Number(written)
  return prefix > longest ? undefined : { address: bare, family, prefix }
}

function familyOf(address: string): Family | undefined {
  const { isIP } = process.getBuiltinModule('node:net')
  const version = address.includes('%') ? 0 : isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}
