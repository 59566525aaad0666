/** What relays kept and carried. */
import { estimate } from '../estimate.ts'
import type { SeedDigest } from '../seed-digest.ts'
import { bytesText, durationText, numberText } from '../value-words.ts'
import { type Html, markup, table } from './markup.ts'
import { type Mark, plot } from './plot.ts'

const MINUTE_US = 60_000_000
const TABLE_ROWS = 12
/** Bars that can be told apart. */
const BARS_MAX = 60
/** Above the greatest, so that its end can be seen. */
const ROOM = 1.05

export function storedFigure(digests: readonly SeedDigest[]): Html {
  const minutes = digests[0]?.stored.map(({ minute }) => minute) ?? []
  const points = minutes.map((minute, at) => {
    const bytes = digests.flatMap(({ stored }) => stored[at]?.bytes ?? [])
    return { minute, least: Math.min(...bytes), most: Math.max(...bytes), ...estimate(bytes) }
  })
  const last = points.at(-1)
  if (last === undefined) {
    return markup`<p>No relay was looked at: the run was shorter than a minute.</p>`
  }
  const most = Math.max(...points.map((point) => point.most))
  const line = points.map(({ minute, mean }) => ({ x: minute * MINUTE_US, y: mean }))
  const marks: readonly Mark[] = [
    {
      type: 'band',
      low: points.map(({ minute, least }) => ({ x: minute * MINUTE_US, y: least })),
      high: points.map(({ minute, most }) => ({ x: minute * MINUTE_US, y: most }))
    },
    { type: 'line', points: line }
  ]
  const timeText = (minute: number): string => durationText(minute * MINUTE_US)
  const drawing = plot({
    id: 'stored',
    title: 'Stored at all relays over time',
    description: `Bytes of envelopes that all relays keep together, from the start of the run to its end after ${timeText(last.minute)}. At the end they keep ${bytesText(last.mean)}, and never more than ${bytesText(most)}. The table below has the figures.`,
    x: {
      label: 'time since the start',
      min: 0,
      max: last.minute * MINUTE_US,
      unit: 'time',
      text: durationText
    },
    y: {
      label: 'stored at all relays',
      min: 0,
      max: Math.max(1, most) * ROOM,
      unit: 'bytes',
      text: bytesText
    },
    marks
  })
  const step = Math.ceil(points.length / TABLE_ROWS)
  const rows = points.filter((_, at) => (points.length - 1 - at) % step === 0)
  return markup`<figure>${drawing}<figcaption>The line is the mean over seeds; the band reaches from the least to the greatest of them.</figcaption></figure>
${table({
  caption: 'Stored at all relays together',
  head: ['after', 'mean over seeds', 'least', 'greatest'],
  rows: rows.map((point) => [
    timeText(point.minute),
    bytesText(point.mean),
    bytesText(point.least),
    bytesText(point.most)
  ])
})}`
}

/** By rank: which relay is the busiest differs from seed to seed. */
export function loadFigure(digests: readonly SeedDigest[]): Html {
  const loads = digests.map(({ relays }) =>
    relays.map(({ framesPerSecond }) => framesPerSecond).sort((a, b) => b - a)
  )
  const count = Math.max(0, ...loads.map((load) => load.length))
  const ranks = Array.from({ length: count }, (_, rank) => ({
    rank: rank + 1,
    ...estimate(loads.flatMap((load) => load[rank] ?? []))
  }))
  const [busiest] = ranks
  const idlest = ranks.at(-1)
  if (busiest === undefined || idlest === undefined) {
    return markup`<p>No relay was looked at: the run was shorter than a minute.</p>`
  }
  const top = Math.max(...ranks.map(({ mean, interval }) => interval?.high ?? mean), 1e-9)
  const marks: readonly Mark[] =
    count > BARS_MAX
      ? [{ type: 'line', points: ranks.map(({ rank, mean }) => ({ x: rank, y: mean })) }]
      : ranks.map(({ rank, mean, interval }) => ({
          type: 'bar',
          x: rank,
          y: mean,
          ...(interval && { ends: { low: Math.max(0, interval.low), high: interval.high } })
        }))
  const drawing = plot({
    id: 'load',
    title: 'Load of each relay',
    description: `Frames a second that each relay takes and sends, the busiest first: ${numberText(busiest.mean)} at the busiest, ${numberText(idlest.mean)} at the one with the least. The table below has the figures.`,
    x: {
      label: 'relays, the busiest first',
      min: 0.5,
      max: count + 0.5,
      text: (value) => (Number.isInteger(value) && value > 0 ? String(value) : '')
    },
    y: { label: 'frames a second', min: 0, max: top * ROOM, text: numberText },
    marks
  })
  return markup`<figure>${drawing}<figcaption>Means over the run and over seeds, with 95 % intervals over seeds where there are several.</figcaption></figure>
${loadTable(ranks, digests)}`
}

interface Rank {
  readonly rank: number
  readonly mean: number
}

function loadTable(ranks: readonly Rank[], digests: readonly SeedDigest[]): Html {
  const total = ranks.reduce((sum, { mean }) => sum + mean, 0)
  const wanted = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
  const shown = new Set(wanted.map((share) => Math.round(share * (ranks.length - 1))))
  const relays = digests.flatMap((digest) => digest.relays)
  const peak = Math.max(...relays.map(({ framesPerSecondMax }) => framesPerSecondMax))
  const stored = Math.max(...relays.map(({ storedBytesMax }) => storedBytesMax))
  return markup`${table({
    caption: 'Load by rank',
    head: ['rank', 'frames a second', 'share of all'],
    rows: [...shown].map((at) => {
      const { rank = 0, mean = 0 } = ranks[at] ?? {}
      const share = total === 0 ? 0 : (100 * mean) / total
      return [String(rank), numberText(mean), `${numberText(share)}\u202f%`]
    })
  })}
<p>In the busiest minute of all relays and seeds it was ${numberText(peak)} frames a second; the most that one relay kept was ${bytesText(stored)}.</p>`
}
