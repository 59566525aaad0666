/**
 * What an account signs with its identity key: bytes as they are sent, behind a label that says what they are, so that no
 * signature can be shown for something else. The protocol's README, "Device lists" and "First contact".
 */
import { LABEL_PREFIX, concatBytes, linkIds, utf8ToBytes } from '@sealpost/protocol'
import type { IdentityKey, LinkId } from '@sealpost/protocol'
import type { KeyPair, SignalEngine } from './signal-engine.ts'

const CLAIMABLE = utf8ToBytes(`${LABEL_PREFIX}claimable`)
const DEVICE_LIST = utf8ToBytes(`${LABEL_PREFIX}device list`)

/** Whose signature is to be verified over which bytes. */
export interface SignedBody {
  readonly identityKey: IdentityKey
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** Signs a claimable's body for one link: 64 bytes over `"sealpost/1/claimable" || linkId || body`. */
export function signClaimable(
  engine: SignalEngine,
  options: { readonly identity: KeyPair; readonly linkId: LinkId; readonly body: Uint8Array }
): Promise<Uint8Array> {
  return engine.sign(options.identity, claimableText(options.linkId, options.body))
}

/** False for a signature or key of whatever shape that does not fit. */
export function verifyClaimable(
  engine: SignalEngine,
  options: SignedBody & { readonly linkId: LinkId }
): Promise<boolean> {
  const text = claimableText(options.linkId, options.body)
  return engine.verify(options.identityKey, text, options.signature)
}

/** Signs a device list's body: 64 bytes over `"sealpost/1/device list" || body`. */
export function signDeviceList(
  engine: SignalEngine,
  options: { readonly identity: KeyPair; readonly body: Uint8Array }
): Promise<Uint8Array> {
  return engine.sign(options.identity, concatBytes(DEVICE_LIST, options.body))
}

/** False for a signature or key of whatever shape that does not fit. */
export function verifyDeviceList(engine: SignalEngine, options: SignedBody): Promise<boolean> {
  const text = concatBytes(DEVICE_LIST, options.body)
  return engine.verify(options.identityKey, text, options.signature)
}

function claimableText(linkId: LinkId, body: Uint8Array): Uint8Array {
  return concatBytes(CLAIMABLE, linkIds.toBytes(linkId), body)
}
