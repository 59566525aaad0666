/** Times as people read them, in the zone of this machine. */

/** `14:03` today, `2026-11-22 14:03` on another day. */
export function timeText(atMs: number, nowMs: number): string {
  const day = dayText(atMs)
  return day === dayText(nowMs) ? clockText(atMs) : `${day} ${clockText(atMs)}`
}

/** `2026-11-22 14:03:07` */
export function exactTimeText(atMs: number): string {
  return `${dayText(atMs)} ${clockText(atMs)}:${two(new Date(atMs).getSeconds())}`
}

/** `12h` or `7d` */
export function durationText(durationMs: number): string {
  const hours = Math.round(durationMs / 3_600_000)
  return hours % 24 === 0 ? `${String(hours / 24)}d` : `${String(hours)}h`
}

/** `2026-11-22` */
export function dayText(atMs: number): string {
  const date = new Date(atMs)
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
}

/** `14:03` */
export function clockText(atMs: number): string {
  const date = new Date(atMs)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

const UNITS: readonly (readonly [string, number])[] = [
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60]
]

/** `1h`, in the largest unit of which it is a whole number. */
export function secondsText(seconds: number): string {
  const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ['s', 1]
  return `${String(seconds / size)}${unit}`
}
