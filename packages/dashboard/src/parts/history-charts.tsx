/** What was measured in the last hour, day, or weeks. */
import { HISTORY_SPANS, type SeriesName } from '@sealpost/operator'
import type { JSX } from 'preact'
import { roundUp, roundUpBytes } from '../history.ts'
import { bytesText, countText, msText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { history, isAsTables, showSpan, span } from '../slow-view.ts'
import { Chart } from './chart.tsx'

const CHARTS = {
  'deposits-per-second': countText,
  'deliveries-per-second': countText,
  connections: countText,
  'refused-per-second': countText,
  'connections-refused-per-second': countText,
  'deposit-ms': msText,
  'commit-ms': msText,
  'loop-lag-ms': msText,
  envelopes: countText,
  'store-bytes': bytesText,
  'disk-free-bytes': bytesText,
  'resident-bytes': bytesText,
  unacked: countText
} as const satisfies Readonly<Partial<Record<SeriesName, (value: number) => string>>>
const NAMES = Object.keys(CHARTS) as readonly (keyof typeof CHARTS)[]

export function HistoryCharts(): JSX.Element {
  const found = history.answer.value
  return (
    <section aria-labelledby="charts">
      <div class="toolbar">
        <h2 id="charts">{t('charts.title')}</h2>
        <Spans />
        <button
          type="button"
          aria-pressed={isAsTables.value}
          onClick={() => {
            isAsTables.value = !isAsTables.value
          }}
        >
          {t('charts.tables')}
        </button>
      </div>
      {found === undefined ? (
        <p class="soft">{t('page.starting')}</p>
      ) : (
        <div class="charts">
          {NAMES.map((name) => (
            <Chart
              key={name}
              title={t(`chart.${name}`)}
              points={found.series.find((series) => series.name === name)?.points ?? []}
              fromMs={found.fromMs}
              toMs={found.toMs}
              format={CHARTS[name]}
              round={CHARTS[name] === bytesText ? roundUpBytes : roundUp}
              isTable={isAsTables.value}
            />
          ))}
        </div>
      )}
    </section>
  )
}

function Spans(): JSX.Element {
  return (
    <fieldset class="choice">
      <legend>{t('charts.span')}</legend>
      {HISTORY_SPANS.map((one) => (
        <label key={one}>
          <input
            type="radio"
            name="span"
            checked={span.value === one}
            onChange={() => void showSpan(one)}
          />
          <span>{t(`span.${one}`)}</span>
        </label>
      ))}
    </fieldset>
  )
}
