/** Plots as SVG: axes, lines, bands and bars. No script, no font, no colour that only one scheme has. */
import { type Html, markup } from './markup.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Axis {
  /** Without its unit: that is of the ticks. */
  readonly label: string
  readonly min: number
  readonly max: number
  readonly isLog?: boolean
  /** Where ticks stand: at round numbers of microseconds or of bytes; of ten where it is neither. */
  readonly unit?: 'time' | 'bytes' | undefined
  readonly text: (value: number) => string
}

export interface Plot {
  /** Unique in the page. */
  readonly id: string
  readonly title: string
  /** For those who do not see it: what it shows, and where the figures stand. */
  readonly description: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: readonly Mark[]
}

export type Mark =
  /** `isThin` for one of many, beside which the others are the point. */
  | { readonly type: 'line'; readonly points: readonly Point[]; readonly isThin?: boolean }
  | { readonly type: 'band'; readonly low: readonly Point[]; readonly high: readonly Point[] }
  /** From 0, with the ends of an interval; four fifths of a unit of x wide where nothing is said. */
  | {
      readonly type: 'bar'
      readonly x: number
      readonly y: number
      readonly width?: number
      readonly ends?: Ends
    }

interface Ends {
  readonly low: number
  readonly high: number
}

const WIDTH = 720
const HEIGHT = 340
const LEFT = 84
const RIGHT = 16
const TOP = 14
const BOTTOM = 54
const TICKS = 6
const CAP = 4

export function plot({ id, title, description, x, y, marks }: Plot): Html {
  const across = scale(x, LEFT, WIDTH - RIGHT)
  const up = scale(y, HEIGHT - BOTTOM, TOP)
  const xTicks = ticks(x).map((value) => {
    const at = shown(across(value))
    return markup`<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${x.text(value)}</text>`
  })
  const yTicks = ticks(y).map((value) => {
    const at = shown(up(value))
    return markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${at}" dy="0.32em" text-anchor="end">${y.text(value)}</text>`
  })
  return markup`<div class="scroll" role="region" aria-label="Plot: ${title}" tabindex="0"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-description">
<title id="${id}-title">${title}</title>
<desc id="${id}-description">${description}</desc>
<g class="axes">${xTicks}${yTicks}</g>
<text class="label" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${titleOf(x)}</text>
<text class="label" transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${titleOf(y)}</text>
<g class="marks">${marks.map((mark) => drawn(mark, across, up))}</g>
</svg></div>`
}

/** What the axis is of, and in what: `network latency (ms, s; logarithmic)`. */
function titleOf(axis: Axis): string {
  const units = ticks(axis)
    .filter((value) => value !== 0)
    .map((value) => /\u202f(\D+)$/.exec(axis.text(value))?.[1] ?? '')
  const named = [...new Set(units)].filter((unit) => unit !== '').join(', ')
  const words = [named, axis.isLog === true ? 'logarithmic' : ''].filter((word) => word !== '')
  return words.length === 0 ? axis.label : `${axis.label} (${words.join('; ')})`
}

type Scale = (value: number) => number

function scale({ min, max, isLog = false }: Axis, from: number, to: number): Scale {
  const of = (value: number): number => (isLog ? Math.log10(Math.max(value, min)) : value)
  const [low, high] = [of(min), of(max)]
  return (value) => from + ((of(value) - low) / (high - low || 1)) * (to - from)
}

function drawn(mark: Mark, across: Scale, up: Scale): Html {
  const place = ({ x, y }: Point): string => `${shown(across(x))},${shown(up(y))}`
  switch (mark.type) {
    case 'line':
      return markup`<polyline class="${mark.isThin === true ? 'thin' : 'line'}" points="${mark.points.map(place).join(' ')}"/>`
    case 'band':
      return markup`<polygon class="band" points="${[...mark.low, ...mark.high.toReversed()].map(place).join(' ')}"/>`
    case 'bar': {
      const { width = 0.8 } = mark
      const [left, right] = [across(mark.x - width / 2), across(mark.x + width / 2)]
      const [top, bottom] = [up(mark.y), up(0)]
      const ends = mark.ends && whisker((left + right) / 2, up(mark.ends.low), up(mark.ends.high))
      return markup`<rect class="bar" x="${shown(left)}" y="${shown(top)}" width="${shown(right - left)}" height="${shown(bottom - top)}"/>${ends}`
    }
  }
}

/** A line with a cap at each end. */
function whisker(middle: number, low: number, high: number): Html {
  const cap = (at: number): string => `M${shown(middle - CAP)},${shown(at)}h${String(2 * CAP)}`
  return markup`<path class="ends" d="${cap(low)}${cap(high)}M${shown(middle)},${shown(low)}V${shown(high)}"/>`
}

/** A tenth of a unit of a plot is nothing that an eye sees. */
function shown(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function ticks(axis: Axis): readonly number[] {
  return axis.isLog === true ? logTicks(axis) : evenTicks(axis)
}

const SECOND = 1_000_000
const MINUTE: number = 60 * SECOND
const HOUR: number = 60 * MINUTE
const DAY: number = 24 * HOUR
const LONG_TIMES: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].flatMap((count) => [count * SECOND, count * MINUTE]),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28, 56, 112, 224].map((count) => count * DAY)
]
/** What a scale by factors has a tick at. */
const LOG_TIMES: readonly number[] = [
  ...powersOf(10, 6),
  ...[1, 10].map((count) => count * SECOND),
  ...[1, 10].map((count) => count * MINUTE),
  ...[HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY]
]

function evenTicks({ min, max, unit }: Axis): readonly number[] {
  const rough = (max - min) / TICKS
  if (!(rough > 0)) {
    return [min]
  }
  const step = stepsOf(unit, rough).find((size) => size >= rough) ?? rough
  const first = Math.ceil(min / step)
  const count = Math.floor(max / step + 1e-9) - first + 1
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(12)))
}

/** Steps that people count in, the least first, some of them at least as large as `rough`. */
function stepsOf(unit: Axis['unit'], rough: number): readonly number[] {
  const base = unit === 'bytes' ? 2 : 10
  const power = base ** Math.floor(Math.log(rough) / Math.log(base))
  const plain = (base === 2 ? [1, 2] : [1, 2, 5, 10]).map((factor) => factor * power)
  return unit === 'time' && rough > SECOND / 2 ? LONG_TIMES.toSorted((a, b) => a - b) : plain
}

function logTicks({ min, max, unit }: Axis): readonly number[] {
  const within = (all: readonly number[]): readonly number[] =>
    all.filter((value) => value >= min && value <= max).sort((a, b) => a - b)
  const fine = within(
    [1, 2, 5].flatMap((factor) => powersOf(10, 18).map((power) => factor * power))
  )
  // Powers alone, where all would be too many; and over minutes and hours, those of time.
  const coarse = within(
    unit === 'bytes' ? powersOf(2, 52) : unit === 'time' ? LOG_TIMES : powersOf(10, 18)
  )
  const isFine = fine.length <= 8 && !(unit === 'time' && max > MINUTE) && unit !== 'bytes'
  const ticks = isFine ? fine : coarse
  const step = Math.ceil(ticks.length / 9)
  return ticks.filter((_, at) => at % step === 0)
}

function powersOf(base: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, power) => base ** power)
}
