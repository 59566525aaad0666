/** Signatures of a relay's node key, an Ed25519 key. */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { type NodeKey, nodeKeys } from '@sealpost/protocol'

/** What DER has before the 32 bytes of an Ed25519 seed, and before those of a public key. */
const SEED_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** @param seed 32 bytes, as `node.key` has them. @returns 64 bytes. */
export function signAsNode(seed: Uint8Array, bytes: Uint8Array): Uint8Array {
  const key = createPrivateKey({
    key: Buffer.concat([SEED_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8'
  })
  return new Uint8Array(sign(undefined, bytes, key))
}

/** Whether the node with this key signed the bytes. */
export function isSignedByNode(
  nodeKey: NodeKey,
  bytes: Uint8Array,
  signature: Uint8Array
): boolean {
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, nodeKeys.toBytes(nodeKey)]),
    format: 'der',
    type: 'spki'
  })
  return verify(undefined, bytes, key, signature)
}
