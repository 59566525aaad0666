import assert from 'node:assert/strict'
import type { Lifetime, MailboxKind } from '@sealpost/protocol'
import fc from 'fast-check'
import { fixedHex, get32, get48, hexAt, put32, put48, putHex } from '../../src/relay/hex.ts'
import {
  claimableKey,
  encodeClaim,
  encodeClaimable,
  encodeLink,
  type LinkRow,
  parseClaim,
  parseClaimable,
  parseLink
} from '../../src/relay/link-rows.ts'
import {
  ACKED,
  encodeChallenge,
  encodeDoomed,
  encodeEnvelope,
  encodeFormat,
  encodeIndex,
  encodeMailbox,
  encodeStoreId,
  encodeTotals,
  envelopeKey,
  envelopeOf,
  expiryKey,
  idleKey,
  LIVE,
  linkExpiryKey,
  parseChallenge,
  parseDoomed,
  parseEnvelope,
  parseFormat,
  parseIndex,
  parseMailbox,
  parseStoreId,
  parseTimedKey,
  parseTotals,
  recallHashOf,
  RECALLED,
  sequenceOfKey,
  tombstoneOf
} from '../../src/relay/rows.ts'
import { testEnvelope, testLink, testMailbox } from './cast.ts'

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const u48 = fc.integer({ min: 0, max: 2 ** 48 - 1 })

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

const mailboxRow = fc.record({
  kind: fc.constantFrom<MailboxKind>('contact', 'request', 'own', 'group'),
  isQuiet: fc.boolean(),
  hashes: bytesOf(64),
  nextSequence: u48,
  firstSequence: u48,
  firstLive: u48,
  firstTombstone: u48,
  liveCount: u32,
  liveBytes: u48,
  tombstoneCount: u32,
  lastWeek: u32
})

const entry = fc.oneof(
  fc.record({
    ordinal: u32,
    expiresAtMs: u48,
    isFallback: fc.constant(false),
    claimHash: fc.option(bytesOf(32), { nil: undefined })
  }),
  fc.record({
    ordinal: u32,
    expiresAtMs: u48,
    isFallback: fc.constant(true),
    claimHash: fc.constant(undefined)
  })
)

const linkRow: fc.Arbitrary<LinkRow> = fc.record({
  claimHash: bytesOf(32),
  ownerHash: bytesOf(32),
  nextOrdinal: u32,
  lastWeek: u32,
  expiryHour: u32,
  claimedCount: u32,
  fallbackClaimedCount: u32,
  entries: fc.array(entry, { maxLength: 300 })
})

/** A record as our own code makes it, with the usual prototype. */
function plain<Row extends object>(row: Row): Row {
  return { ...row }
}

