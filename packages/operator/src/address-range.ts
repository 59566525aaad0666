/** Ranges of network addresses as people write them: `192.0.2.0/24`, `2001:db8::/32`, or one address. */

/** A range: addresses of 4 or 16 bytes whose first bits are these. */
export interface AddressRange {
  readonly bytes: readonly number[]
  readonly bits: number
}

/** No range is wider: a slip of the hand must not shut out half of the world. */
const IP4_BITS_MIN = 8
const IP6_BITS_MIN = 19

/** @returns undefined for what is no range, or a wider one than /8 of IPv4 and /19 of IPv6 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [, address = '', written] = /^([^/]{1,45})(?:\/([0-9]{1,3}))?$/.exec(text) ?? []
  const bytes = parseAddress(address)
  if (bytes === undefined) {
    return undefined
  }
  const bitsMax = bytes.length * 8
  const bits = written === undefined ? bitsMax : Number(written)
  const bitsMin = bytes.length === 4 ? IP4_BITS_MIN : IP6_BITS_MIN
  if (bits < bitsMin || bits > bitsMax) {
    return undefined
  }
  return { bytes: bytes.map((byte, at) => byte & maskAt(bits, at)), bits }
}

/** The one way in which a range is written: its first address, in full, and its bits. */
export function formatAddressRange({ bytes, bits }: AddressRange): string {
  const address =
    bytes.length === 4
      ? bytes.join('.')
      : Array.from({ length: 8 }, (_, at) =>
          (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16)
        ).join(':')
  return `${address}/${String(bits)}`
}

/** Whether an address lies in one of these ranges; what is no address lies in none. */
export function isAddressIn(ranges: readonly AddressRange[], address: string): boolean {
  const bytes = ranges.length === 0 ? undefined : parseAddress(address)
  return bytes !== undefined && ranges.some((range) => contains(range, bytes))
}

function contains(range: AddressRange, bytes: readonly number[]): boolean {
  return (
    range.bytes.length === bytes.length &&
    range.bytes.every((byte, at) => ((bytes[at] ?? 0) & maskAt(range.bits, at)) === byte)
  )
}

/** The bits of the byte at a place that a range of so many bits looks at. */
function maskAt(bits: number, at: number): number {
  const left = Math.min(8, Math.max(0, bits - 8 * at))
  return (0xff << (8 - left)) & 0xff
}

/** The bytes of an IPv4 or IPv6 address; IPv4 written as IPv6 is IPv4. */
function parseAddress(text: string): readonly number[] | undefined {
  const [plain = ''] = text.split('%')
  if (!plain.includes(':')) {
    return parseIp4(plain)
  }
  const bytes = parseIp6(plain.toLowerCase())
  const isMapped =
    bytes?.slice(0, 10).every((byte) => byte === 0) === true &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  return isMapped ? bytes.slice(12) : bytes
}

function parseIp4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  const isAddress =
    parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && +part <= 255)
  return isAddress ? parts.map(Number) : undefined
}

function parseIp6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::')
  const before = groupsOf(head, tail === undefined)
  const after = tail === undefined ? [] : groupsOf(tail, true)
  if (before === undefined || after === undefined || more.length > 0) {
    return undefined
  }
  const missing = 16 - before.length - after.length
  // Where groups are left out, at least one is.
  if (tail === undefined ? missing !== 0 : missing < 2) {
    return undefined
  }
  return [...before, ...Array<number>(missing).fill(0), ...after]
}

/** Bytes of groups between colons; the last of all may be an IPv4 address. */
function groupsOf(text: string, isEnd: boolean): readonly number[] | undefined {
  const groups = text === '' ? [] : text.split(':')
  const bytes: number[] = []
  for (const [at, group] of groups.entries()) {
    const isLast = isEnd && at === groups.length - 1
    const ip4 = isLast && group.includes('.') ? parseIp4(group) : undefined
    if (ip4 !== undefined) {
      bytes.push(...ip4)
    } else if (/^[0-9a-f]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else {
      return undefined
    }
  }
  return bytes
}
