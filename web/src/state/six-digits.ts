/** What somebody typed of six digits that another device shows: with spaces, or full-width; undefined while it is not six. */
export function sixDigits(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replace(/\s/g, '')
  return /^[0-9]{6}$/.test(digits) ? digits : undefined
}

/** Six digits as people read them: in two halves. */
export function halvedDigits(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`
}