describe('rows', () => {
  it('of mailboxes and links say what was written', () => {
    fc.assert(
      fc.property(mailboxRow, linkRow, (mailbox, link) => {
        assert.deepEqual(parseMailbox(encodeMailbox(mailbox)), plain(mailbox))
        assert.deepEqual(parseLink(encodeLink(link)), {
          ...link,
          entries: link.entries.map(plain)
        })
      }),
      { numRuns: 200 }
    )
  })

  it('of envelopes say what was written, and their tombstones all but what was sealed', () => {
    for (const lifetime of [0, 1, 2, 3] as readonly Lifetime[]) {
      for (const size of [2_048, 8_192, 32_768]) {
        const envelope = testEnvelope(1, size, lifetime)
        const bytes = encodeEnvelope(envelope, 478_321)
        const row = parseEnvelope(bytes)
        assert.ok(row !== 'corrupt')
        assert.deepEqual(envelopeOf(row), envelope)
        assert.deepEqual([row.state, row.size, row.expiryHour], [LIVE, size, 478_321])
        for (const state of [ACKED, RECALLED] as const) {
          const tombstone = tombstoneOf(bytes, state)
          const buried = parseEnvelope(tombstone)
          assert.ok(buried !== 'corrupt')
          assert.deepEqual(
            { ...buried, bytes: undefined },
            { ...row, state, bytes: undefined },
            'header and size stay'
          )
          assert.deepEqual(recallHashOf(tombstone), envelope.recallHash)
          assert.ok(tombstone.length < 64)
        }
      }
    }
  })

  it('of small kinds say what was written', () => {
    fc.assert(
      fc.property(u48, u32, bytesOf(16), bytesOf(16), bytesOf(4_096), (a, b, c, d, blob) => {
        assert.deepEqual(parseIndex(encodeIndex(a, b)), { sequence: a, expiryHour: b })
        assert.equal(parseDoomed(encodeDoomed(a)), a)
        assert.equal(parseFormat(encodeFormat(b)), b)
        assert.equal(parseClaim(encodeClaim(b)), b)
        assert.deepEqual(parseClaimable(encodeClaimable(blob)), blob)
        assert.deepEqual(parseStoreId(encodeStoreId(hexAt(c, 0, 16))), c)
        const challenge = { period: a, current: c, previous: d }
        assert.deepEqual(parseChallenge(encodeChallenge(challenge)), challenge)
        const totals = {
          envelopeCount: a,
          envelopeBytes: b,
          tombstoneCount: a,
          mailboxCount: b,
          linkCount: a
        }
        assert.deepEqual(parseTotals(encodeTotals(totals)), totals)
      }),
      { numRuns: 50 }
    )
  })

  it('are refused, never misread, where bytes are missing, added, or of another version', () => {
    const link: LinkRow = {
      claimHash: new Uint8Array(32),
      ownerHash: new Uint8Array(32),
      nextOrdinal: 2,
      lastWeek: 1,
      expiryHour: 0,
      claimedCount: 1,
      fallbackClaimedCount: 0,
      entries: [
        { ordinal: 0, expiresAtMs: 1, isFallback: false, claimHash: new Uint8Array(32) },
        { ordinal: 1, expiresAtMs: 1, isFallback: true, claimHash: undefined }
      ]
    }
    const [sample] = fc.sample(mailboxRow, { numRuns: 1, seed: 1 })
    assert.ok(sample !== undefined)
    const totals = {
      envelopeCount: 0,
      envelopeBytes: 0,
      tombstoneCount: 0,
      mailboxCount: 0,
      linkCount: 0
    }
    const envelope = encodeEnvelope(testEnvelope(1), 1)
    const challenge = { period: 1, current: new Uint8Array(16), previous: new Uint8Array(16) }
    const cases: readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] = [
      [encodeMailbox(sample), parseMailbox],
      [encodeLink(link), parseLink],
      [envelope, parseEnvelope],
      [tombstoneOf(envelope, ACKED), parseEnvelope],
      [encodeIndex(1, 2), parseIndex],
      [encodeDoomed(1), parseDoomed],
      [encodeFormat(1), parseFormat],
      [encodeStoreId('00'.repeat(16)), parseStoreId],
      [encodeTotals(totals), parseTotals],
      [encodeChallenge(challenge), parseChallenge],
      [encodeClaim(1), parseClaim]
    ]
    for (const [bytes, parse] of cases) {
      assert.notEqual(parse(bytes), 'corrupt')
      assert.equal(parse(bytes.subarray(0, bytes.length - 1)), 'corrupt', parse.name)
      assert.equal(parse(Uint8Array.of(...bytes, 0)), 'corrupt', parse.name)
      assert.equal(parse(bytes.with(0, 2)), 'corrupt', parse.name)
      assert.equal(parse(new Uint8Array(0)), 'corrupt', parse.name)
    }
    assert.equal(parseEnvelope(envelope.with(1, 3)), 'corrupt', 'an unknown state')
    assert.equal(parseEnvelope(envelope.with(2, 4)), 'corrupt', 'an unknown lifetime')
    assert.equal(parseMailbox(encodeMailbox(sample).with(1, 4)), 'corrupt', 'an unknown kind')
  })

  it('are read from any bytes at all without an exception', () => {
    const parsers: readonly ((bytes: Uint8Array) => unknown)[] = [
      parseMailbox,
      parseLink,
      parseEnvelope,
      parseIndex,
      parseDoomed,
      parseFormat,
      parseStoreId,
      parseTotals,
      parseChallenge,
      parseClaim,
      parseClaimable
    ]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isVersioned) => {
        const row = isVersioned && bytes.length > 0 ? bytes.with(0, 1) : bytes
        for (const parse of parsers) {
          assert.doesNotThrow(() => parse(row))
        }
      })
    )
  })
})

describe('keys', () => {
  const { id } = testMailbox(1)

  it('sort like the numbers in them', () => {
    fc.assert(
      fc.property(u48, u48, (a, b) => {
        assert.equal(envelopeKey(id, a) < envelopeKey(id, b), a < b)
        assert.equal(sequenceOfKey(envelopeKey(id, a)), a)
      })
    )
    fc.assert(
      fc.property(u32, u32, u48, (a, b, sequence) => {
        const [first, second] = [expiryKey(a, id, sequence), expiryKey(b, id, sequence)]
        assert.equal(first < second, a < b)
        assert.equal(claimableKey(testLink(1).id, a) < claimableKey(testLink(1).id, b), a < b)
      })
    )
  })

  it('say what they name', () => {
    assert.deepEqual(parseTimedKey(expiryKey(7, id, 9)), { time: 7, what: 'e', id, sequence: 9 })
    assert.deepEqual(parseTimedKey(linkExpiryKey(7, id)), { time: 7, what: 'l', id, sequence: 0 })
    assert.deepEqual(parseTimedKey(idleKey(7, 'm', id)), { time: 7, what: 'm', id, sequence: 0 })
  })

  it('of any other shape are refused', () => {
    const good = expiryKey(7, id, 9)
    for (const key of [
      '',
      'e',
      good.slice(1),
      `${good}0`,
      good.toUpperCase(),
      idleKey(7, 'm', '')
    ]) {
      assert.equal(parseTimedKey(key), 'corrupt', key)
    }
  })
})

describe('hex and integers', () => {
  it('are read as they were put', () => {
    fc.assert(
      fc.property(u32, u48, bytesOf(16), (small, large, id) => {
        const bytes = new Uint8Array(40).fill(0xaa)
        put32(bytes, 1, small)
        put48(bytes, 5, large)
        putHex(bytes, 11, hexAt(id, 0, 16))
        assert.deepEqual([get32(bytes, 1), get48(bytes, 5)], [small, large])
        assert.deepEqual(bytes.slice(11, 27), id)
        assert.deepEqual([bytes[0], bytes[27]], [0xaa, 0xaa], 'and nothing beside them')
        assert.equal(Number.parseInt(fixedHex(small, 8), 16), small)
      })
    )
  })
})
