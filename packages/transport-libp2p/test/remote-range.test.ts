import assert from 'node:assert/strict'
import fc from 'fast-check'
import { remoteRange } from '../src/remote-range.ts'

describe('The range of a network address', () => {
  const ranges: readonly (readonly [address: string, range: string])[] = [
    ['192.0.2.1', '192.0.2.0/24'],
    ['192.0.2.255', '192.0.2.0/24'],
    ['192.0.3.1', '192.0.3.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['::FFFF:192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', 'unknown'],
    ['relay.example', 'unknown'],
    ['1:2:3', 'unknown'],
    ['x:y:z:w::1', 'unknown']
  ]
  for (const [address, range] of ranges) {
    it(`of ${JSON.stringify(address)} is ${range}`, () => {
      assert.equal(remoteRange(address), range)
    })
  }

  it('is the same for all of an IPv6 /64 and for none outside it', () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(groups, groups, (first, second) => {
        const text = (parts: readonly number[]): string =>
          parts.map((part) => part.toString(16)).join(':')
        const neighbour = [...first.slice(0, 4), ...second.slice(4)]
        assert.equal(remoteRange(text(neighbour)), remoteRange(text(first)))
        const isSame = text(first.slice(0, 4)) === text(second.slice(0, 4))
        assert.equal(remoteRange(text(second)) === remoteRange(text(first)), isSame)
      })
    )
  })
})
