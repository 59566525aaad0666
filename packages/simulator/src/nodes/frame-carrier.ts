/** How frames pass between nodes: as they are, or as the bytes of a stream. Both are as long. */
import {
  type ClientFrame,
  decodeClientFrame,
  decodeDirectFrame,
  decodeRelayFrame,
  type DirectFrame,
  encodeClientFrame,
  encodeDirectFrame,
  encodeRelayFrame,
  type RelayFrame
} from '@sealpost/protocol'
import { clientFrameBytes, directFrameBytes, relayFrameBytes } from './frame-bytes.ts'

/** A frame on its way. */
export interface Carried<Frame> {
  /** Its length on the stream. */
  readonly bytes: number
  /** To be called once, where it arrives. */
  open(): Frame
}

export interface FrameCarrier {
  fromClient(frame: ClientFrame): Carried<ClientFrame>
  fromRelay(frame: RelayFrame): Carried<RelayFrame>
  /** From client to client. */
  fromPeer(frame: DirectFrame): Carried<DirectFrame>
}

/** Hands frames over as they are. */
export const OBJECT_CARRIER: FrameCarrier = {
  fromClient: (frame) => ({ bytes: clientFrameBytes(frame), open: () => frame }),
  fromRelay: (frame) => ({ bytes: relayFrameBytes(frame), open: () => frame }),
  fromPeer: (frame) => ({ bytes: directFrameBytes(frame), open: () => frame })
}

/** Encodes and decodes them, as streams do. */
export const WIRE_CARRIER: FrameCarrier = {
  fromClient: (frame) => {
    const bytes = encodeClientFrame(frame)
    return { bytes: bytes.length, open: () => decodeClientFrame(bytes) }
  },
  fromRelay: (frame) => {
    const bytes = encodeRelayFrame(frame)
    return { bytes: bytes.length, open: () => decodeRelayFrame(bytes) }
  },
  fromPeer: (frame) => {
    const bytes = encodeDirectFrame(frame)
    return { bytes: bytes.length, open: () => decodeDirectFrame(bytes) }
  }
}
