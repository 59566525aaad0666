/**
 * Node keys: libp2p's Ed25519 keys, which say who is at the other end of a connection. They say nothing about people.
 */
import { generateKeyPairFromSeed, publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey, PeerId } from '@libp2p/interface'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { nodeKeys, UsageError } from '@sealpost/protocol'
import type { NodeKey } from '@sealpost/protocol'

/** Bytes of a node seed. */
const NODE_SEED_BYTES = 32

/** Draws the secret from which a node key is made: 32 random bytes. Who holds it can pose as the node. */
export function generateNodeSeed(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(NODE_SEED_BYTES))
}

/**
 * The node key that belongs to a seed, always the same one.
 *
 * @throws UsageError `SEALPOST_USAGE` unless `seed` has 32 bytes.
 */
export async function nodeKeyOfSeed(seed: Uint8Array): Promise<NodeKey> {
  const { publicKey } = await privateKeyOfSeed(seed)
  return nodeKeys.fromBytes(publicKey.raw)
}

/** @throws UsageError `SEALPOST_USAGE` unless `seed` has 32 bytes. */
export async function privateKeyOfSeed(seed: Uint8Array): Promise<Ed25519PrivateKey> {
  if (seed.length !== NODE_SEED_BYTES) {
    throw new UsageError(
      'SEALPOST_USAGE',
      `a node seed has ${String(NODE_SEED_BYTES)} bytes, not ${String(seed.length)}`
    )
  }
  return generateKeyPairFromSeed('Ed25519', seed)
}

/** The name that libp2p gives the node with this key. */
export function peerIdOfNodeKey(nodeKey: NodeKey): PeerId {
  return peerIdFromPublicKey(publicKeyFromRaw(nodeKeys.toBytes(nodeKey)))
}

/** @returns undefined where the node has a key of another kind than Ed25519, which none of ours has. */
export function nodeKeyOfPeerId(peerId: PeerId): NodeKey | undefined {
  const { publicKey } = peerId
  return publicKey?.type === 'Ed25519' ? nodeKeys.fromBytes(publicKey.raw) : undefined
}
