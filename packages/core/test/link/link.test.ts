import assert from 'node:assert/strict'
import { decodeLink, encodeLink, formatLink, type Link, parseLink } from '@sealpost/core'
import { isSealpostError, nodeKeys } from '@sealpost/protocol'
import fc from 'fast-check'

const RITA = nodeKeys.fromBytes(new Uint8Array(32).fill(1))
const LINK: Link = {
  kind: 'one-time',
  linkSecret: new Uint8Array(32).fill(2),
  inviterHash: new Uint8Array(32).fill(3),
  expiresAtMs: 1_800_000_000_000,
  relays: [
    {
      nodeKey: RITA,
      addresses: ['/ip4/192.0.2.1/tcp/7700/ws', '/dns4/rita.example/tcp/443/tls/ws']
    }
  ]
}

function refusesAsDamaged(text: string): void {
  assert.throws(
    () => parseLink(text),
    (error) =>
      isSealpostError(error) && error.code === 'SEALPOST_LINK_INVALID' && /\.$/.test(error.message),
    text
  )
}

describe('a link', () => {
  it('is read as it was made, in either form and with space around it', () => {
    const bytes = encodeLink(LINK)
    const text = formatLink(bytes)
    assert.ok(text.startsWith('sealpost:i/'))
    const payload = text.slice('sealpost:i/'.length)
    for (const form of [text, ` ${text}\n`, `https://web.example/#/i/${payload}`]) {
      assert.deepEqual(parseLink(form), { link: LINK, bytes })
    }
    assert.deepEqual(
      decodeLink(encodeLink({ ...LINK, expiresAtMs: undefined })).expiresAtMs,
      undefined
    )
    assert.equal(decodeLink(encodeLink({ ...LINK, kind: 'public' })).kind, 'public')
  })

  it('is refused with a sentence when a character is lost or changed, wherever', () => {
    const text = formatLink(encodeLink(LINK))
    for (let at = 'sealpost:i/'.length; at < text.length; at += 7) {
      refusesAsDamaged(text.slice(0, at) + text.slice(at + 1))
      refusesAsDamaged(text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1))
      refusesAsDamaged(text.slice(0, at))
    }
  })

  it('is refused for what is no link at all', () => {
    for (const text of [
      '',
      'hello',
      'https://web.example/',
      'sealpost:i/',
      'sealpost:i/%%%',
      `sealpost:i/${'A'.repeat(9_000)}`
    ]) {
      refusesAsDamaged(text)
    }
  })

  it('is refused for bytes that nobody made, and nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        refusesAsDamaged(formatLink(bytes))
      })
    )
  })
})
