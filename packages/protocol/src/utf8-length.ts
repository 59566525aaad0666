/**
 * Bytes that a text has as UTF-8. Apart from `bytes.ts`, so that a page which bounds what is typed loads no library for it.
 *
 * @param text a half of a pair without the other counts as the sign that is put in its place, three bytes
 */
export function utf8Length(text: string): number {
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
  }
  return length
}
