import { type ActivityCounts, REFUSALS } from '@sealpost/operator'
import type { JSX } from 'preact'
import { countText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'

const WIDTH = 100

/** What was refused since the start, by why. */
export function Refusals({ counts }: { readonly counts: ActivityCounts }): JSX.Element {
  const rows = REFUSALS.map((reason) => ({ reason, count: counts.refusedCounts[reason] }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return (
    <section class="card" aria-labelledby="refusals">
      <h2 id="refusals">{t('refusals.title')}</h2>
      {rows.length === 0 ? (
        <p class="soft">{t('refusals.none')}</p>
      ) : (
        <table>
          <thead class="unseen">
            <tr>
              <th scope="col">{t('refusals.reason')}</th>
              <th scope="col">{t('refusals.count')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ count, reason }) => (
              <tr key={reason}>
                <th scope="row">
                  {t(`refused.${reason}`)}
                  <svg
                    class="bar"
                    viewBox={`0 0 ${WIDTH} 4`}
                    preserveAspectRatio="none"
                    aria-hidden="true"
                  >
                    <rect width={(count / most) * WIDTH} height="4" />
                  </svg>
                </th>
                <td class="number">{countText(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
