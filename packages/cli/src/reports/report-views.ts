/** How reports are shown, to who wrote them and at the desk. */
import type { Report, ReportWord } from '@sealpost/client'
import { plainText } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { timeText } from '../time-text.ts'

const { reports } = sentences

/** What became of a report, as a sentence goes on. */
export function stateText({ state, version, withinHours }: Omit<Report, 'desk'>): string {
  const more = [
    ...(state === 'solved' && version !== undefined ? [reports.inVersion(version)] : []),
    ...(state === 'received' && withinHours !== undefined ? [reports.within(withinHours)] : [])
  ]
  return [reports.states[state], ...more].join(more.length > 0 && state === 'received' ? '; ' : ' ')
}

export function reportJson(report: Report): object {
  const { number, category, state, version, withinHours, openedAtMs, isUnread, isOver } = report
  return { number, category, state, version, withinHours, openedAtMs, isUnread, isOver }
}

export function reportText(report: Report, nowMs: number): string {
  const { number, category, openedAtMs, isUnread } = report
  const words = [`${number}  ${timeText(openedAtMs, nowMs)}  ${category}  ${stateText(report)}`]
  return [...words, ...(isUnread ? [reports.isNew] : [])].join('  ')
}

export function wordJson(word: ReportWord): object {
  const { isOwn, type, text, lines, state, version, withinHours, atMs } = word
  return { isOwn, type, text, lines, state, version, withinHours, atMs }
}

/** @param other what the other side is called. */
export function wordText(word: ReportWord, other: string, nowMs: number): string {
  const said = word.state === undefined ? '' : stateWords(word)
  const lines = [
    `${timeText(word.atMs, nowMs)}  ${word.isOwn ? reports.you : other}  ${word.type === 'withdraw' ? reports.withdrew : said}`.trimEnd(),
    ...(word.text === '' ? [] : [`    ${plainText(word.text, '    ')}`]),
    ...word.lines.map((line) => `    | ${plainText(line, '    | ')}`)
  ]
  return lines.join('\n')
}

function stateWords({ state = 'received', version }: ReportWord): string {
  const name = reports.deskStates[state]
  return version === undefined ? name : `${name} ${reports.inVersion(plainText(version, ''))}`
}
