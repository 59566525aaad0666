import assert from 'node:assert/strict'
import { create, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import {
  decodeLiveContent,
  encodeLiveContent,
  LIVE_CONTENT_BYTES_MAX,
  type LiveContent,
  nodeKeys,
  offerIds,
  PATH_CANDIDATES_MAX,
  type PathEnd
} from '@sealpost/protocol'
import { LiveContentSchema } from '../src/gen/sealpost/content/v1/live_pb.ts'
import { arbitraryPathEnd } from './arbitrary-path.ts'
import { bytes, record, safeInteger } from './arbitrary-frames.ts'
import { assertWithstandsHostileBytes } from './hostile-bytes.ts'
import { shorten } from './golden-values.ts'
import { some, times } from './mallory-frames.ts'

const code = 'SEALPOST_CONTENT_MALFORMED'
const MALFORMED = { name: 'ProtocolError', code }

const pathContent: fc.Arbitrary<LiveContent> = record({
  sentAtMs: safeInteger,
  body: record({
    type: fc.constantFrom('path-offer' as const, 'path-answer' as const),
    offerId: bytes(16).map((id) => offerIds.fromBytes(id)),
    nodeKey: bytes(32).map((key) => nodeKeys.fromBytes(key)),
    end: arbitraryPathEnd
  })
})

const END: PathEnd = {
  iceName: 'T4XW',
  icePassword: 'f4XQRPUOuNgHpEAJGIyOhT6t',
  fingerprint: some(32),
  candidates: [
    { host: 'c670b959-c85a-4e27-9ad6-70e6dd17a36d.local', port: 59_072 },
    { host: '192.0.2.1', port: 1 },
    { host: '2001:db8::1', port: 65_535 }
  ]
}

function saying(end: Partial<PathEnd>, type: 'path-offer' | 'path-answer' = 'path-offer') {
  return {
    sentAtMs: 1_700_000_000_000,
    body: {
      type,
      offerId: offerIds.fromBytes(some(16)),
      nodeKey: nodeKeys.fromBytes(some(32)),
      end: { ...END, ...end }
    }
  } satisfies LiveContent
}

/** As the schema writes it, whatever the bounds. */
function written(word: object): Uint8Array {
  const value = create(LiveContentSchema, {
    body: { case: 'pathOffer', value: { offerId: some(16), nodeKey: some(32), ...word } }
  })
  return toBinary(LiveContentSchema, value)
}

describe('an offer of a path, and its answer', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(pathContent, (given) => {
        assert.deepEqual(decodeLiveContent(encodeLiveContent(given)), given)
      })
    )
  })

  it('are read or refused as malformed, whatever their bytes', () => {
    assertWithstandsHostileBytes(
      {
        decode: decodeLiveContent,
        encode: encodeLiveContent,
        code,
        canEncode: ({ body }) => body.type !== 'unknown'
      },
      pathContent
    )
  })

  it('say it as they always did', () => {
    assert.equal(
      shorten(encodeLiveContent(saying({}))),
      '0880d095ffbc3122cd010a10[5a x 16]1220[5a x 32]1a96010a04543458571218663458515250554f754e67487045414a4749794f685436741a20[5a x 32]22300a2a63363730623935392d633835612d346532372d396164362d3730653664643137613336642e6c6f63616c10c0cd03220d0a093139322e302e322e31100122110a0b323030313a6462383a3a3110ffff03'
    )
    assert.equal(
      shorten(encodeLiveContent(saying({}, 'path-answer'))),
      '0880d095ffbc312acd010a10[5a x 16]1220[5a x 32]1a96010a04543458571218663458515250554f754e67487045414a4749794f685436741a20[5a x 32]22300a2a63363730623935392d633835612d346532372d396164362d3730653664643137613336642e6c6f63616c10c0cd03220d0a093139322e302e322e31100122110a0b323030313a6462383a3a3110ffff03'
    )
  })

  it('are live content of the smallest size class, however many candidates there are', () => {
    const host = '0123:4567:89ab:cdef:0123:4567:89ab:cdef'
    const end = {
      iceName: 'n'.repeat(32),
      icePassword: 'p'.repeat(64),
      candidates: times(PATH_CANDIDATES_MAX, () => ({ host, port: 65_535 }))
    }
    assert.ok(encodeLiveContent(saying(end)).length < LIVE_CONTENT_BYTES_MAX)
  })

  it('have each part within its bounds', () => {
    const candidate = { host: '192.0.2.1', port: 1 }
    for (const good of [
      { iceName: 'n'.repeat(4), icePassword: '+/'.repeat(11) },
      { iceName: 'n'.repeat(32), icePassword: 'p'.repeat(64) },
      { candidates: [candidate] },
      { candidates: times(PATH_CANDIDATES_MAX, () => candidate) }
    ]) {
      assert.deepEqual(decodeLiveContent(encodeLiveContent(saying(good))), saying(good))
    }
    for (const bad of [
      { iceName: 'n'.repeat(3) },
      { iceName: 'n'.repeat(33) },
      { iceName: 'name\r\na=x' },
      { icePassword: 'p'.repeat(21) },
      { icePassword: 'p'.repeat(65) },
      { icePassword: `${'p'.repeat(24)}\n` },
      { fingerprint: some(31) },
      { fingerprint: some(33) },
      { candidates: [] },
      { candidates: times(PATH_CANDIDATES_MAX + 1, () => candidate) },
      ...[0, 65_536].map((port) => ({ candidates: [{ ...candidate, port }] })),
      ...[
        '',
        'relay.example',
        '192.0.2',
        '192.0.2.1 typ relay',
        '192.0.2.1\r\na=candidate:1',
        'fe80::1%eth0',
        '2001',
        ':'.repeat(40),
        `${'a'.repeat(35)}.local`,
        `${'a'.repeat(36)}.local.`,
        '../../../../../../etc/passwd-abcdefgh.local'
      ].map((host) => ({ candidates: [{ host, port: 1 }] }))
    ]) {
      assert.throws(() => encodeLiveContent(saying(bad)), MALFORMED, JSON.stringify(bad))
      assert.throws(() => decodeLiveContent(written({ end: { ...END, ...bad } })), MALFORMED)
    }
  })

  it('name an offer and a node, and have an end', () => {
    assert.equal(decodeLiveContent(written({ end: END })).body.type, 'path-offer')
    for (const bad of [
      { end: undefined },
      { end: END, offerId: some(15) },
      { end: END, nodeKey: some(33) }
    ]) {
      assert.throws(() => decodeLiveContent(written(bad)), MALFORMED)
    }
  })
})
