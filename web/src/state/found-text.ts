/** What of a text to show where it was found: some of it around the first part that was looked for, and where the parts are. */

/** UTF-16 code units before the first part. */
const BEFORE = 24
const SHOWN_MAX = 160

export interface TextPart {
  readonly text: string
  readonly isFound: boolean
}

export function foundParts(text: string, query: string): readonly TextPart[] {
  const terms = query
    .toLowerCase()
    .split(/\s+/u)
    .filter((term) => term !== '')
  const flat = text.replace(/\s+/gu, ' ')
  const lower = flat.toLowerCase()
  // Letters whose small form is longer are rare; there the whole is shown without marks.
  const isAligned = lower.length === flat.length
  const places = isAligned ? placesOf(lower, terms) : []
  const first = places[0]?.[0] ?? 0
  const start = first > BEFORE * 2 ? wholeFrom(flat, first - BEFORE) : 0
  const end = Math.min(flat.length, start + SHOWN_MAX)
  const parts: TextPart[] = start > 0 ? [{ text: '…', isFound: false }] : []
  let at = start
  for (const [from, to] of places.filter(([, placeEnd]) => placeEnd <= end)) {
    if (from > at) {
      parts.push({ text: flat.slice(at, from), isFound: false })
    }
    parts.push({ text: flat.slice(from, to), isFound: true })
    at = to
  }
  const rest = flat.slice(at, end) + (end < flat.length ? '…' : '')
  return rest === '' ? parts : [...parts, { text: rest, isFound: false }]
}

/** Ascending, apart from each other. */
function placesOf(text: string, terms: readonly string[]): readonly (readonly [number, number])[] {
  const places = terms.flatMap((term) => {
    const found: [number, number][] = []
    for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
      found.push([at, at + term.length])
    }
    return found
  })
  const apart: [number, number][] = []
  for (const [from, to] of places.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (from >= (apart.at(-1)?.[1] ?? 0)) {
      apart.push([from, to])
    }
  }
  return apart
}

/** Not in the midst of a character of two code units. */
function wholeFrom(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
