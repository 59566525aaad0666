import assert from 'node:assert/strict'
import { passphraseStrength } from '../src/state/passphrase-strength.ts'

describe('the strength of a passphrase', () => {
  const cases: readonly (readonly [string, 0 | 1 | 2 | 3])[] = [
    ['', 0],
    ['aaaaaaaaaaaaaaaa', 0],
    ['hello', 0],
    ['hello world', 1],
    ['correct horse', 2],
    ['correct horse battery staple', 3],
    ['orbit lantern mosaic ferry pebble', 3],
    ['xK9$mQ2!vL7#pR4&', 3]
  ]

  for (const [passphrase, strength] of cases) {
    it(`is ${String(strength)} for ${JSON.stringify(passphrase)}`, () => {
      assert.equal(passphraseStrength(passphrase), strength)
    })
  }
})
