import type { JSX } from 'preact'
import { countText, spanText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { tickets } from '../slow-view.ts'

const MONTHS_MAX = 4

/** How much people report, as the desk counts it. */
export function Reports(): JSX.Element | undefined {
  const found = tickets.answer.value
  if (found === undefined) {
    return undefined
  }
  const { months, overdueCount, reportedAtMs } = found
  return (
    <section class={overdueCount > 0 ? 'card ill' : 'card'} aria-labelledby="reports">
      <h2 id="reports">{t('reports.title')}</h2>
      {reportedAtMs === undefined ? (
        <p class="soft">{t('reports.none')}</p>
      ) : (
        <>
          <p role={overdueCount > 0 ? 'alert' : undefined}>
            {overdueCount === 0
              ? t('reports.answered')
              : t('reports.overdue', { count: overdueCount })}
          </p>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('reports.month')}</th>
                <th scope="col" class="number">
                  {t('reports.count')}
                </th>
                <th scope="col" class="number">
                  {t('reports.open')}
                </th>
              </tr>
            </thead>
            <tbody>
              {months.slice(0, MONTHS_MAX).map(({ count, month, openCount }) => (
                <tr key={month}>
                  <th scope="row">{month}</th>
                  <td class="number">{countText(count)}</td>
                  <td class="number">{countText(openCount)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="soft">{t('reports.at', { span: spanText(Date.now() - reportedAtMs) })}</p>
        </>
      )}
    </section>
  )
}
