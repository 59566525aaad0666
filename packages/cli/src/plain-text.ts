/** What others wrote, made safe for a terminal: no sequence of theirs may move the cursor or pose as a line of ours. */

/** All that a terminal takes for a command, but for a new line; and what turns the direction of the text around it. */
const UNSAFE = /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** One line of somebody's words. */
export function plainLine(text: string): string {
  return plainText(text, '').replaceAll('\n', ' ')
}

/** Somebody's words; each line but the first begins with `indent`, so that none looks like the next message. */
export function plainText(text: string, indent: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(UNSAFE, '\u{fffd}')
    .replaceAll('\n', `\n${indent}`)
}
