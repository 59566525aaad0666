/** A day or a week of a relay: what limited it, what went wrong, how much it did. As text, and as a page without script or style. */
import type { Alarm } from '../alarms/alarm-book.ts'
import type { SampleHistory } from '../watch/sample-history.ts'
import { type Bottleneck, bottlenecks, type ReportLimits } from './bottlenecks.ts'

const HOUR_MS = 3_600_000
/** Alarms that are named. */
const ALARMS_MAX = 20

export type ReportSpan = 'day' | 'week'

const SPAN_MS: Readonly<Record<ReportSpan, number>> = { day: 24 * HOUR_MS, week: 168 * HOUR_MS }

export interface ReportSources {
  readonly history: SampleHistory
  /** Present and over. */
  readonly alarms: readonly Alarm[]
  readonly limits: ReportLimits
  /** Where it ends, milliseconds since 1970. */
  readonly atMs: number
  readonly span: ReportSpan
  /** The date that it ends on, as people read it. */
  readonly date: string
}

export interface Report {
  readonly title: string
  readonly limits: readonly Bottleneck[]
  readonly alarms: readonly string[]
  readonly figures: readonly (readonly [what: string, figure: string])[]
}

export function makeReport(sources: ReportSources): Report {
  const { history, alarms, limits, atMs, span, date } = sources
  const fromMs = atMs - SPAN_MS[span]
  const counts = new Map<string, number>()
  for (const { name, raisedAtMs } of alarms.filter((alarm) => alarm.raisedAtMs >= fromMs)) {
    counts.set(name, (counts.get(name) ?? 0) + (raisedAtMs <= atMs ? 1 : 0))
  }
  return {
    title: `The relay's ${span} until ${date}`,
    limits: bottlenecks(history, limits, fromMs),
    alarms: [...counts]
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, ALARMS_MAX)
      .map(([name, count]) => `${name}, ${count === 1 ? 'once' : `${String(count)} times`}`),
    figures: figuresOf(history, fromMs)
  }
}

function figuresOf(history: SampleHistory, fromMs: number): Report['figures'] {
  const total = (name: Parameters<SampleHistory['points']>[0]): string => {
    const hours = history.points(name, 'hours', fromMs)
    return String(Math.round(hours.reduce((sum, { value }) => sum + value * 3_600, 0)))
  }
  const most = (name: Parameters<SampleHistory['points']>[0]): string =>
    String(Math.round(Math.max(0, ...history.points(name, 'hours', fromMs).map((p) => p.value))))
  return [
    ['envelopes taken in, about', total('deposits-per-second')],
    ['envelopes delivered, about', total('deliveries-per-second')],
    ['mailboxes and links made, about', total('registrations-per-second')],
    ['requests refused, about', total('refused-per-second')],
    ['connections at most, in the mean of an hour', most('connections')],
    ['envelopes kept at most', most('envelopes')],
    ['ms for a commit at worst', most('commit-ms')]
  ]
}

const NOTHING = 'Nothing limits it.'
const CALM = 'No alarm was raised.'

export function reportText({ title, limits, alarms, figures }: Report): string {
  const named = limits.map(
    ({ name, sentence, advice }, at) => `${String(at + 1)}. ${name}: ${sentence}\n   ${advice}`
  )
  return `${title}

What limits it
${named.length === 0 ? NOTHING : named.join('\n')}

Alarms
${alarms.length === 0 ? CALM : alarms.join('\n')}

Figures
${figures.map(([what, figure]) => `${what}: ${figure}`).join('\n')}
`
}

/** Self-contained: nothing is fetched, run or styled, and a browser is told so. */
export function reportHtml({ title, limits, alarms, figures }: Report): string {
  const named = limits.map(
    ({ name, sentence, advice }) =>
      `<li><strong>${escaped(name)}</strong>: ${escaped(sentence)} ${escaped(advice)}</li>`
  )
  const raised = alarms.map((alarm) => `<li>${escaped(alarm)}</li>`)
  const rows = figures.map(
    ([what, figure]) => `<tr><th scope="row">${escaped(what)}</th><td>${escaped(figure)}</td></tr>`
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
</head>
<body>
<h1>${escaped(title)}</h1>
<h2>What limits it</h2>
${named.length === 0 ? `<p>${NOTHING}</p>` : `<ol>\n${named.join('\n')}\n</ol>`}
<h2>Alarms</h2>
${raised.length === 0 ? `<p>${CALM}</p>` : `<ul>\n${raised.join('\n')}\n</ul>`}
<h2>Figures</h2>
<table>
${rows.join('\n')}
</table>
</body>
</html>
`
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
