/**
 * How long frames are on a stream, without their bytes: frames of one shape are equally long, so each shape is encoded once. A
 * property test holds it to the encoder.
 */
import {
  type ClientFrame,
  type DirectFrame,
  encodeClientFrame,
  encodeDirectFrame,
  encodeRelayFrame,
  type MailboxRequest,
  type RelayFrame
} from '@sealpost/protocol'

/** Shapes that are remembered; there are some hundreds. */
const SHAPES_MAX = 65_536
const known = new Map<string, number>()

export function clientFrameBytes(frame: ClientFrame): number {
  const shape = frame.type === 'request' ? shapeOfRequest(frame.number, frame.request) : undefined
  return shape === undefined
    ? encodeClientFrame(frame).length
    : bytesOf(shape, () => encodeClientFrame(frame).length)
}

export function relayFrameBytes(frame: RelayFrame): number {
  const shape = shapeOfRelayFrame(frame)
  return shape === undefined
    ? encodeRelayFrame(frame).length
    : bytesOf(shape, () => encodeRelayFrame(frame).length)
}

export function directFrameBytes(frame: DirectFrame): number {
  if (frame.type !== 'deposit') {
    return encodeDirectFrame(frame).length
  }
  const { envelope, isLive, number } = frame
  const flags = (isLive ? 1 : 0) + (envelope.lifetime === 0 ? 4 : 0)
  const shape = `n${String(varintBytes(number))}.${String(envelope.sealed.length)}.${String(flags)}`
  return bytesOf(shape, () => encodeDirectFrame(frame).length)
}

function bytesOf(shape: string, encodedBytes: () => number): number {
  let bytes = known.get(shape)
  if (bytes === undefined) {
    bytes = encodedBytes()
    if (known.size < SHAPES_MAX) {
      known.set(shape, bytes)
    }
  }
  return bytes
}

/** Undefined for a request of which there are few. */
function shapeOfRequest(number: number, request: MailboxRequest): string | undefined {
  const digits = varintBytes(number)
  switch (request.type) {
    case 'deposit': {
      const { envelope, isLive, work } = request
      const { lifetime, sealed } = envelope
      const flags = (isLive ? 1 : 0) + (work === undefined ? 0 : 2) + (lifetime === 0 ? 4 : 0)
      return `d${String(digits)}.${String(sealed.length)}.${String(flags)}`
    }
    case 'ack':
      return `a${String(digits)}.${String(request.envelopeIds.length)}`
    case 'subscribe':
      return `s${String(digits)}.${String(request.subscriptions.length)}`
    default:
      return undefined
  }
}

function shapeOfRelayFrame(frame: RelayFrame): string | undefined {
  if (frame.type === 'answer') {
    const { answer, number } = frame
    const digits = String(varintBytes(number))
    switch (answer.type) {
      case 'deposited':
        return `D${digits}.${answer.outcome}`
      case 'acked':
        return `A${digits}`
      case 'subscribed':
        return `S${digits}.${String(answer.outcomes.length)}`
      default:
        return undefined
    }
  }
  if (frame.type === 'push' && frame.push.type === 'deliver') {
    const { envelope, isLive } = frame.push
    const flags = (isLive ? 1 : 0) + (envelope.lifetime === 0 ? 4 : 0)
    return `p${String(envelope.sealed.length)}.${String(flags)}`
  }
  return undefined
}

function varintBytes(value: number): number {
  let size = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    size++
  }
  return size
}
