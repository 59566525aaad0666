import assert from 'node:assert/strict'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@sealpost/protocol'
import fc from 'fast-check'
import { makeRecoveryPhrase, parseRecoveryPhrase, RECOVERY_PHRASE_COST } from '../src/index.ts'
import { seededRandom } from './seeded-random.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const random = seededRandom('recovery')
const KNOWN = 'AS2DH-66S9R-MAGQY-VSDSM-1E1A6-XRCRN'

function swapped(text: string, at: number): string {
  return text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
}

describe('a recovery phrase', () => {
  it('is six groups of five, no two alike, and parses to itself', () => {
    const phrases = Array.from({ length: 200 }, () => makeRecoveryPhrase(random))
    for (const phrase of phrases) {
      assert.match(phrase, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){5}$/)
      assert.equal(parseRecoveryPhrase(phrase), phrase)
    }
    assert.equal(new Set(phrases).size, phrases.length)
  })

  it('stands as its known answer', () => {
    assert.equal(makeRecoveryPhrase(seededRandom('known answer')), KNOWN)
    const secret = KNOWN.replaceAll('-', '').slice(0, 26)
    const check = sha256(utf8ToBytes(`sealpost/1/recovery phrase${secret}`)).subarray(0, 4)
    const characters = Array.from(check, (byte) => ALPHABET.charAt(byte % 32))
    assert.equal(KNOWN.replaceAll('-', '').slice(26), characters.join(''))
  })

  it('holds 130 random bits, every character as likely as another', () => {
    const seen = Array.from({ length: 26 }, () => new Set<string>())
    for (let byte = 0; byte < 256; byte++) {
      const phrase = makeRecoveryPhrase({ bytes: (count) => new Uint8Array(count).fill(byte) })
      const secret = phrase.replaceAll('-', '').slice(0, 26)
      assert.equal(secret, ALPHABET.charAt(byte % 32).repeat(26))
      seen.forEach((characters, at) => characters.add(secret.charAt(at)))
    }
    assert.ok(seen.every((characters) => characters.size === 32))
  })

  it('parses however a person typed it', () => {
    const phrase = KNOWN
    const bare = phrase.replaceAll('-', '')
    const typed = [
      phrase.toLowerCase(),
      bare,
      bare.toLowerCase(),
      ` ${phrase}\n`,
      phrase.replaceAll('-', ' '),
      phrase.replaceAll('-', ' \u2013 '),
      phrase.replaceAll('-', '\u2011'),
      phrase.replaceAll('-', '.\r\n\t'),
      bare.replace(/(.)/gu, '$1 '),
      bare.replace(/[0-9A-Z]/gu, (character) =>
        String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0)
      )
    ]
    for (const text of typed) {
      assert.equal(parseRecoveryPhrase(text), phrase, text)
    }
  })

  it('takes O for 0, and I and L for 1, in capitals or not', () => {
    const zeros = makeRecoveryPhrase({ bytes: (count) => new Uint8Array(count) })
    const ones = makeRecoveryPhrase({ bytes: (count) => new Uint8Array(count).fill(1) })
    for (const letter of ['O', 'o']) {
      assert.equal(parseRecoveryPhrase(zeros.replaceAll('0', letter)), zeros)
    }
    for (const letter of ['I', 'i', 'L', 'l']) {
      assert.equal(parseRecoveryPhrase(ones.replaceAll('1', letter)), ones)
    }
  })

  it('tells any one character typed wrong', () => {
    for (let at = 0; at < KNOWN.length; at++) {
      if (KNOWN.charAt(at) === '-') {
        continue
      }
      for (const other of [...ALPHABET.split(''), 'U', '!'].filter((it) => it !== KNOWN[at])) {
        const typo = KNOWN.slice(0, at) + other + KNOWN.slice(at + 1)
        assert.equal(parseRecoveryPhrase(typo), undefined, typo)
      }
    }
  })

  it('tells characters swapped, left out and typed twice, and groups swapped', () => {
    const bare = KNOWN.replaceAll('-', '')
    for (let at = 0; at < bare.length; at++) {
      const left = bare.slice(0, at) + bare.slice(at + 1)
      const twice = bare.slice(0, at + 1) + bare.slice(at)
      assert.equal(parseRecoveryPhrase(left), undefined)
      assert.equal(parseRecoveryPhrase(twice), undefined)
      if (at + 1 < bare.length && bare[at] !== bare[at + 1]) {
        assert.equal(parseRecoveryPhrase(swapped(bare, at)), undefined)
      }
    }
    const groups = KNOWN.split('-')
    for (let at = 0; at + 1 < groups.length; at++) {
      const others = groups.toSpliced(at, 2, groups[at + 1] ?? '', groups[at] ?? '')
      assert.equal(parseRecoveryPhrase(others.join('-')), undefined)
    }
  })

  it('is nothing else, of whatever length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        assert.equal(parseRecoveryPhrase(text), undefined)
      }),
      { seed: 1 }
    )
    for (const text of ['', '-', '0'.repeat(29), '\ud800'.repeat(30), KNOWN + KNOWN]) {
      assert.equal(parseRecoveryPhrase(text), undefined)
    }
    assert.equal(parseRecoveryPhrase(KNOWN.padEnd(256)), KNOWN)
    assert.equal(parseRecoveryPhrase(KNOWN.padEnd(257)), undefined)
  })

  it('costs the least that a passphrase can', () => {
    assert.deepEqual(RECOVERY_PHRASE_COST, { memoryKib: 8_192, passes: 1, lanes: 1 })
  })
})
