import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { formatAddressRange, isAddressIn, parseAddressRange } from '@sealpost/operator'
import fc from 'fast-check'

const GROUP = fc.nat(0xffff).map((group) => group.toString(16))
const IP6 = fc
  .tuple(fc.array(GROUP, { minLength: 8, maxLength: 8 }), fc.nat(7), fc.nat(8))
  .map(([groups, from, count]) =>
    count === 0
      ? groups.join(':')
      : `${groups.slice(0, from).join(':')}::${groups.slice(from + count).join(':')}`
  )
const ADDRESS = fc.oneof(
  fc.ipV4(),
  IP6,
  fc.ipV4().map((address) => `::ffff:${address}`)
)

describe('a range of addresses', () => {
  const shown: readonly (readonly [written: string, shown: string])[] = [
    ['192.0.2.77/24', '192.0.2.0/24'],
    ['192.0.2.77', '192.0.2.77/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['2001:DB8::/32', '2001:db8:0:0:0:0:0:0/32'],
    ['2001:db8::1', '2001:db8:0:0:0:0:0:1/128'],
    ['::ffff:192.0.2.7/32', '192.0.2.7/32'],
    ['fe80::1%eth0/64', 'fe80:0:0:0:0:0:0:0/64']
  ]
  for (const [written, text] of shown) {
    it(`${written} is ${text}`, () => {
      const range = parseAddressRange(written)
      assert.ok(range !== undefined)
      assert.equal(formatAddressRange(range), text)
      assert.deepEqual(parseAddressRange(text), range)
    })
  }

  const wrongs = [
    ...['', '/24', '192.0.2/24', '192.0.2.256', '192.0.02.1', '192.0.2.1/33', '192.0.2.1/'],
    ...[
      '10.0.0.0/7',
      '0.0.0.0/0',
      '::/0',
      '2000::/18',
      '::1/129',
      '1:2:3:4:5:6:7',
      'relay.example'
    ],
    ...['1::2::3', '1:2:3:4:5:6:7:8::', ':1', 'g::', '12345::', '1.2.3.4::', '::1.2.3']
  ]
  for (const wrong of wrongs) {
    it(`is not ${JSON.stringify(wrong)}`, () => {
      assert.equal(parseAddressRange(wrong), undefined)
    })
  }

  it('has the addresses that the system says it has', () => {
    fc.assert(
      fc.property(ADDRESS, ADDRESS, fc.integer({ min: 8, max: 128 }), (base, address, bits) => {
        fc.pre(isIP(base) !== 0 && isIP(address) !== 0)
        const range = parseAddressRange(`${base}/${String(bits)}`)
        fc.pre(range !== undefined)
        const [network = ''] = formatAddressRange(range).split('/')
        const list = new BlockList()
        const family = isIP(network) === 4 ? 'ipv4' : 'ipv6'
        list.addSubnet(network, range.bits, family)
        // Addresses near each other, which are the hard ones, and any.
        for (const asked of [address, base, network]) {
          // To the system a wide range of IPv6 has all of IPv4 too.
          fc.pre(family === 'ipv4' || !asked.includes('.'))
          const expected = list.check(asked, isIP(asked) === 4 ? 'ipv4' : 'ipv6')
          assert.equal(isAddressIn([range], asked), expected, `${asked} in ${base}`)
        }
      })
    )
  })

  it('has nothing that is no address', () => {
    const all = parseAddressRange('10.0.0.0/8')
    assert.ok(all !== undefined)
    for (const text of ['', 'unknown', '10', '10.0.0', '10.0.0.0.0', '::10.0.0.1']) {
      assert.ok(!isAddressIn([all], text), text)
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.ok(isIP(text) !== 0 || !isAddressIn([all], text) || text.includes('%'))
      })
    )
  })
})
