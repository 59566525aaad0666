/** The lines of a chart: where points lie, and where nothing was measured. */
import type { Point } from './history.ts'

export interface ChartFrame {
  readonly fromMs: number
  readonly toMs: number
  /** The value at the upper edge. */
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Of points, how many times their usual distance is a gap. */
const GAP_STEPS = 3
/** Leaves room for half of the line's width. */
const EDGE = 2

/** Paths of SVG, one for each run of points without a gap. */
export interface ChartPaths {
  readonly line: string
  readonly area: string
}

export function chartPaths(points: readonly Point[], frame: ChartFrame): ChartPaths {
  const runs = runsOf(points).map((run) => run.map((point) => placeOf(point, frame)))
  const lines = runs.map((run) =>
    run.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  )
  const areas = runs.map((run, at) => {
    const [first, last] = [run[0]?.[0] ?? '0', run.at(-1)?.[0] ?? '0']
    const bottom = String(frame.height)
    return `${lines[at] ?? ''}L${last} ${bottom}L${first} ${bottom}Z`
  })
  return { line: lines.join(''), area: areas.join('') }
}

function placeOf(
  { atMs, value }: Point,
  { fromMs, toMs, top, width, height }: ChartFrame
): readonly [x: string, y: string] {
  const x = ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * width
  const y = height - (Math.min(value, top) / top) * (height - EDGE)
  return [Math.min(width, Math.max(0, x)).toFixed(1), y.toFixed(1)]
}

/** Points that lie close enough to be joined. */
function runsOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const stepMs = usualStepMs(points)
  const runs: Point[][] = []
  let last: Point | undefined
  for (const point of points) {
    const isNew = last === undefined || point.atMs - last.atMs > GAP_STEPS * stepMs
    if (isNew) {
      runs.push([point])
    } else {
      runs.at(-1)?.push(point)
    }
    last = point
  }
  return runs
}

/** The middle one of all distances. */
function usualStepMs(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ atMs }, at) => atMs - (points[at]?.atMs ?? 0))
  return steps.toSorted((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0
}

/** At most so many of them, evenly chosen, the last always. */
export function chosenPoints(points: readonly Point[], countMax: number): readonly Point[] {
  const step = Math.max(1, Math.ceil(points.length / countMax))
  return points.filter((_point, at) => (points.length - 1 - at) % step === 0)
}
