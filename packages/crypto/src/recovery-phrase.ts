/**
 * A recovery phrase: a passphrase that nobody thinks up, to be written on paper and typed from it. Thirty characters in six
 * groups of five, `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`, in Crockford's base 32 (no I, L, O and U): 26 random ones, 130 bits,
 * and four, 20 bits, of SHA-256 of `"sealpost/1/recovery phrase" ||` the 26 in ASCII, the low five bits of each of its first
 * four bytes. So a slip of the pen is told from another file's phrase, but for one in a million.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { LABEL_PREFIX, concatBytes, utf8ToBytes } from '@sealpost/protocol'
import type { PassphraseCost } from './passphrase-key.ts'
import type { Random } from './random.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const PHRASE = /^[0-9A-HJKMNP-TV-Z]{30}$/u
const RANDOM_CHARACTERS = 26
const CHECK_CHARACTERS = 4
const GROUP_CHARACTERS = 5
/** What a person may type around thirty characters; more is no phrase and is not looked at. */
const TEXT_CHARACTERS_MAX = 256
/** Spaces, full stops, and the dashes that editors make of hyphens. */
const SEPARATORS = /[\s.,_\u00ad\u2010-\u2015\u2212-]/gu
const LABEL = utf8ToBytes(`${LABEL_PREFIX}recovery phrase`)

/** The least there can be: 130 random bits are not guessed, however cheap a guess is. */
export const RECOVERY_PHRASE_COST: PassphraseCost = { memoryKib: 8_192, passes: 1, lanes: 1 }

/** A fresh recovery phrase, in the form that `parseRecoveryPhrase` gives back. */
export function makeRecoveryPhrase(random: Random): string {
  const secret = inAlphabet(random.bytes(RANDOM_CHARACTERS))
  return grouped(secret + checkOf(secret))
}

/**
 * The phrase that a person typed, in the one form that is the passphrase: in capitals, in groups of five, with 0 for O and 1 for
 * I and L. Use this and not the text.
 *
 * @returns undefined for what is no recovery phrase, or is one with a mistake in it.
 */
export function parseRecoveryPhrase(text: string): string | undefined {
  if (text.length > TEXT_CHARACTERS_MAX) {
    return undefined
  }
  const phrase = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(SEPARATORS, '')
    .replaceAll('O', '0')
    .replace(/[IL]/gu, '1')
  const secret = phrase.slice(0, RANDOM_CHARACTERS)
  const isPhrase = PHRASE.test(phrase) && phrase === secret + checkOf(secret)
  return isPhrase ? grouped(phrase) : undefined
}

function checkOf(secret: string): string {
  const digest = sha256(concatBytes(LABEL, utf8ToBytes(secret)))
  return inAlphabet(digest.subarray(0, CHECK_CHARACTERS))
}

/** The low five bits of every byte: each character as likely as the next, since 32 divides 256. */
function inAlphabet(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('')
}

function grouped(characters: string): string {
  const groups: string[] = []
  for (let at = 0; at < characters.length; at += GROUP_CHARACTERS) {
    groups.push(characters.slice(at, at + GROUP_CHARACTERS))
  }
  return groups.join('-')
}
