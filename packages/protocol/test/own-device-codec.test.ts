import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeContent, encodeContent, isOwnDeviceBody } from '@sealpost/protocol'
import { ownDeviceBody } from './arbitrary-account.ts'
import { content, numbered } from './arbitrary-content.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'

describe('what own devices say to each other', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(numbered(ownDeviceBody), (given) => {
        assert.deepEqual(decodeContent(encodeContent(given)), given)
      }),
      { numRuns: 300 }
    )
  })

  it('is read or refused as malformed, whatever its bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeContent,
        encode: encodeContent,
        code: 'SEALPOST_CONTENT_MALFORMED',
        canEncode: ({ body }) => body.type !== 'unknown'
      },
      numbered(ownDeviceBody)
    )
  })

  it('is told apart from what contacts say', () => {
    for (const body of fc.sample(ownDeviceBody, { numRuns: 100, seed: 1 })) {
      assert.ok(isOwnDeviceBody(body))
    }
    for (const { body } of fc.sample(content, { numRuns: 100, seed: 1 })) {
      assert.ok(!isOwnDeviceBody(body), body.type)
    }
    assert.ok(!isOwnDeviceBody({ type: 'unknown' }))
  })

  it('is owned by whoever read it', () => {
    for (const given of fc.sample(numbered(ownDeviceBody), { numRuns: 40, seed: 2 })) {
      const bytes = encodeContent(given)
      const read = decodeContent(bytes)
      bytes.fill(0)
      assert.deepEqual(read, given)
    }
  })
})
