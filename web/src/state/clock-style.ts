import type { ClockStyle } from '../locales/dates.ts'
import { preferences } from './preferences.ts'

/** How the person wants times to be shown. */
export function clockStyle(): ClockStyle {
  const { hours } = preferences.value
  return { is24Hours: hours === 'system' ? undefined : hours === '24' }
}
