/** `report.markup`: one page with everything in it, for a reader who has nothing else. It needs no script and no network. */
import { createHash } from 'node:crypto'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Manifest, Software } from '../manifest.ts'
import type { SeedDigest } from '../seed-digest.ts'
import { knowledgeName } from '../knowledge-words.ts'
import type { Summary } from '../summary.ts'
import { compareNames } from '../tables.ts'
import { durationText, intervalText, labelOf, numberText, valueText } from '../value-words.ts'
import { histogramFigure } from './histogram-figure.ts'
import { knowledgeSection } from './knowledge-figures.ts'
import { Html, markup, table } from './markup.ts'
import { loadFigure, storedFigure } from './relay-figures.ts'
import { STYLE } from './style.ts'

export interface ReportContent {
  readonly scenario: Scenario
  readonly summary: Summary
  readonly manifest: Pick<Manifest, 'scenario' | 'settings' | 'software' | 'missingSeeds'>
  readonly digests: readonly SeedDigest[]
}

/** What stands first; what is not named here follows by name. */
const FIRST = ['networkLatencyUs', 'waitUs']

export function reportPage(content: ReportContent): string {
  const { scenario, summary, manifest, digests } = content
  return page(
    scenario.name,
    markup`${head(content)}
<h2>What came of it</h2>
${partialNote(manifest.missingSeeds)}
${expectations(summary)}
${valueTable(summary)}
${knowledgeSection(summary)}
${histogramSections(digests)}
<h2>Stored at relays over time</h2>
${storedFigure(digests)}
<h2>Load per relay</h2>
${loadFigure(digests)}
<h2>Each seed</h2>
${seedTable(digests)}
<h2>How to see it again</h2>
${howTo(content)}`
  )
}

/** A page with the house's style, and a policy by which a browser loads nothing and runs nothing. */
export function page(title: string, body: Html): string {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - sealpost-sim</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text
}

function head({ scenario, summary, manifest }: ReportContent): Html {
  const { clients, relays, durationUs, warmUpUs, fidelity } = scenario
  const settings = Object.entries(manifest.settings ?? {}).map(
    ([path, value]) => `${path} = ${String(value)}`
  )
  const warmUp =
    warmUpUs > 0 ? `, of which the first ${durationText(warmUpUs)} are not counted` : ''
  const seeds = `${summary.seeds.length} ${summary.seeds.length === 1 ? 'seed' : 'seeds'}`
  return markup`<h1>${scenario.name}</h1>
<p class="question">${scenario.question}</p>
${settings.length > 0 ? markup`<p>This variant: <code>${settings.join(', ')}</code></p>` : undefined}
<p class="faint">${numberText(clients.count)} clients and ${numberText(relays.count)} relays over ${durationText(durationUs)}${warmUp}; ${relays.replicas} relays keep each mailbox; fidelity ${fidelity}; ${seeds}.</p>`
}

function partialNote(missing: readonly number[]): Html | undefined {
  return missing.length === 0
    ? undefined
    : markup`<p class="bad">This run was ended early: of the seeds that were asked for, ${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing (${missing.slice(0, 20).join(', ')}${missing.length > 20 ? ', …' : ''}).</p>`
}

function expectations({ expect }: Summary): Html | undefined {
  if (expect.length === 0) {
    return undefined
  }
  return table({
    caption: 'What was expected of the means',
    head: ['value', 'at least', 'at most', 'is', 'so it is'],
    rows: expect.map(({ value, min, max, mean, isMet }) => [
      labelOf(value),
      min === undefined ? '' : valueText(value, min),
      max === undefined ? '' : valueText(value, max),
      mean === undefined ? 'no such value' : valueText(value, mean),
      isMet ? markup`<span class="good">met</span>` : markup`<span class="bad">not met</span>`
    ])
  })
}

function valueTable({ values, seeds }: Summary): Html {
  const own = Object.entries(values).filter(([name]) => knowledgeName(name) === undefined)
  return table({
    caption:
      seeds.length > 1
        ? 'Means over seeds, with the 95 % confidence interval of each (Student)'
        : 'Values of the one seed; several seeds give intervals',
    head: ['value', 'mean', '95 % interval', 'least seed', 'greatest seed', 'name'],
    rows: own.map(([name, value]) => [
      labelOf(name),
      valueText(name, value.mean),
      intervalText(name, value),
      ...[Math.min, Math.max].map((of) => valueText(name, of(...Object.values(value.perSeed)))),
      markup`<code>${name}</code>`
    ])
  })
}

function histogramSections(digests: readonly SeedDigest[]): readonly Html[] {
  const found = new Set(digests.flatMap(({ histograms }) => [...histograms.keys()]))
  const rest = [...found].filter((name) => !FIRST.includes(name)).sort(compareNames)
  return [...FIRST.filter((name) => found.has(name)), ...rest].map((name) => {
    const label = labelOf(name)
    const heading = `${label.slice(0, 1).toUpperCase()}${label.slice(1)}`
    return markup`<h2>${heading}</h2>
${histogramFigure(name, digests)}
`
  })
}

function seedTable(digests: readonly SeedDigest[]): Html {
  return table({
    caption: 'A run of the same scenario and seeds has the same hash, on every machine',
    head: ['seed', 'topology, workload, faults', 'events', 'hash of the trace'],
    rows: digests.map(({ seed, seeds, eventCount, traceHash }) => [
      String(seed),
      `${String(seeds.topology)}, ${String(seeds.workload)}, ${String(seeds.faults)}`,
      numberText(eventCount),
      traceHash === undefined ? 'none' : markup`<code>${traceHash}</code>`
    ])
  })
}

function howTo({ manifest }: ReportContent): Html {
  const { scenario, software } = manifest
  return markup`<p>In the folder above this one, with the name of this folder for <code>DIR</code>:</p>
<pre tabindex="0" role="region" aria-label="Command">sealpost-sim replay DIR</pre>
<p>It runs every seed again and says whether each trace is the same, event by event. The other files: <code>summary.json</code> has the values, <code>latency.csv</code> the histograms, <code>relays.csv</code> every minute of every relay, <code>clients-sample.jsonl</code> one client in a hundred, <code>manifest.json</code> the rest.</p>
<dl>${madeWith(software).map(([name, text]) => markup`<dt>${name}</dt><dd><code>${text}</code></dd>`)}<dt>Scenario, SHA-256</dt><dd><code>${scenario.sha256}</code></dd></dl>
<details><summary>The scenario, with nothing left out</summary>
<pre tabindex="0" role="region" aria-label="Scenario">${scenario.text}</pre>
</details>`
}

function madeWith({ version, node, git }: Software): readonly (readonly [string, string])[] {
  const commit = git && `${git.commit}${git.isDirty ? ', with changes that are not committed' : ''}`
  return [
    ['sealpost-sim', version],
    ...(commit === undefined ? [] : [['Commit', commit] as const]),
    ['Node', node]
  ]
}
