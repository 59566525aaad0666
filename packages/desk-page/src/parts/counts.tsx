/** How many came of what, month by month. */
import type { TicketCounts } from '@sealpost/client'
import type { JSX } from 'preact'
import { monthText, t } from '../locales/locale.ts'

const KINDS = ['problem', 'complaint', 'abuse', 'wish', 'other'] as const
const CAUSES_MAX = 50

interface CountsProps {
  readonly months: readonly TicketCounts[]
}

export function Counts({ months }: CountsProps): JSX.Element {
  if (months.length === 0) {
    return <p class="soft">{t('counts.none')}</p>
  }
  return (
    <div class="stack">
      <h2 id="counts">{t('counts.title')}</h2>
      <div class="scrolled" role="region" aria-labelledby="counts" tabIndex={0}>
        <Table months={months} />
      </div>
      <p class="soft small">{t('counts.hint')}</p>
    </div>
  )
}

function Table({ months }: CountsProps): JSX.Element {
  const causes = [...new Set(months.flatMap(({ byCause }) => byCause.map(({ cause }) => cause)))]
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('counts.what')}</th>
          {months.map(({ month }) => (
            <th key={month} scope="col">
              {monthText(month)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Row name={t('counts.all')} months={months} count={({ count }) => count} isSum />
        <Row name={t('counts.still-open')} months={months} count={({ openCount }) => openCount} />
      </tbody>
      <tbody>
        <Group name={t('counts.kinds')} columns={months.length} />
        {KINDS.map((kind) => (
          <Row
            key={kind}
            name={t(`kind.${kind}`)}
            months={months}
            count={({ byCategory }) => byCategory[kind]}
          />
        ))}
      </tbody>
      {causes.length === 0 ? undefined : (
        <tbody>
          <Group name={t('counts.causes')} columns={months.length} />
          {causes.slice(0, CAUSES_MAX).map((cause) => (
            <Row
              key={cause}
              name={cause}
              months={months}
              count={({ byCause }) => byCause.find((one) => one.cause === cause)?.count ?? 0}
            />
          ))}
        </tbody>
      )}
    </table>
  )
}

function Group({
  name,
  columns
}: {
  readonly name: string
  readonly columns: number
}): JSX.Element {
  return (
    <tr>
      <th scope="rowgroup" colSpan={columns + 1} class="group">
        {name}
      </th>
    </tr>
  )
}

interface RowProps extends CountsProps {
  readonly name: string
  readonly count: (month: TicketCounts) => number
  readonly isSum?: boolean
}

function Row({ name, months, count, isSum = false }: RowProps): JSX.Element {
  return (
    <tr class={isSum ? 'sum' : ''}>
      <th scope="row">{name}</th>
      {months.map((month) => {
        const value = count(month)
        return (
          <td key={month.month} class={value === 0 ? 'zero' : ''}>
            {value}
          </td>
        )
      })}
    </tr>
  )
}
