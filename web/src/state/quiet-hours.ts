/** Hours in which nothing rings and nothing is shown. */

/** Minutes of a day. */
export const DAY_MINUTES = 1_440

export interface QuietHours {
  /** Minutes since midnight. */
  readonly from: number
  /** Minutes since midnight; before `from` it is of the next day. */
  readonly to: number
}

/** Whether a minute of the day lies in them; none do where both ends are the same. */
export function isQuiet({ from, to }: QuietHours, minuteOfDay: number): boolean {
  return from <= to
    ? minuteOfDay >= from && minuteOfDay < to
    : minuteOfDay >= from || minuteOfDay < to
}

/** `22:30` of 1,350: as a field for times has it. */
export function clockText(minutes: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Undefined for what is no time of day. */
export function parseClock(text: string): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)$/.exec(text) ?? []
  const value = Number(hours) * 60 + Number(minutes)
  const isTime = hours !== '' && Number(minutes) < 60 && value < DAY_MINUTES
  return isTime ? value : undefined
}
