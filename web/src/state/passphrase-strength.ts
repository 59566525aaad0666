/** How hard a passphrase is to guess, roughly: by its length, its kinds of characters, and its repetitions. No list of words is shipped for it. */

const BITS_OF_STEP = [28, 44, 60] as const

/** From 0, guessed at once, to 3. */
export function passphraseStrength(passphrase: string): 0 | 1 | 2 | 3 {
  const bits = bitsOf(passphrase)
  const steps = BITS_OF_STEP.filter((least) => bits >= least).length
  return steps === 0 ? 0 : steps === 1 ? 1 : steps === 2 ? 2 : 3
}

function bitsOf(passphrase: string): number {
  const words = passphrase.split(/\s+/u).filter((word) => word.length > 2)
  const characters = Array.from(passphrase)
  const distinct = new Set(characters).size
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u]
  const alphabet = kinds.filter((kind) => kind.test(passphrase)).length * 26
  const isWide = /\p{Script=Han}/u.test(passphrase)
  const perCharacter = isWide ? 9 : Math.log2(Math.max(2, alphabet)) * 0.6
  // Each further copy of a character adds next to nothing.
  const effective = Math.min(characters.length, distinct * 2)
  return Math.max(effective * perCharacter, words.length > 2 ? new Set(words).size * 12 : 0)
}
