import assert from 'node:assert/strict'
import fc from 'fast-check'
import {
  base64urlToBytes,
  bytesToBase64url,
  concatBytes,
  isSealpostError
} from '@sealpost/protocol'
import { sha256 } from '../../src/derive.ts'
import {
  committedSecret,
  comparisonDigits,
  formatLinkingCode,
  linkingMailbox,
  parseLinkingCode
} from '../../src/device/linking-code.ts'
import { bytesOf, relayAddress, relayKey, START_MS } from '../peer/cast.ts'

const CODE = {
  shownBy: 'old' as const,
  linkSecret: bytesOf('a linking code', 32),
  expiresAtMs: START_MS,
  relays: [relayAddress('rita'), relayAddress('ruth')]
}

type ShownBy = 'old' | 'new'

function refusalOf(text: string, shownBy: ShownBy): readonly (string | undefined)[] {
  try {
    parseLinkingCode(text, shownBy)
    return []
  } catch (error) {
    return isSealpostError(error) ? [error.code, error.detail] : ['something else']
  }
}

/** Of a text that must be a code of neither kind. */
function codeOf(text: string): string | undefined {
  const [first] = refusalOf(text, 'old')
  const [second] = refusalOf(text, 'new')
  assert.equal(first, second)
  return first
}

describe('a code that links a device', () => {
  it('says what it was made of, with white space around it', () => {
    for (const shownBy of ['old', 'new'] as const) {
      const text = formatLinkingCode({ ...CODE, shownBy })
      assert.match(text, /^sealpost:d\/[A-Za-z0-9_-]+$/)
      assert.deepEqual(parseLinkingCode(`  ${text}\n`, shownBy), { ...CODE, shownBy })
    }
  })

  it('is refused by the device that it is not for, which says for which it is', () => {
    const ofAccount = formatLinkingCode(CODE)
    const ofNew = formatLinkingCode({ ...CODE, shownBy: 'new' })
    assert.deepEqual(refusalOf(ofAccount, 'new'), ['SEALPOST_LINK_INVALID', 'code-to-join'])
    assert.deepEqual(refusalOf(ofNew, 'old'), ['SEALPOST_LINK_INVALID', 'code-to-let-in'])
  })

  it('is refused where it is of a kind or a version that is not known', () => {
    const payload = base64urlToBytes(formatLinkingCode(CODE).slice('sealpost:d/'.length))
    assert.ok(payload)
    for (const [version, kind] of [
      [1, 1],
      [1, 4],
      [2, 2],
      [2, 3]
    ] as const) {
      const body = payload.slice(0, -4)
      body.set([version, kind])
      const bytes = concatBytes(body, sha256(body).subarray(0, 4))
      const text = `sealpost:d/${bytesToBase64url(bytes)}`
      for (const shownBy of ['old', 'new'] as const) {
        assert.deepEqual(refusalOf(text, shownBy), ['SEALPOST_LINK_INVALID', 'link-newer'])
      }
    }
  })

  it('has a secret that fits one hello alone, where the new device shows it', () => {
    const hello = bytesOf('a hello', 1_300)
    const secret = committedSecret(hello)
    assert.equal(secret.length, 32)
    assert.deepEqual(committedSecret(hello), secret)
    for (const at of [0, 700, 1_299]) {
      const other = hello.slice()
      other[at] = (other[at] ?? 0) ^ 1
      assert.notDeepEqual(committedSecret(other), secret)
    }
    assert.notDeepEqual(committedSecret(hello.subarray(1)), secret)
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
