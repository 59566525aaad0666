/** A safety number as people compare it, and as a camera reads it. */

const DIGITS = 60
const GROUP = 5

/** Twelve groups of five. */
export function digitGroups(safetyNumber: string): readonly string[] {
  return Array.from({ length: Math.ceil(safetyNumber.length / GROUP) }, (_, at) =>
    safetyNumber.slice(at * GROUP, (at + 1) * GROUP)
  )
}

/** What a scanned text says of a safety number; undefined for a code of something else. */
export function compareScanned(scanned: string, safetyNumber: string): boolean | undefined {
  const digits = scanned.replace(/\s+/g, '')
  if (digits.length !== DIGITS || !/^\d+$/.test(digits)) {
    return undefined
  }
  return digits === safetyNumber
}
