/** Ends of paths, of every kind that there can be. */
import fc from 'fast-check'
import { PATH_CANDIDATES_MAX, type PathEnd } from '@sealpost/protocol'
import { bytes, record } from './arbitrary-frames.ts'

const ICE_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function iceText(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...Array.from(ICE_CHARACTERS)), minLength, maxLength })
}

const host = fc.oneof(
  fc.ipV4(),
  fc
    .ipV6()
    .filter((text) => !text.includes('.'))
    .map((text) => text.toLowerCase()),
  fc.uuid().map((id) => `${id}.local`)
)

export const arbitraryPathEnd: fc.Arbitrary<PathEnd> = record({
  iceName: iceText(4, 32),
  icePassword: iceText(22, 64),
  fingerprint: bytes(32),
  candidates: fc.array(record({ host, port: fc.integer({ min: 1, max: 65_535 }) }), {
    minLength: 1,
    maxLength: PATH_CANDIDATES_MAX
  })
})
