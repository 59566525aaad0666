/** What stands over the folders of a sweep's variants: one table of all, as CSV and as a page. */
import { basename } from 'node:path'
import { type KnowledgeFamily, knowledgeFamilies, knowledgeName } from './knowledge-words.ts'
import { markup, table, type Html } from './report/markup.ts'
import { page } from './report/report.ts'
import { type Axis, type Mark, plot } from './report/plot.ts'
import { writeAtOnce } from './run-folder.ts'
import type { Summary, SummaryValue } from './summary.ts'
import { compareNames, csvLine } from './tables.ts'
import { durationText, intervalText, labelOf, tickUnitOf, valueText } from './value-words.ts'

export interface SweptVariant {
  readonly name: string
  /** Its folder, within that of the sweep. */
  readonly path: string
  /** What the sweep set, by path. */
  readonly settings: ReadonlyMap<string, unknown>
  readonly summary: Summary
}

/** Above the greatest, so that its end can be seen. */
const ROOM = 1.05
/** Letters below an axis. */
const TICKS_LENGTH_MAX = 80

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
  const own = names.filter((name) => knowledgeName(name) === undefined)
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
${own.sort(compareNames).map((name) => valueSection(name, variants))}
${knowledgeFamilies(names).map((family) => familySection(family, variants))}`
  )
}

function expectedText({ expect }: Summary): string {
  const failed = expect.filter(({ isMet }) => !isMet).length
  return expect.length === 0 ? 'nothing was' : failed === 0 ? 'yes' : `not ${String(failed)}`
}

/** One value over all variants. */
function valueSection(name: string, variants: readonly SweptVariant[]): Html {
  const found = valuesOf(name, variants)
  const label = labelOf(name)
  const drawing = variantPlot({
    name,
    label,
    variants,
    bars: found.map(({ at, ...value }) => ({ x: at, width: 0.8, ...value }))
  })
  return markup`<h2>${capital(label)}</h2>
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

/** What is known, by how many relays know it, over all variants. */
function familySection(
  { family, members, what }: KnowledgeFamily,
  variants: readonly SweptVariant[]
): Html {
  const width = 0.8 / members.length
  const bars = members.flatMap(({ name }, place) =>
    valuesOf(name, variants).map(({ at, ...value }) => {
      return { ...value, x: at + (place - (members.length - 1) / 2) * width, width: 0.85 * width }
    })
  )
  const drawing = variantPlot({ name: family, label: what, variants, bars })
  const order = members.map(({ relays }) => relays).join(', ')
  return markup`<h2>${capital(what)}</h2>
<figure>${drawing}<figcaption>In each variant, from the left: ${order}. Means over seeds, with 95 % intervals where there are several.</figcaption></figure>
${table({
  caption: `${what}, by variant and by who knows it`,
  head: ['variant', 'relays', 'mean', '95 % interval'],
  rows: members.flatMap(({ name, relays }) =>
    valuesOf(name, variants).map(({ at, variant, ...value }) => [
      `${String(at)}. ${variant}`,
      relays,
      valueText(name, value.mean),
      intervalText(name, value)
    ])
  )
})}
`
}

type FoundValue = SummaryValue & { readonly variant: string; readonly at: number }

function valuesOf(name: string, variants: readonly SweptVariant[]): readonly FoundValue[] {
  return variants.flatMap(({ name: variant, summary }, at) => {
    const value = summary.values[name]
    return value === undefined ? [] : [{ ...value, variant, at: at + 1 }]
  })
}

interface VariantBar extends Pick<SummaryValue, 'mean' | 'low' | 'high'> {
  readonly x: number
  readonly width: number
}

interface VariantPlot {
  readonly name: string
  readonly label: string
  readonly variants: readonly SweptVariant[]
  readonly bars: readonly VariantBar[]
}

/** A name for an axis: a longer label would not fit beside the plot. */
const LABEL_MAX = 40

function variantPlot({ name, label, variants, bars }: VariantPlot): Html {
  // Ticks of times stand at round ones, which are microseconds.
  const isMs = name.endsWith('Ms')
  const factor = isMs ? 1000 : 1
  const ends = bars.flatMap(({ mean, low = mean, high = mean }) => [low * factor, high * factor])
  const [least, most] = [Math.min(0, ...ends), Math.max(...ends)]
  const marks = bars.map(({ x, width, mean, low, high }): Mark => {
    const interval =
      low === undefined || high === undefined
        ? undefined
        : { low: low * factor, high: high * factor }
    return { type: 'bar', x, y: mean * factor, width, ...(interval && { ends: interval }) }
  })
  return plot({
    id: `sweep-${name.replace('…', '')}`,
    title: `${label}, by variant`,
    description: `Bars for each variant, in the order of the table below, which has the figures. The first are ${bars
      .slice(0, 20)
      .map(({ mean }) => valueText(name, mean))
      .join(', ')}.`,
    x: { ...variantAxis(variants), min: 0.5, max: variants.length + 0.5 },
    y: {
      label: label.length > LABEL_MAX ? name : label,
      min: least,
      max: (most > least ? most : least + 1) * ROOM,
      unit: isMs ? 'time' : tickUnitOf(name),
      text: (value) => (isMs ? durationText(value) : valueText(name, value))
    },
    marks
  })
}

/** What is swept, and its values; numbers where they are too many to stand beside each other. */
function variantAxis(variants: readonly SweptVariant[]): Pick<Axis, 'label' | 'text'> {
  const texts = variants.map(({ settings }) => [...settings.values()].map(String).join(', '))
  const isShort = texts.length > 0 && texts.join('  ').length <= TICKS_LENGTH_MAX
  const paths = [...(variants[0]?.settings.keys() ?? [])]
  return {
    label: isShort ? paths.join(', ') : 'variants, in the order of the table',
    text: (value) => {
      return Number.isInteger(value) ? (isShort && texts[value - 1]) || String(value) : ''
    }
  }
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
