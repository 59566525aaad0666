import type { ActivityAnswer, StatusAnswer } from '@sealpost/operator'
import type { JSX } from 'preact'
import { chartPaths } from '../chart-path.ts'
import { type Point, ratesOf, roundUp } from '../history.ts'
import { bytesText, countText, msText, rateText, spanText } from '../locales/amounts.ts'
import { t, type TextKey } from '../locales/locale.ts'
import type { LiveName } from '../relay-view.ts'

const WIDTH = 240
const HEIGHT = 44
/** A rate is that of so long: shorter ones leap. */
const RATE_MS = 5_000
/** What is shown: all that was seen, but not less or more than this. */
const SHOWN_MS_MIN = 30_000
const SHOWN_MS_MAX = 300_000

/** What a tile is of, and whether it is of a rate. */
const LIVE_TILES: readonly (readonly [name: LiveName, isRate: boolean])[] = [
  ['deposits', true],
  ['deliveries', true],
  ['connections', false],
  ['refusals', true]
]

export interface TilesProps {
  readonly status: StatusAnswer
  readonly activity: ActivityAnswer
  readonly history: Readonly<Record<LiveName, readonly Point[]>>
}

/** The figures that say most, large enough to be read from across a room. */
export function Tiles({ activity, history, status }: TilesProps): JSX.Element {
  const depositMs = activity.latest['deposit-ms']
  const tiles: readonly (readonly [key: TextKey, text: string])[] = [
    ['tile.envelopes', countText(status.envelopeCount)],
    ['tile.bytes', bytesText(status.envelopeBytes)],
    ['tile.unacked', countText(status.unackedCount)],
    ['tile.mailboxes', countText(status.mailboxCount)],
    ['tile.deposit', depositMs === undefined ? '–' : msText(depositMs)],
    ['tile.since', spanText(Date.now() - status.startedAtMs)]
  ]
  return (
    <section aria-labelledby="now">
      <h2 id="now" class="unseen">
        {t('tiles.title')}
      </h2>
      <dl class="tiles live">
        {LIVE_TILES.map(([name, isRate]) => (
          <LiveTile
            key={name}
            name={name}
            points={isRate ? ratesOf(history[name], RATE_MS) : history[name]}
            format={isRate ? rateText : countText}
          />
        ))}
      </dl>
      <dl class="tiles">
        {tiles.map(([key, text]) => (
          <div key={key} class="card">
            <dt>{t(key)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

interface LiveTileProps {
  readonly name: LiveName
  readonly points: readonly Point[]
  readonly format: (value: number) => string
}

function LiveTile({ format, name, points }: LiveTileProps): JSX.Element {
  const toMs = points.at(-1)?.atMs ?? 0
  const seenMs = toMs - (points[0]?.atMs ?? toMs)
  const fromMs = toMs - Math.min(SHOWN_MS_MAX, Math.max(SHOWN_MS_MIN, seenMs))
  const shown = points.filter(({ atMs }) => atMs >= fromMs)
  const top = roundUp(Math.max(0, ...shown.map(({ value }) => value)))
  const { area, line } = chartPaths(shown, { fromMs, toMs, top, width: WIDTH, height: HEIGHT })
  return (
    <div class="card">
      <dt>{t(`live.${name}`)}</dt>
      <dd>{format(points.at(-1)?.value ?? 0)}</dd>
      <dd class="spark" aria-hidden="true">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
          <path class="area" d={area} />
          <path class="line" d={line} />
        </svg>
      </dd>
    </div>
  )
}
