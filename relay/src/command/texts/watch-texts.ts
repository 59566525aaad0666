import type { Action, Finding } from '@sealpost/operator'
import type { AnswerTexts } from './answer-text.ts'
import { sinceText } from './text-parts.ts'

const SHOWN_MAX = 10

export const WATCH_TEXTS: Pick<AnswerTexts, 'watch' | 'watch apply' | 'watch undo'> = {
  watch: ({ actions, findings, over, applied, undone, tuned }, nowMs) => {
    const now =
      findings.length === 0
        ? 'Everything is as usual.\n'
        : findings.map((finding) => findingText(finding, nowMs)).join('')
    const sections = [
      ['Done about findings', applied.map((action) => `${actionText(action)}\n`)],
      ['Taken back', undone.map((action) => `${actionText(action)}, ${action.undoneWhy ?? ''}\n`)],
      [
        'Over',
        over.map(({ id, kind, foundAtMs }) => {
          return `${String(id)}  ${kind}, ${sinceText(nowMs - foundAtMs)} ago\n`
        })
      ],
      [
        'Tuned',
        tuned.map(({ option, from, to, why, atMs }) => {
          return `${option} from ${String(from)} to ${String(to)}, ${sinceText(nowMs - atMs)} ago, because ${why}\n`
        })
      ]
    ] as const
    const shown = sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) => `\n${title}:\n${lines.slice(0, SHOWN_MAX).join('')}`)
    const who = actions === 'by-hand' ? 'by hand: watch apply ID' : 'by the relay itself'
    return `${now}${shown.join('')}\nWhat a finding proposes is done ${who}.\n`
  },
  'watch apply': (action) =>
    `${actionText(action)}; watch undo ${String(action.id)} takes it back.\n`,
  'watch undo': ({ option, from }) => `${option} is ${String(from)} again.\n`
}

function findingText(finding: Finding, nowMs: number): string {
  const { id, kind, sentence, series, value, usual, causes, action, foundAtMs } = finding
  const expected = usual === undefined ? '' : `; usual at this hour is ${number(usual)}`
  const proposed =
    action === undefined ? '' : `    proposed: ${action.sentence} (watch apply ${String(id)})\n`
  return `${String(id)}  ${kind}, for ${sinceText(nowMs - foundAtMs)}
    ${sentence}
    ${series} is ${number(value)}${expected}
${causes.map((cause) => `    probably: ${cause}\n`).join('')}${proposed}`
}

function actionText({ id, option, from, to, by }: Action): string {
  return `${String(id)}  ${option} from ${String(from)} to ${String(to)}, by ${by}`
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)))
}
