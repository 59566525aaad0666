import assert from 'node:assert/strict'
import type { DescMessage } from '@bufbuild/protobuf'
import { ScalarType } from '@bufbuild/protobuf'
import { FRAME_RECORDS_MAX } from '@sealpost/protocol'
import { ContentSchema, InvitationSchema } from '../src/gen/sealpost/content/v1/content_pb.ts'
import {
  AckSchema,
  ClientFrameSchema,
  RegisterSchema,
  RelayFrameSchema,
  WorkSchema
} from '../src/gen/sealpost/mailbox/v1/mailbox_pb.ts'
import { readMessage } from '../src/wire-message.ts'

class Refused extends RangeError {}

function refused(problem: string, cause?: unknown): Refused {
  return new Refused(problem, { cause })
}

function refuses(schema: DescMessage, bytes: readonly number[], problem: RegExp): void {
  const read = () => readMessage(schema, Uint8Array.from(bytes), 100, refused)
  assert.throws(read, (error) => error instanceof Refused && problem.test(error.message))
}

describe('readMessage', () => {
  it('counts the records of a message and of those within it', () => {
    // Two items of three bytes each: two records, or with what is in them four.
    const bytes = Uint8Array.of(0x0a, 3, 0x0a, 1, 0, 0x0a, 3, 0x0a, 1, 0)
    assert.equal(readMessage(AckSchema, bytes, 2, refused).mailboxId.length, 3)
    assert.throws(() => readMessage(AckSchema, bytes, 1, refused), /records/)
    const registrations = Uint8Array.of(0x0a, 2, 0x0a, 0, 0x0a, 2, 0x12, 0)
    assert.equal(readMessage(RegisterSchema, registrations, 4, refused).registrations.length, 2)
    assert.throws(() => readMessage(RegisterSchema, registrations, 3, refused), /records/)
  })

  it('has room for a subscribe of as many mailboxes as one may name', () => {
    // The frame's number, the body, its instance; and for each mailbox an item with two fields.
    assert.ok(FRAME_RECORDS_MAX >= 3 + 256 * 3)
  })

  it('refuses a field of another wire type, which the decoder would read as other records', () => {
    refuses(RegisterSchema, [0x08, 2, 0x0a, 0], /another wire type/)
    refuses(WorkSchema, [0x08, 1], /another wire type/)
    refuses(WorkSchema, [0x0d, 0, 0, 0, 0], /another wire type/)
    refuses(ClientFrameSchema, [0x0a, 1, 1], /another wire type/)
  })

  it('refuses a tag that the decoder would cut to one it knows', () => {
    // 0x0a and 2^32 more.
    refuses(WorkSchema, [0x8a, 0x80, 0x80, 0x80, 0x10, 0], /no uint32/)
  })

  it('refuses groups', () => {
    refuses(WorkSchema, [0x1b, 0x1c], /not used/)
    refuses(WorkSchema, [0x1c], /not used/)
  })

  it('refuses records that reach beyond their message', () => {
    refuses(WorkSchema, [0x0a], /beyond/)
    refuses(WorkSchema, [0x0a, 1], /beyond/)
    refuses(WorkSchema, [0x0a, 0x80], /beyond/)
    refuses(WorkSchema, [0x8a], /beyond/)
    refuses(WorkSchema, [0x19, 1, 2, 3], /beyond/)
    refuses(WorkSchema, [0x1d, 1], /beyond/)
    refuses(RegisterSchema, [0x0a, 1, 0x0a, 0], /beyond/)
    refuses(
      RegisterSchema,
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
      /beyond/
    )
  })

  it('keeps the outside library’s error as the cause', () => {
    const invalid = Uint8Array.of(0x12, 3, 0x42, 1, 0xff)
    assert.throws(
      () => readMessage(RelayFrameSchema, invalid, 10, refused),
      (error) => error instanceof Refused && error.cause instanceof TypeError
    )
  })

  it('knows the wire type of every field there is', () => {
    const scalars = [
      ScalarType.BOOL,
      ScalarType.UINT32,
      ScalarType.UINT64,
      ScalarType.STRING,
      ScalarType.BYTES
    ]
    const seen = new Set<DescMessage>()
    const visit = (schema: DescMessage): void => {
      if (seen.has(schema)) {
        return
      }
      seen.add(schema)
      for (const field of schema.fields) {
        assert.ok(field.fieldKind !== 'map', field.toString())
        assert.ok(field.scalar === undefined || scalars.includes(field.scalar), field.toString())
        if (field.message !== undefined) {
          visit(field.message)
        }
      }
    }
    ;[ClientFrameSchema, RelayFrameSchema, ContentSchema, InvitationSchema].forEach(visit)
    assert.ok(seen.size > 40)
  })
})
