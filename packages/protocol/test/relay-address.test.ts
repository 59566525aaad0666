import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  ConfigError,
  formatInvitedAddress,
  formatRelayAddress,
  nodeKeys,
  nodeKeyToPeerIdText,
  parseRelayAddress,
  peerIdTextToNodeKey,
  relayMultihash,
  webSocketMultiaddr
} from '@sealpost/protocol'
import { addressText, id } from './arbitrary-frames.ts'

const INVALID = { name: 'ConfigError', code: 'SEALPOST_ADDRESS_INVALID' }

/** The Ed25519 public key of RFC 8032's first test, and what libp2p calls it. */
const KEY = nodeKeys.fromBytes(
  Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
)
const PEER_ID = '12D3KooWQK1wnefoLrcVHbbnf5tLzbopUd3K3bFAoJpA7YJgL5pV'

function refuses(address: string, problem: RegExp): void {
  assert.throws(() => parseRelayAddress(address), { ...INVALID, message: problem })
}

describe('a peer id', () => {
  it('is the text of a node key’s multihash', () => {
    assert.equal(nodeKeyToPeerIdText(KEY), PEER_ID)
    assert.equal(peerIdTextToNodeKey(PEER_ID), KEY)
    const multihash = relayMultihash(KEY)
    assert.equal(multihash.length, 38)
    assert.deepEqual([...multihash.subarray(0, 6)], [0x00, 0x24, 0x08, 0x01, 0x12, 0x20])
    assert.deepEqual(multihash.subarray(6), nodeKeys.toBytes(KEY))
  })

  it('comes back as the key it was made of', () => {
    fc.assert(
      fc.property(id(nodeKeys), (key) => {
        assert.equal(peerIdTextToNodeKey(nodeKeyToPeerIdText(key)), key)
      })
    )
  })

  it('is nothing else', () => {
    for (const text of [
      '',
      PEER_ID.slice(1),
      PEER_ID.slice(0, -1),
      `${PEER_ID}1`,
      `${PEER_ID.slice(0, -1)}0`,
      PEER_ID.replace('12D3', '12D4'),
      // A key of another kind: what an RSA key is called.
      'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
      'z'.repeat(1_000_000)
    ]) {
      assert.equal(peerIdTextToNodeKey(text), undefined, text.slice(0, 60))
    }
  })
})

describe('the address of a relay with an invite', () => {
  const invite = new Uint8Array(16).fill(0xab)
  const relay = parseRelayAddress(`/ip4/192.0.2.1/tcp/7700/ws/p2p/${PEER_ID}`)
  const text = formatInvitedAddress(relay, invite)

  it('is read as it was written, and the invite is nowhere else', () => {
    assert.ok(text.endsWith(`${PEER_ID}/invite/q6urq6urq6urq6urq6urqw`))
    assert.deepEqual(parseRelayAddress(` ${text} `), { ...relay, invite })
    assert.equal(formatRelayAddress(parseRelayAddress(text)), formatRelayAddress(relay))
  })

  it('is refused with what is no invite, without repeating it', () => {
    for (const wrong of [
      text.slice(0, -1),
      `${text}A`,
      `${text}/invite/x`,
      `${text.slice(0, -3)}===`
    ]) {
      assert.throws(
        () => parseRelayAddress(wrong),
        (error: unknown) =>
          error instanceof Error &&
          'code' in error &&
          error.code === 'SEALPOST_ADDRESS_INVALID' &&
          !error.message.includes('q6ur')
      )
    }
  })
})

