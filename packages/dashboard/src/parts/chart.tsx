/** One series over a while, drawn as an area in the page's own colours, or as a table; said in words to who does not see it. */
import type { JSX } from 'preact'
import { chartPaths, chosenPoints } from '../chart-path.ts'
import { type Point, roundUp } from '../history.ts'
import { momentText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'

const WIDTH = 300
const HEIGHT = 80
const ROWS_MAX = 12

export interface ChartProps {
  readonly title: string
  readonly points: readonly Point[]
  readonly fromMs: number
  readonly toMs: number
  readonly format: (value: number) => string
  /** A round value at or above: the upper edge. */
  readonly round?: (value: number) => number
  readonly isTable: boolean
}

export function Chart(props: ChartProps): JSX.Element {
  const { format, isTable, points, title } = props
  const values = points.map(({ value }) => value)
  const now = values.at(-1)
  const said =
    now === undefined
      ? t('chart.none')
      : t('chart.said', {
          now: format(now),
          least: format(Math.min(...values)),
          most: format(Math.max(...values))
        })
  if (isTable) {
    return <AsTable {...props} />
  }
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <strong>{now === undefined ? '–' : format(now)}</strong>
      </figcaption>
      <Drawn {...props} said={`${title}: ${said}`} />
    </figure>
  )
}

function Drawn({
  format,
  fromMs,
  points,
  round = roundUp,
  said,
  toMs
}: ChartProps & { readonly said: string }): JSX.Element {
  const top = round(Math.max(0, ...points.map(({ value }) => value)))
  const { area, line } = chartPaths(points, { fromMs, toMs, top, width: WIDTH, height: HEIGHT })
  return (
    <>
      <span class="top" aria-hidden="true">
        {format(top)}
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={said}
      >
        <path class="grid" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
        <path class="area" d={area} />
        <path class="line" d={line} />
      </svg>
      <span class="ends" aria-hidden="true">
        <span>{momentText(fromMs, toMs - fromMs)}</span>
        <span>{momentText(toMs, toMs - fromMs)}</span>
      </span>
    </>
  )
}

function AsTable({ format, fromMs, points, title, toMs }: ChartProps): JSX.Element {
  return (
    <div class="chart">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t('table.time')}</th>
            <th scope="col" class="number">
              {t('table.value')}
            </th>
          </tr>
        </thead>
        <tbody>
          {chosenPoints(points, ROWS_MAX).map(({ atMs, value }) => (
            <tr key={atMs}>
              <td>{momentText(atMs, toMs - fromMs)}</td>
              <td class="number">{format(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
