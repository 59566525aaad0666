import assert from 'node:assert/strict'
import fc from 'fast-check'
import { bytesToBase64url, isSealpostError } from '@sealpost/protocol'
import {
  comparisonDigits,
  formatLinkingCode,
  linkingMailbox,
  parseLinkingCode
} from '../../src/device/linking-code.ts'
import { bytesOf, relayAddress, relayKey, START_MS } from '../peer/cast.ts'

const CODE = {
  linkSecret: bytesOf('a linking code', 32),
  expiresAtMs: START_MS,
  relays: [relayAddress('rita'), relayAddress('ruth')]
}

function codeOf(text: string): string | undefined {
  try {
    parseLinkingCode(text)
    return undefined
  } catch (error) {
    return isSealpostError(error) ? error.code : 'something else'
  }
}

describe('a code that links a device', () => {
  it('says what it was made of, with white space around it', () => {
    const text = formatLinkingCode(CODE)
    assert.match(text, /^sealpost:d\/[A-Za-z0-9_-]+$/)
    assert.deepEqual(parseLinkingCode(`  ${text}\n`), CODE)
  })

  it('is refused with any one character changed, or cut off anywhere', () => {
    const text = formatLinkingCode(CODE)
    const body = text.slice('sealpost:d/'.length)
    for (let at = 0; at < body.length; at++) {
      const other = body[at] === 'A' ? 'B' : 'A'
      const changed = `sealpost:d/${body.slice(0, at)}${other}${body.slice(at + 1)}`
      assert.equal(codeOf(changed), 'SEALPOST_LINK_INVALID')
      assert.equal(codeOf(`sealpost:d/${body.slice(0, at)}`), 'SEALPOST_LINK_INVALID')
    }
  })

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 300 })), (given) => {
        const text = typeof given === 'string' ? given : `sealpost:d/${bytesToBase64url(given)}`
        assert.equal(codeOf(text), 'SEALPOST_LINK_INVALID')
      })
    )
  })

  it('leads to other mailboxes at each relay, and for each of the two devices', () => {
    const places = [
      linkingMailbox(CODE.linkSecret, relayKey('rita'), 'old'),
      linkingMailbox(CODE.linkSecret, relayKey('rita'), 'new'),
      linkingMailbox(CODE.linkSecret, relayKey('ruth'), 'old')
    ]
    assert.equal(new Set(places.map(({ mailboxId }) => mailboxId)).size, 3)
    assert.deepEqual(linkingMailbox(CODE.linkSecret, relayKey('rita'), 'old'), places[0])
  })

  it('gives six digits, others for another key or another code', () => {
    const key = bytesOf('a request key', 1_216)
    const digits = comparisonDigits(CODE.linkSecret, key)
    assert.match(digits, /^[0-9]{6}$/)
    assert.equal(comparisonDigits(CODE.linkSecret, key), digits)
    assert.notEqual(comparisonDigits(CODE.linkSecret, bytesOf('another key', 1_216)), digits)
    assert.notEqual(comparisonDigits(bytesOf('another code', 32), key), digits)
  })
})