describe('parseRelayAddress', () => {
  it('reads the shapes of WebSocket addresses', () => {
    for (const address of [
      '/ip4/127.0.0.1/tcp/7700/ws',
      '/ip4/255.255.255.255/tcp/65535/ws',
      '/ip6/::1/tcp/1/ws',
      '/ip6/2001:db8::7:1/tcp/7700/tls/ws',
      '/ip6/::ffff:192.0.2.1/tcp/7700/ws',
      '/ip6/1:2:3:4:5:6:7:8/tcp/7700/ws',
      '/ip6/fe80::/tcp/7700/ws',
      '/dns4/relay.example/tcp/443/tls/ws',
      '/dns6/relay-1.example/tcp/443/wss',
      '/dns/localhost/tcp/7700/ws',
      '/dns4/xn--bcher-kva.example/tcp/443/tls/ws'
    ]) {
      const relay = parseRelayAddress(`${address}/p2p/${PEER_ID}`)
      assert.deepEqual(relay, { nodeKey: KEY, addresses: [address] })
      assert.equal(formatRelayAddress(relay), `${address}/p2p/${PEER_ID}`)
    }
  })

  it('reads what formatRelayAddress writes', () => {
    fc.assert(
      fc.property(id(nodeKeys), addressText, (nodeKey, address) => {
        const relay = { nodeKey, addresses: [address] }
        assert.deepEqual(parseRelayAddress(formatRelayAddress(relay)), relay)
      })
    )
  })

  it('does not mind space around what was pasted', () => {
    const pasted = ` /ip4/127.0.0.1/tcp/7700/ws/p2p/${PEER_ID}\n`
    assert.equal(parseRelayAddress(pasted).nodeKey, KEY)
  })

  it('says what is wrong, and what would be right', () => {
    const at = (address: string) => `${address}/p2p/${PEER_ID}`
    refuses('', /^"" does not begin with a slash\. It looks like \/ip4\//)
    refuses('relay.example:7700', /slash/)
    refuses(`wss://relay.example/p2p/${PEER_ID}`, /slash/)
    refuses('/ip4/127.0.0.1/tcp/7700/ws', /must end in \/p2p\//)
    refuses('/ip4/127.0.0.1/tcp/7700/ws/p2p/rita', /peer id/)
    refuses(`/ip4/127.0.0.1/tcp/7700/ws/p2p/${PEER_ID}/`, /peer id/)
    refuses(at('/ip4/127.0.0.256/tcp/7700/ws'), /host that \/ip4\//)
    refuses(at('/ip4/127.0.0.01/tcp/7700/ws'), /host that \/ip4\//)
    refuses(at('/ip4/relay.example/tcp/7700/ws'), /host that \/ip4\//)
    for (const host of [
      '1:2:3',
      ':::',
      '1::2::3',
      '12345::',
      'g::',
      '1:2:3:4:5:6:7::8',
      '::1%eth0',
      ''
    ]) {
      refuses(at(`/ip6/${host}/tcp/7700/ws`), /host that \/ip6\//)
    }
    for (const host of ['', '-a.example', 'a..example', 'a'.repeat(64), '192.0.2.1', 'a_ä']) {
      refuses(at(`/dns4/${host}/tcp/7700/ws`), /host that \/dns4\/|characters/)
    }
    refuses(at('/onion3/abc/tcp/7700/ws'), /does not begin with \/ip4\//)
    refuses(at('/ip4/127.0.0.1/udp/7700/quic-v1'), /\/tcp\/ with a port/)
    for (const port of ['0', '65536', '07700', '', '-1', '99999999']) {
      refuses(at(`/ip4/127.0.0.1/tcp/${port}/ws`), /port from 1 to 65535/)
    }
    refuses(at('/ip4/127.0.0.1/tcp/7700'), /no WebSocket/)
    refuses(at('/ip4/127.0.0.1/tcp/7700/ws/'), /no WebSocket/)
    refuses(at('/ip4/127.0.0.1/tcp/7700/tls'), /no WebSocket/)
    refuses(at(`/ip4/127.0.0.1/tcp/7700/ws/p2p/${PEER_ID}/p2p-circuit`), /no WebSocket/)
    refuses(at(`/dns4/${'a.'.repeat(150)}example/tcp/7700/ws`), /longer than an address/)
    refuses(at('/dns4/a b/tcp/7700/ws'), /characters/)
  })

  it('repeats little of what was wrong', () => {
    const long = 'x'.repeat(1_000_000)
    assert.throws(
      () => parseRelayAddress(long),
      (error) => error instanceof ConfigError && error.message.length < 500
    )
    refuses('\u001b[2Jrita', /^"\\u001b\[2Jrita"/)
  })

  it('throws nothing but that, whatever was pasted', () => {
    const parts = fc.constantFrom(
      '/ip4',
      '/ip6',
      '/dns4',
      '/127.0.0.1',
      '/::',
      '/::1',
      '/tcp',
      '/7700',
      '/ws',
      '/tls',
      '/p2p',
      `/${PEER_ID}`,
      '/',
      ' '
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((all) => all.join(''))
        ),
        (text) => {
          try {
            assert.equal(formatRelayAddress(parseRelayAddress(text)), text.trim())
          } catch (error) {
            assert.ok(error instanceof ConfigError, String(error))
            assert.equal(error.code, 'SEALPOST_ADDRESS_INVALID')
          }
        }
      ),
      { numRuns: 1_000 }
    )
  })
})

describe('formatRelayAddress', () => {
  it('gives the first address, or the peer id alone', () => {
    const addresses = ['/ip4/127.0.0.1/tcp/1/ws', '/ip4/127.0.0.1/tcp/2/ws']
    assert.equal(
      formatRelayAddress({ nodeKey: KEY, addresses }),
      `/ip4/127.0.0.1/tcp/1/ws/p2p/${PEER_ID}`
    )
    assert.equal(formatRelayAddress({ nodeKey: KEY, addresses: [] }), `/p2p/${PEER_ID}`)
  })
})

describe('webSocketMultiaddr', () => {
  it('says hosts of each kind', () => {
    assert.equal(webSocketMultiaddr('127.0.0.1', 7700), '/ip4/127.0.0.1/tcp/7700/ws')
    assert.equal(webSocketMultiaddr('0.0.0.0', 0), '/ip4/0.0.0.0/tcp/0/ws')
    assert.equal(webSocketMultiaddr('::1', 65_535), '/ip6/::1/tcp/65535/ws')
    assert.equal(webSocketMultiaddr('[2001:db8::1]', 7700), '/ip6/2001:db8::1/tcp/7700/ws')
    assert.equal(webSocketMultiaddr('relay.example', 7700), '/dns4/relay.example/tcp/7700/ws')
    assert.equal(webSocketMultiaddr('localhost', 7700), '/dns4/localhost/tcp/7700/ws')
  })

  it('refuses what is neither a host nor a port', () => {
    for (const [host, port] of [
      ['', 7700],
      ['[127.0.0.1]', 7700],
      ['[relay.example]', 7700],
      ['256.0.0.1', 7700],
      ['a/b', 7700],
      ['a b', 7700],
      ['127.0.0.1', -1],
      ['127.0.0.1', 65_536],
      ['127.0.0.1', 1.5],
      ['127.0.0.1', Number.NaN]
    ] as const) {
      assert.throws(() => webSocketMultiaddr(host, port), INVALID, `${host}:${String(port)}`)
    }
  })
})
