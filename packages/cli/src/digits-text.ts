/** Six digits as they are read aloud. */
export function digitsText(digits: string): string {
  return `${digits.slice(0, 3)} ${digits.slice(3)}`
}
