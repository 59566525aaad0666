/** A QR code for a terminal. */
import encodeQR from 'qr'

/** Blank modules around the code, without which a camera does not find it. */
const BORDER = 2
const BLACK_ON_WHITE = '\u001b[30;107m'
const AS_BEFORE = '\u001b[0m'
/** By whether the upper and the lower of two modules are dark. */
const HALVES = [' ', '▄', '▀', '█'] as const

/** Two modules a letter, one above the other; undefined where the terminal is too narrow, or is none. */
export function qrLines(text: string, columns: number | undefined): string | undefined {
  const modules = encodeQR(text, 'raw', { ecc: 'low', border: BORDER })
  if (columns === undefined || columns < modules.length) {
    return undefined
  }
  const lines: string[] = []
  for (let row = 0; row < modules.length; row += 2) {
    const letters = (modules[row] ?? []).map((isDark, column) => {
      const isLowerDark = modules[row + 1]?.[column] === true
      return HALVES[((isDark ? 2 : 0) + (isLowerDark ? 1 : 0)) as 0 | 1 | 2 | 3]
    })
    lines.push(`${BLACK_ON_WHITE}${letters.join('')}${AS_BEFORE}`)
  }
  return lines.join('\n')
}
