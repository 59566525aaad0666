import type { AuditEntry } from '@sealpost/operator'
import type { JSX } from 'preact'
import { dayTimeText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { audit } from '../slow-view.ts'

/** What was changed last, and by whom. */
export function AuditLog(): JSX.Element | undefined {
  const found = audit.answer.value
  if (found === undefined) {
    return undefined
  }
  const entries = found.entries.toReversed()
  return (
    <section class="card whole" aria-labelledby="audit">
      <h2 id="audit">{t('audit.title')}</h2>
      {entries.length === 0 ? (
        <p class="soft">{t('audit.none')}</p>
      ) : (
        <div class="scroll" role="group" aria-labelledby="audit" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('audit.when')}</th>
                <th scope="col">{t('audit.who')}</th>
                <th scope="col">{t('audit.what')}</th>
                <th scope="col">{t('audit.outcome')}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.number} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Entry({ entry }: { readonly entry: AuditEntry }): JSX.Element {
  const { atMs, by, call, outcome, params } = entry
  const said = Object.values(params).map(String).join(' ')
  return (
    <tr>
      <td>{dayTimeText(atMs)}</td>
      <td>{by}</td>
      <td>
        <code>{`${call} ${said}`.trim()}</code>
      </td>
      <td>{outcome === 'done' ? t('audit.done') : <code>{outcome}</code>}</td>
    </tr>
  )
}
