import assert from 'node:assert/strict'
import { relayName } from '../src/state/relay-name.ts'

describe('what a relay is called', () => {
  const cases: readonly (readonly [address: string, name: string])[] = [
    ['/dns4/relay.example/tcp/443/wss/p2p/12D3KooWabcdefgh', 'relay.example'],
    ['/dns/relay.example/tcp/7700/ws/p2p/12D3KooWabcdefgh', 'relay.example:7700'],
    ['/ip4/192.0.2.7/tcp/7700/ws/p2p/12D3KooWabcdefgh', '192.0.2.7:7700'],
    ['/ip6/2001:db8::1/tcp/7700/ws/p2p/12D3KooWabcdefgh', '[2001:db8::1]:7700'],
    ['12D3KooWabcdefgh', '…abcdefgh'],
    ['', '']
  ]

  for (const [address, name] of cases) {
    it(`is ${JSON.stringify(name)} for ${JSON.stringify(address)}`, () => {
      assert.equal(relayName(address), name)
    })
  }
})
