import assert from 'node:assert/strict'
import fc from 'fast-check'
import { YamuxGuard } from '../src/yamux-guard.ts'

const DATA_BYTES_MAX = 1_000
const DATA = 0
const WINDOW = 1
const PING = 2
const SYN = 1
const ACK = 2

interface Header {
  readonly type: number
  readonly flags: number
  readonly length: number
}

function bytesOf({ type, flags, length }: Header, dataBytes = 0): Uint8Array {
  const bytes = new Uint8Array(12 + dataBytes)
  const view = new DataView(bytes.buffer)
  view.setUint8(1, type)
  view.setUint16(2, flags)
  view.setUint32(4, 1)
  view.setUint32(8, length)
  return bytes
}

function guardAt(clock: { ms: number } = { ms: 0 }): YamuxGuard {
  return new YamuxGuard({ dataBytesMax: DATA_BYTES_MAX, monotonicMs: () => clock.ms })
}

/** Whether all of them are accepted. */
function takes(guard: YamuxGuard, header: Header, count: number): boolean {
  for (let i = 0; i < count; i++) {
    if (!guard.accepts(bytesOf(header))) {
      return false
    }
  }
  return true
}

describe('The guard of yamux', () => {
  it('takes data of a window and refuses one byte more, before it comes', () => {
    for (const [length, isTaken] of [
      [DATA_BYTES_MAX, true],
      [DATA_BYTES_MAX + 1, false],
      [0xffff_ffff, false]
    ] as const) {
      assert.equal(guardAt().accepts(bytesOf({ type: DATA, flags: 0, length })), isTaken)
    }
  })

  it('takes window updates of any size', () => {
    assert.ok(guardAt().accepts(bytesOf({ type: WINDOW, flags: 0, length: 0xffff_ffff })))
  })

  it('takes 16 new streams on a connection, however they are opened', () => {
    for (const type of [WINDOW, DATA]) {
      const guard = guardAt()
      assert.ok(takes(guard, { type, flags: SYN, length: 0 }, 16))
      assert.equal(guard.accepts(bytesOf({ type, flags: SYN | ACK, length: 0 })), false)
    }
  })

  it('takes 32 pings at once and one more a second', () => {
    const clock = { ms: 0 }
    const guard = guardAt(clock)
    const ping = { type: PING, flags: SYN, length: 7 }
    assert.ok(takes(guard, ping, 32))
    clock.ms = 1_000
    assert.ok(takes(guard, ping, 1))
    clock.ms = 1_999
    assert.equal(takes(guard, ping, 1), false)
  })

  it('forgives no more pings than were sent, however long it was quiet', () => {
    const clock = { ms: 0 }
    const guard = guardAt(clock)
    const ping = { type: PING, flags: SYN, length: 7 }
    clock.ms = 1_000_000
    assert.ok(takes(guard, ping, 32))
    assert.equal(takes(guard, ping, 1), false)
  })

  it('does not count answers to pings', () => {
    assert.ok(takes(guardAt(), { type: PING, flags: ACK, length: 0 }, 1_000))
  })

  it('judges the same bytes the same, in whatever pieces they come', () => {
    const header = fc.record({
      type: fc.constantFrom(DATA, DATA, WINDOW, PING),
      flags: fc.constantFrom(0, 0, SYN, ACK),
      length: fc.nat(DATA_BYTES_MAX + 20)
    })
    fc.assert(
      fc.property(
        fc.array(header, { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
        (headers, sizes) => {
          const whole = Uint8Array.from(
            headers.flatMap((one) => [...bytesOf(one, one.type === DATA ? one.length : 0)])
          )
          const pieces: Uint8Array[] = []
          for (let offset = 0, turn = 0; offset < whole.length; turn++) {
            const end = offset + (sizes[turn % sizes.length] ?? 1)
            pieces.push(whole.subarray(offset, end))
            offset = end
          }
          const inPieces = guardAt()
          const one = guardAt().accepts(whole)
          assert.equal(guardAt().accepts(pieces), one)
          assert.equal(
            pieces.every((piece) => inPieces.accepts(piece)),
            one
          )
        }
      )
    )
  })
})
