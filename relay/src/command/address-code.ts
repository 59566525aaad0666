import encodeQR from 'qr'

/** Blank modules around the code, without which a camera does not find it. */
const BORDER = 2
/** What the library draws is light on dark, whatever the terminal's own colours are. */
const LIGHT_ON_DARK = '\u001b[97;40m'
const AS_BEFORE = '\u001b[0m'

/** An address as a QR code, for whoever has the terminal before them and adds the relay on a phone; undefined where it does not fit. */
export function addressCode(address: string, columns: number): string | undefined {
  const lines = encodeQR(address, 'ascii', { ecc: 'low', border: BORDER }).trimEnd().split('\n')
  if (lines.some(({ length }) => length > columns)) {
    return undefined
  }
  return lines.map((line) => `${LIGHT_ON_DARK}${line}${AS_BEFORE}\n`).join('')
}
