/** Frames of the schema that break a bound: written by the generated encoder, which knows none. */
import { create, toBinary } from '@bufbuild/protobuf'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { ClientFrameSchema, RelayFrameSchema } from '../src/gen/sealpost/mailbox/v1/mailbox_pb.ts'

/** One of the schema's bodies, whose fields and enums may have values that the schema's types do not. */
export interface WireBody {
  readonly case: string
  readonly value: unknown
}

interface WireFrame {
  readonly number?: number
  readonly body: WireBody
}

export function writeClientFrame(frame: WireFrame): Uint8Array {
  const init = frame as MessageInitShape<typeof ClientFrameSchema>
  return toBinary(ClientFrameSchema, create(ClientFrameSchema, init))
}

export function writeRelayFrame(frame: WireFrame): Uint8Array {
  const init = frame as MessageInitShape<typeof RelayFrameSchema>
  return toBinary(RelayFrameSchema, create(RelayFrameSchema, init))
}

/** So many items, each made anew. */
export function times<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make)
}

/** So many bytes of no meaning. */
export function some(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x5a)
}
