/**
 * The range that a network address lies in, as text: an IPv4 /24 or an IPv6 /64, which is what one household or one rented
 * machine has. IPv4 written as IPv6 counts as IPv4. For bounds only; never logged.
 *
 * @returns `'unknown'` for what is no IP address, so that all of these share one bound.
 */
export function remoteRange(address: string): string {
  const text = address.toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  const ip4 = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(mapped ?? text)?.[1]
  if (ip4 !== undefined) {
    return `${ip4}.0/24`
  }
  return text.includes(':') ? ip6Range(text.replace(/%.*$/, '')) : 'unknown'
}

function ip6Range(text: string): string {
  const [head = '', tail] = text.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after]
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16))
  if (prefix.length < 4 || prefix.some((group) => !(group >= 0 && group <= 0xffff))) {
    return 'unknown'
  }
  return `${prefix.map((group) => group.toString(16)).join(':')}::/64`
}
