import type { NoticeRow } from '@sealpost/operator'
import type { JSX } from 'preact'
import { dayTimeText } from '../locales/amounts.ts'
import { t } from '../locales/locale.ts'
import { notices } from '../slow-view.ts'

/** What the people of the relay read, and until when. */
export function Notices(): JSX.Element | undefined {
  const found = notices.answer.value
  if (found === undefined) {
    return undefined
  }
  return (
    <section class="card" aria-labelledby="notices">
      <h2 id="notices">{t('notices.title')}</h2>
      {found.notices.length === 0 ? (
        <p class="soft">{t('notices.none')}</p>
      ) : (
        <ul class="rows">
          {found.notices.map((notice) => (
            <Notice key={notice.id} notice={notice} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Notice({ notice }: { readonly notice: NoticeRow }): JSX.Element {
  const { by, endsAtMs, language, text } = notice
  return (
    <li>
      <strong lang={language === '' ? undefined : language}>{text}</strong>
      <span class="soft">
        {language === '' ? '' : `${language} · `}
        {t('notices.until', { time: dayTimeText(endsAtMs), by })}
      </span>
    </li>
  )
}
