/** Whether an end of a path can be told: what a browser made of a connection may be none. */
import { encodeLiveContent, nodeKeys, offerIds, type PathEnd } from '@sealpost/protocol'

const OFFER = {
  type: 'path-offer',
  offerId: offerIds.fromBytes(new Uint8Array(offerIds.byteLength)),
  nodeKey: nodeKeys.fromBytes(new Uint8Array(nodeKeys.byteLength))
} as const

export function isPathEnd(end: PathEnd): boolean {
  try {
    encodeLiveContent({ sentAtMs: 0, body: { ...OFFER, end } })
    return true
  } catch {
    return false
  }
}
