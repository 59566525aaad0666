/** The libraries of others that travel with the app, and under which licence each is given. */
export const LICENCES: readonly (readonly [library: string, licence: string])[] = [
  ['@bufbuild/protobuf', 'Apache-2.0 AND BSD-3-Clause'],
  ['@chainsafe/libp2p-noise', 'Apache-2.0 OR MIT'],
  ['@libp2p/crypto', 'Apache-2.0 OR MIT'],
  ['@libp2p/interface', 'Apache-2.0 OR MIT'],
  ['@libp2p/peer-id', 'Apache-2.0 OR MIT'],
  ['@libp2p/utils', 'Apache-2.0 OR MIT'],
  ['@libp2p/websockets', 'Apache-2.0 OR MIT'],
  ['@libp2p/yamux', 'Apache-2.0 OR MIT'],
  ['@multiformats/multiaddr', 'Apache-2.0 OR MIT'],
  ['@noble/ciphers', 'MIT'],
  ['@noble/curves', 'MIT'],
  ['@noble/hashes', 'MIT'],
  ['@noble/post-quantum', 'MIT'],
  ['@preact/signals', 'MIT'],
  ['hash-wasm', 'MIT'],
  ['libp2p', 'Apache-2.0 OR MIT'],
  ['preact', 'MIT'],
  ['qr', 'MIT OR Apache-2.0'],
  ['uint8arraylist', 'Apache-2.0 OR MIT'],
  ['uint8arrays', 'Apache-2.0 OR MIT']
]
