import assert from 'node:assert/strict'
import {
  bytesToBase64url,
  concatBytes,
  isSealpostError,
  LINK_BYTES_MAX,
  nodeKeys,
  utf8ToBytes
} from '@sealpost/protocol'
import {
  decodeLink,
  encodeLink,
  formatLink,
  inviterHash,
  type Link,
  parseLink,
  sha256
} from '@sealpost/core'
import fc from 'fast-check'
import { bytesOf, identity, relayAddress } from '../peer/cast.ts'

const LINK: Link = {
  kind: 'one-time',
  linkSecret: bytesOf('link secret', 32),
  inviterHash: bytesOf('inviter hash', 32),
  expiresAtMs: 1_736_121_600_000,
  relays: [relayAddress('rita'), relayAddress('rosa')]
}

const arbitraryBytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const arbitraryAddress = fc
  .string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 100
  })
  .map((text) => `/${text}`)
const arbitraryLink: fc.Arbitrary<Link> = fc.record(
  {
    kind: fc.constantFrom('one-time', 'public'),
    linkSecret: arbitraryBytes,
    inviterHash: arbitraryBytes,
    expiresAtMs: fc.option(
      fc.integer({ min: 1, max: 0xffff_ffff }).map((seconds) => seconds * 1_000),
      { nil: undefined }
    ),
    relays: fc.uniqueArray(
      fc.record(
        {
          nodeKey: arbitraryBytes.map((bytes) => nodeKeys.fromBytes(bytes)),
          addresses: fc.array(arbitraryAddress, { minLength: 1, maxLength: 3 })
        },
        { noNullPrototype: true }
      ),
      { minLength: 1, maxLength: 5, selector: ({ nodeKey }) => nodeKey }
    )
  },
  { noNullPrototype: true }
)

/** A link's bytes with another body, and the right checksum for it. */
function withBody(change: (body: Uint8Array) => Uint8Array): Uint8Array {
  const bytes = encodeLink(LINK)
  const body = change(bytes.slice(0, -4))
  return concatBytes(body, sha256(body).subarray(0, 4))
}

/** That it is refused as a link, in a sentence for the person who pasted it. */
function assertInvalid(read: () => unknown): void {
  assert.throws(read, (error: unknown) => {
    assert.ok(isSealpostError(error))
    assert.equal(error.code, 'SEALPOST_LINK_INVALID')
    assert.equal(error.name, 'UsageError')
    assert.match(error.message, /^the link cannot be used: .{10,}[^.]$/)
    return true
  })
}

function hint(key: Uint8Array, text: Uint8Array): Uint8Array {
  return concatBytes(key, Uint8Array.of(text.length), text)
}

