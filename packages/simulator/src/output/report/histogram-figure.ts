/** The distribution of what took time, or had a size: a plot of it and the figures beside. */
import { type HistogramRow, LogHistogram } from '../../metrics/log-histogram.ts'
import { estimate } from '../estimate.ts'
import type { SeedDigest } from '../seed-digest.ts'
import { labelOf, numberText, tickUnitOf, valueText } from '../value-words.ts'
import { type Html, markup, table } from './markup.ts'
import { type Mark, plot, type Point } from './plot.ts'

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]
/** Lines of single seeds that can be told apart. */
const LINES_MAX = 30

export function histogramFigure(name: string, digests: readonly SeedDigest[]): Html {
  const bySeed = digests.flatMap(({ histograms }) => {
    const state = histograms.get(name)
    return state === undefined || state.rows.length === 0 ? [] : [LogHistogram.restore(state)]
  })
  const all = new LogHistogram()
  for (const histogram of bySeed) {
    all.merge(histogram)
  }
  const label = labelOf(name)
  if (all.count === 0) {
    return markup`<p>There was nothing to measure: ${label}.</p>`
  }
  const single = bySeed.length > 1 && bySeed.length <= LINES_MAX ? bySeed : []
  const marks: readonly Mark[] = [
    ...single.map((histogram): Mark => ({
      type: 'line',
      isThin: true,
      points: cumulative(histogram)
    })),
    { type: 'line', points: cumulative(all) }
  ]
  const least = Math.max(1, all.quantile(0.005))
  const at = (share: number): string => valueText(name, all.quantile(share))
  const description = `The share of all values that are at most as large as the horizontal axis says. Half are at most ${at(0.5)}, 95 of 100 at most ${at(0.95)}, 99 of 100 at most ${at(0.99)}. The table below has the figures.`
  const drawing = plot({
    id: `cdf-${name.replaceAll(/[^A-Za-z0-9]/g, '')}`,
    title: `Cumulative distribution: ${label}`,
    description,
    x: {
      label,
      // The very least would give half of the plot to a few.
      min: least,
      max: Math.max(2 * least, all.max),
      isLog: true,
      unit: tickUnitOf(name),
      text: (value) => valueText(name, value)
    },
    y: {
      label: 'share of all values',
      min: 0,
      max: 1,
      text: (value) => `${numberText(value * 100)}\u202f%`
    },
    marks
  })
  const thin = single.length > 0 ? ' Each thin line is one seed.' : ''
  return markup`<figure>${drawing}<figcaption>${all.count} values of ${bySeed.length} ${bySeed.length === 1 ? 'seed' : 'seeds'}, from ${valueText(name, all.min)} to ${valueText(name, all.max)}.${thin}</figcaption></figure>
${quantileTable(name, all, bySeed)}`
}

function quantileTable(name: string, all: LogHistogram, bySeed: readonly LogHistogram[]): Html {
  return table({
    caption: `${labelOf(name)}, by share of all values`,
    head: ['of 100', 'all seeds together', 'mean over seeds', '95 % interval over seeds'],
    rows: QUANTILES.map((share) => {
      const { mean, interval } = estimate(bySeed.map((histogram) => histogram.quantile(share)))
      return [
        numberText(share * 100),
        valueText(name, all.quantile(share)),
        valueText(name, mean),
        interval === undefined
          ? 'one seed'
          : `${valueText(name, interval.low)} to ${valueText(name, interval.high)}`
      ]
    })
  })
}

/** Along the upper ends of the buckets, each with the share of what is below. */
function cumulative(histogram: LogHistogram): readonly Point[] {
  let seen = 0
  return [
    { x: Math.max(1, histogram.min), y: 0 },
    ...histogram.toRows().map(({ below, count }: HistogramRow) => {
      seen += count
      return { x: Math.min(histogram.max, below), y: seen / histogram.count }
    })
  ]
}
