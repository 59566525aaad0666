/** How long something lasts, as the person reads it. */
import { locale } from './locale.ts'

const UNITS = [
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1]
] as const

/** In the largest unit of which it is a whole number: "8 hours". */
export function durationOf(seconds: number, unitDisplay: 'long' | 'narrow' = 'long'): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? (['second', 1] as const)
  return inUnits(seconds / size, unit, unitDisplay)
}

/** About as long, in the largest unit that it has one of: what is left of something. */
export function remainderOf(seconds: number, unitDisplay: 'long' | 'narrow' = 'long'): string {
  const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? (['second', 1] as const)
  return inUnits(Math.ceil(seconds / size), unit, unitDisplay)
}

/** In how many seconds `remainderOf` says something else, at the latest. */
export function changesIn(seconds: number): number {
  const [, size] = UNITS.find(([, each]) => seconds >= each) ?? (['second', 1] as const)
  return Math.max(1, Math.min(seconds % size || size, 3_600))
}

function inUnits(count: number, unit: string, unitDisplay: 'long' | 'narrow'): string {
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay }).format(count)
}