describe('a link', () => {
  it('comes back from its text, in both forms, with white space around it', () => {
    fc.assert(
      fc.property(arbitraryLink, (link) => {
        const bytes = encodeLink(link)
        const payload = bytesToBase64url(bytes)
        const texts = [
          formatLink(bytes),
          `  ${formatLink(bytes)}\n`,
          `SEALPOST:I/${payload}`,
          `https://chat.example/#/i/${payload}`,
          `http://localhost:7700/some/where?x=1#/i/${payload}`,
          `\t HTTPS://chat.example/#/i/${payload} `
        ]
        for (const text of texts) {
          const read = parseLink(text)
          assert.deepEqual(read.link, link)
          assert.deepEqual(read.bytes, bytes)
        }
      }),
      { numRuns: 50 }
    )
  })

  it('has the bytes that the protocol fixes', () => {
    const bytes = encodeLink({ ...LINK, relays: [relayAddress('rita')] })
    const address = utf8ToBytes('/dns4/rita.example/tcp/443/wss')
    const body = concatBytes(
      Uint8Array.of(1, 0),
      LINK.linkSecret,
      LINK.inviterHash,
      Uint8Array.of(0x67, 0x7b, 0x1d, 0x00),
      hint(nodeKeys.toBytes(relayAddress('rita').nodeKey), address)
    )
    assert.deepEqual(bytes, concatBytes(body, sha256(body).subarray(0, 4)))
  })

  it('names its inviter without showing them', () => {
    const hash = inviterHash(LINK.linkSecret, identity('alice'))
    assert.equal(hash.length, 32)
    assert.notDeepEqual(hash, inviterHash(LINK.linkSecret, identity('bob')))
    assert.notDeepEqual(hash, inviterHash(bytesOf('another secret', 32), identity('alice')))
  })

  it('loses what is below a second of its expiry', () => {
    const link = decodeLink(encodeLink({ ...LINK, expiresAtMs: 1_736_121_600_999 }))
    assert.equal(link.expiresAtMs, 1_736_121_600_000)
  })

  it('of which any byte was changed is refused', () => {
    const bytes = encodeLink(LINK)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice()
      damaged[at] = (damaged[at] ?? 0) ^ 0x40
      assertInvalid(() => decodeLink(damaged))
    }
  })

  it('that was cut short anywhere is refused', () => {
    const text = formatLink(encodeLink(LINK))
    for (let length = 0; length < text.length; length++) {
      assertInvalid(() => parseLink(text.slice(0, length)))
    }
  })

  it('of which any character was lost or changed is refused', () => {
    const text = formatLink(encodeLink(LINK))
    for (let at = 'sealpost:i/'.length; at < text.length - 1; at++) {
      const other = text[at] === 'A' ? 'B' : 'A'
      assertInvalid(() => parseLink(text.slice(0, at) + text.slice(at + 1)))
      assertInvalid(() => parseLink(text.slice(0, at) + other + text.slice(at + 1)))
    }
  })

  it('with something behind it is refused', () => {
    const text = formatLink(encodeLink(LINK))
    for (const more of ['A', 'AAAA', '.', ' and more', '#/i/', '=', '\u0000']) {
      assertInvalid(() => parseLink(text + more))
    }
  })

  it('of another version or kind is refused, since it may be from a later Sealpost', () => {
    const set = (at: number, value: number) => (body: Uint8Array) => {
      body[at] = value
      return body
    }
    for (const change of [set(0, 0), set(0, 2), set(1, 2), set(1, 255)]) {
      assertInvalid(() => decodeLink(withBody(change)))
    }
  })

  it('without a relay is refused', () => {
    assertInvalid(() => decodeLink(withBody((body) => body.slice(0, 70))))
  })

  it('with five relays is taken, with six it is refused', () => {
    const relays = (count: number): Link => ({
      ...LINK,
      relays: Array.from({ length: count }, (_, index) =>
        relayAddress(`relay ${String(index)}`.replace(' ', '-'))
      )
    })
    assert.equal(decodeLink(encodeLink(relays(5))).relays.length, 5)
    assertInvalid(() => decodeLink(encodeLink(relays(6))))
  })

  it('with three addresses of a relay is taken, with four it is refused', () => {
    const addresses = ['/a', '/b', '/c', '/d']
    const link = (count: number): Link => ({
      ...LINK,
      relays: [{ ...relayAddress('rita'), addresses: addresses.slice(0, count) }]
    })
    assert.deepEqual(decodeLink(encodeLink(link(3))).relays[0]?.addresses, ['/a', '/b', '/c'])
    assertInvalid(() => decodeLink(encodeLink(link(4))))
  })

  it('with addresses that a terminal would obey, or that are none, is refused', () => {
    const key = bytesOf('key', 32)
    for (const address of ['', 'dns4', '/a b', '/\u001b[2J', '/é', '/\u0000', '\u202e/']) {
      const hints = hint(key, utf8ToBytes(address))
      assertInvalid(() => decodeLink(withBody((body) => concatBytes(body.slice(0, 70), hints))))
    }
  })

  it('whose hints are cut off is refused', () => {
    const whole = encodeLink(LINK).slice(0, -4)
    for (let length = 71; length < whole.length; length++) {
      if (length === 70 + 33 + 30) {
        // Where the first hint ends.
        continue
      }
      assertInvalid(() => decodeLink(withBody((body) => body.slice(0, length))))
    }
  })

  it('may have as many bytes as the limit says, and not one more', () => {
    const filled = (length: number): Uint8Array =>
      withBody((body) => concatBytes(body, new Uint8Array(length - 4 - body.length)))
    assertInvalid(() => decodeLink(filled(LINK_BYTES_MAX)))
    assertInvalid(() => decodeLink(filled(LINK_BYTES_MAX + 1)))
    assert.match(
      messageOf(() => decodeLink(filled(LINK_BYTES_MAX))),
      /relay/
    )
    assert.match(
      messageOf(() => decodeLink(filled(LINK_BYTES_MAX + 1))),
      /too long/
    )
  })

  it('is nothing else, whatever was pasted', () => {
    for (const text of [
      '',
      ' ',
      'hello',
      'sealpost:',
      'sealpost:i/',
      'sealpost:i/!!!!',
      'sealpost:x/AAAA',
      'https://chat.example/',
      'https://chat.example/#/i/',
      'ftp://chat.example/#/i/AAAA',
      '#/i/AAAA',
      `sealpost:i/${'A'.repeat(100_000)}`,
      'sealpost:i/\ud800'
    ]) {
      assertInvalid(() => parseLink(text))
    }
  })

  it('is refused with its code and nothing else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, text) => {
        assertInvalid(() => decodeLink(bytes))
        assertInvalid(() => parseLink(`sealpost:i/${text}`))
        assertInvalid(() => parseLink(text))
        const body = concatBytes(Uint8Array.of(1, 0), bytes)
        const checked = concatBytes(body, sha256(body).subarray(0, 4))
        try {
          const link = decodeLink(checked)
          assert.ok(link.relays.length >= 1 && link.relays.length <= 5)
        } catch (error) {
          assert.ok(isSealpostError(error) && error.code === 'SEALPOST_LINK_INVALID')
        }
      }),
      { numRuns: 300 }
    )
  })
})

function messageOf(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}
