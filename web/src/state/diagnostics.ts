/** What the app can say of itself to whoever mends it: never who somebody is, whom they talk to, where from, or what they write. */
import { cutLine, FEEDBACK_LINES_MAX } from '../wire/feedback.ts'

export interface Surroundings {
  readonly version: string
  readonly userAgent: string
  readonly language: string
  readonly width: number
  readonly height: number
  readonly isInstalled: boolean
}

/** One fact a line. @param log of the peer @param report of what failed in the page; empty for nothing */
export function diagnosticLines(
  { version, userAgent, language, width, height, isInstalled }: Surroundings,
  log: readonly string[],
  report: string
): readonly string[] {
  return [
    `Sealpost ${version}${isInstalled ? ', installed' : ''}`,
    browserOf(userAgent),
    `language ${language}`,
    `window ${String(width)} x ${String(height)}`,
    ...report.split('\n').map(withoutHost),
    ...log
  ]
    .map((line) => cutLine(line.trim()))
    .filter((line) => line !== '')
    .slice(0, FEEDBACK_LINES_MAX)
}

const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Edge', /Edg\/(\d+)/],
  ['Firefox', /Firefox\/(\d+)/],
  ['Chromium', /Chrome\/(\d+)/],
  ['Safari', /Version\/(\d+).*Safari/]
]
const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/]
]

/** Its kind and large version, which many share; not all that a browser says of itself. */
export function browserOf(userAgent: string): string {
  const browser = BROWSERS.find(([, pattern]) => pattern.test(userAgent))
  const version = browser?.[1].exec(userAgent)?.[1] ?? ''
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))
  return `${browser === undefined ? 'another browser' : `${browser[0]} ${version}`}, ${system?.[0] ?? 'another system'}`
}

/** The host of a page may be somebody's own machine. An address may stand within one of another scheme: `blob:https://…`. */
function withoutHost(line: string): string {
  return line.replace(/\b(?:[a-z][\w+.-]*:)+\/\/[^/\s)]*/gi, '')
}
