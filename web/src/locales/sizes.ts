/** Amounts of bytes as people read them. */
import { locale } from './locale.ts'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1_000

export function bytesText(bytes: number): string {
  let [value, at] = [bytes, 0]
  while (value >= STEP && at < UNITS.length - 1) {
    value /= STEP
    at += 1
  }
  const unit = UNITS[at] ?? 'byte'
  const options = {
    style: 'unit',
    unit,
    maximumFractionDigits: value < 10 && at > 0 ? 1 : 0
  } as const
  return new Intl.NumberFormat(locale(), options).format(value)
}
