import type { DoctorLine } from './examine.ts'

/** What `doctor` answers a program. */
export interface DoctorAnswer {
  /** Whether nothing fails. */
  readonly isWell: boolean
  readonly checks: readonly DoctorLine[]
}

export function doctorAnswer(checks: readonly DoctorLine[]): DoctorAnswer {
  return { isWell: checks.every(({ level }) => level !== 'fail'), checks }
}
