import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isAddressRange, TrustedProxies } from '../src/trusted-proxies.ts'

describe('trusted proxies', () => {
  const proxies = new TrustedProxies([
    '192.0.2.7',
    '10.0.0.0/8',
    '2001:db8:1::/48',
    '::ffff:1.1.1.1'
  ])

  for (const [address, isTrusted] of [
    ['192.0.2.7', true],
    ['::ffff:192.0.2.7', true],
    ['192.0.2.8', false],
    ['9.255.255.255', false],
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['1.1.1.1', true],
    ['2001:db8:1:ffff::1', true],
    ['2001:DB8:1::1', true],
    ['2001:db8:2::1', false],
    ['fe80::1%eth0', false],
    ['', false],
    ['10.0.0.1, 10.0.0.2', false],
    ['localhost', false]
  ] as const) {
    it(`${isTrusted ? 'are' : 'are not'} who comes from "${address}"`, () => {
      assert.equal(proxies.has(address), isTrusted)
    })
  }

  for (const [forwarded, client] of [
    ['198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, 198.51.100.1, 10.1.2.3,10.0.0.1', '198.51.100.1'],
    ['10.0.0.9, 203.0.113.9', '203.0.113.9'],
    ['10.0.0.9, 10.0.0.8', '10.0.0.9'],
    ['unknown', 'unknown'],
    ['', '']
  ] as const) {
    it(`speak for ${client === '' ? 'nobody' : client} with "${forwarded}"`, () => {
      assert.equal(proxies.clientBehind(forwarded), client)
    })
  }

  it('never speak for an address that stands before one that is not trusted', () => {
    fc.assert(
      fc.property(fc.array(fc.ipV4()), fc.ipV4(), (forged, real) => {
        fc.pre(!proxies.has(real))
        assert.equal(proxies.clientBehind([...forged, real, '10.0.0.1'].join(', ')), real)
      })
    )
  })

  it('are nobody, where none are named', () => {
    assert.equal(new TrustedProxies([]).has('127.0.0.1'), false)
  })

  it('are addresses and ranges of them', () => {
    for (const text of ['1.2.3.4', '1.2.3.4/0', '1.2.3.4/32', '::', '::/0', '::1/128']) {
      assert.equal(isAddressRange(text), true, text)
    }
    for (const text of [
      '',
      '1.2.3',
      '1.2.3.4/33',
      '::/129',
      '1.2.3.4/-1',
      '1.2.3.4/8/8',
      'a',
      '::1%lo'
    ]) {
      assert.equal(isAddressRange(text), false, text)
    }
  })
})
