/** What stands over the folders of a sweep's variants: one table of all, as CSV and as a page. */
import { basename } from 'node:path'
import { markup, table, type Html } from './report/markup.ts'
import { page } from './report/report.ts'
import { type Mark, plot } from './report/plot.ts'
import { writeAtOnce } from './run-folder.ts'
import type { Summary } from './summary.ts'
import { compareNames, csvLine } from './tables.ts'
import { intervalText, labelOf, tickUnitOf, valueText } from './value-words.ts'

export interface SweptVariant {
  readonly name: string
  /** Its folder, within that of the sweep. */
  readonly path: string
  /** What the sweep set, by path. */
  readonly settings: ReadonlyMap<string, unknown>
  readonly summary: Summary
}

export async function writeSweep(path: string, variants: readonly SweptVariant[]): Promise<void> {
  await writeAtOnce(path, 'sweep.csv', sweepCsv(variants))
  await writeAtOnce(path, 'report.html', sweepPage(variants))
}

/** A row for each variant and value. */
function sweepCsv(variants: readonly SweptVariant[]): string {
  const paths = [...(variants[0]?.settings.keys() ?? [])]
  const lines = variants.flatMap(({ path, settings, summary }) =>
    Object.entries(summary.values).map(([name, { mean, low, high, perSeed }]) =>
      csvLine([
        basename(path),
        ...paths.map((key) => String(settings.get(key))),
        name,
        mean,
        low ?? '',
        high ?? '',
        Object.keys(perSeed).length
      ])
    )
  )
  return csvLine(['folder', ...paths, 'value', 'mean', 'low', 'high', 'seeds']) + lines.join('')
}

function sweepPage(variants: readonly SweptVariant[]): string {
  const [first] = variants
  const names = [...new Set(variants.flatMap(({ summary }) => Object.keys(summary.values)))]
  const missing = variants.filter(({ summary }) => summary.isPartial)
  const title = first?.summary.scenario ?? ''
  return page(
    title,
    markup`<h1>${title}</h1>
<p class="question">${first?.summary.question}</p>
<p class="faint">${variants.length} variants of one scenario, each with the same seeds.</p>
${missing.length > 0 ? markup`<p class="bad">The runs were ended early: seeds are missing of ${missing.map(({ name }) => name).join('; ')}.</p>` : undefined}
<h2>The variants</h2>
${table({
  caption: 'Each has a folder with everything of its runs',
  head: ['variant', 'seeds', 'as expected', 'folder'],
  rows: variants.map(({ name, path, summary }) => [
    name,
    String(summary.seeds.length),
    expectedText(summary),
    markup`<a href="${encodeURIComponent(basename(path))}/report.html">report</a>`
  ])
})}
${names.sort(compareNames).map((name) => valueSection(name, variants))}`
  )
}

function expectedText({ expect }: Summary): string {
  const failed = expect.filter(({ isMet }) => !isMet).length
  return expect.length === 0 ? 'nothing was' : failed === 0 ? 'yes' : `not ${String(failed)}`
}

/** One value over all variants. */
function valueSection(name: string, variants: readonly SweptVariant[]): Html {
  const found = variants.flatMap(({ name: variant, summary }, at) => {
    const value = summary.values[name]
    return value === undefined ? [] : [{ variant, at: at + 1, ...value }]
  })
  const ends = found.flatMap(({ mean, low = mean, high = mean }) => [low, high])
  const [least, most] = [Math.min(0, ...ends), Math.max(...ends)]
  const marks = found.map(({ at, mean, low, high }): Mark => {
    const interval = low === undefined || high === undefined ? undefined : { low, high }
    return { type: 'bar', x: at, y: mean, ...(interval && { ends: interval }) }
  })
  const label = labelOf(name)
  const drawing = plot({
    id: `sweep-${name}`,
    title: `${label}, by variant`,
    description: `A bar for each variant, in the order of the table below, which has the figures: ${found
      .slice(0, 20)
      .map(({ variant, mean }) => `${variant}: ${valueText(name, mean)}`)
      .join('; ')}.`,
    x: {
      label: 'variants, in the order of the table',
      min: 0.5,
      max: variants.length + 0.5,
      text: (value) => (Number.isInteger(value) ? String(value) : '')
    },
    y: {
      label,
      min: least,
      max: most > least ? most : least + 1,
      unit: tickUnitOf(name),
      text: (value) => valueText(name, value)
    },
    marks
  })
  return markup`<h2>${label.slice(0, 1).toUpperCase()}${label.slice(1)}</h2>
<figure>${drawing}<figcaption>Means over seeds, with 95 % intervals where there are several.</figcaption></figure>
${table({
  caption: `${label}, by variant`,
  head: ['variant', 'mean', '95 % interval'],
  rows: found.map(({ at, variant, ...value }) => [
    `${String(at)}. ${variant}`,
    valueText(name, value.mean),
    intervalText(name, value)
  ])
})}
`
}
