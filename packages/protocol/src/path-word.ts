/**
 * Offers of a path, and answers to them: what two devices that cannot be dialled tell each other, so that their WebRTC finds a way.
 * Of a session description only what differs between two of them is said, field by field: whoever is told builds a description
 * of it, and nothing of another person's making reaches the parser of a browser. The protocol's README, "Under the seal alone".
 */
import type { MessageInitShape } from '@bufbuild/protobuf'
import { content, copyOf } from './content-bounds.ts'
import type { PathWord as WirePathWord, PathWordSchema } from './gen/sealpost/content/v1/live_pb.ts'
import { type NodeKey, nodeKeys, type OfferId, offerIds } from './identifiers.ts'
import { PATH_CANDIDATES_MAX } from './limits.ts'

/** An offer, or the answer to one. */
export interface PathWord {
  /** An answer has its offer's. */
  readonly offerId: OfferId
  /** The sender's second node key, which the connection must prove. */
  readonly nodeKey: NodeKey
  readonly end: PathEnd
}

/** One end of a path that is to be. */
export interface PathEnd {
  /** ICE's name for the connection (its "ufrag"): 4 to 32 letters, digits, plus and slash. */
  readonly iceName: string
  /** As the name: 22 to 64 characters. */
  readonly icePassword: string
  /** SHA-256 of the certificate that this end shows, 32 bytes. */
  readonly fingerprint: Uint8Array
  /** Where it takes UDP, the best first: 1 to `PATH_CANDIDATES_MAX`. */
  readonly candidates: readonly PathCandidate[]
}

/** Where an end takes UDP. */
export interface PathCandidate {
  /** An IPv4 or IPv6 address, or a name of mDNS, under which a browser hides one. */
  readonly host: string
  /** 1 to 65,535. */
  readonly port: number
}

const FINGERPRINT_BYTES = 32
const PORT_MAX = 65_535
const ICE_NAME = /^[A-Za-z0-9+/]{4,32}$/
const ICE_PASSWORD = /^[A-Za-z0-9+/]{22,64}$/
const HOSTS: readonly RegExp[] = [
  /^\d{1,3}(?:\.\d{1,3}){3}$/,
  /^(?=.*:)[0-9a-f:]{2,39}$/,
  /^[0-9a-f-]{36}\.local$/
]

/** @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` where a part breaks its bounds. */
export function pathWordTo(word: PathWord): MessageInitShape<typeof PathWordSchema> {
  const { iceName, icePassword, fingerprint, candidates } = checked(word.end)
  return {
    offerId: offerIds.toBytes(word.offerId),
    nodeKey: nodeKeys.toBytes(word.nodeKey),
    end: {
      iceName,
      icePassword,
      fingerprint,
      candidates: candidates.map(({ host, port }) => ({ host, port }))
    }
  }
}

/** Owns its bytes. @throws ProtocolError `SEALPOST_CONTENT_MALFORMED` where a part breaks its bounds. */
export function pathWordFrom(wire: WirePathWord): PathWord {
  const end = content.present(wire.end, 'end of a path')
  return {
    offerId: content.id(offerIds, wire.offerId),
    nodeKey: content.id(nodeKeys, wire.nodeKey),
    end: checked({
      iceName: end.iceName,
      icePassword: end.icePassword,
      fingerprint: copyOf(end.fingerprint),
      candidates: end.candidates.map(({ host, port }) => ({ host, port }))
    })
  }
}

function checked(end: PathEnd): PathEnd {
  if (!ICE_NAME.test(end.iceName) || !ICE_PASSWORD.test(end.icePassword)) {
    content.breach('an end of a path with a name or a password that ICE does not have')
  }
  content.exactly(FINGERPRINT_BYTES, end.fingerprint, 'a fingerprint')
  for (const { host, port } of content.count(
    1,
    PATH_CANDIDATES_MAX,
    end.candidates,
    'candidates'
  )) {
    content.integer(1, PORT_MAX, port, 'a port')
    if (!HOSTS.some((pattern) => pattern.test(host))) {
      content.breach('a candidate that is no address')
    }
  }
  return end
}
