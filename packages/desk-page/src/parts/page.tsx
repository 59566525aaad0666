import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { failure, seen } from '../desk-view.ts'
import type { DeskSeen } from '../desk-calls.ts'
import { t } from '../locales/locale.ts'
import { place } from '../place.ts'
import { token } from '../session.ts'
import { waitsSince } from '../tickets.ts'
import { Counts } from './counts.tsx'
import { Head } from './head.tsx'
import { TicketList } from './ticket-list.tsx'
import { TicketPane } from './ticket-pane.tsx'

export function Page(): JSX.Element {
  const desk = token.value === undefined ? undefined : seen.value
  const count = desk?.tickets.filter((ticket) => waitsSince(ticket) !== undefined).length ?? 0
  useEffect(() => {
    document.title = `${count === 0 ? '' : `(${String(count)}) `}Sealpost · ${t('page.title')}`
  })
  if (token.value === undefined) {
    return <Uninvited />
  }
  return (
    <>
      <Head desk={failure.value === undefined ? desk : undefined} />
      <Failure />
      {desk === undefined ? (
        <main>
          <p class="soft">{failure.value === undefined ? t('page.starting') : ''}</p>
        </main>
      ) : (
        <Places desk={desk} />
      )}
    </>
  )
}

function Uninvited(): JSX.Element {
  return (
    <>
      <Head desk={undefined} />
      <main class="alone">
        <h2>{t('page.none.title')}</h2>
        <p>{t('page.none')}</p>
        <pre>sealpost desk page</pre>
      </main>
    </>
  )
}

/** What stands on the page is older than it looks where the desk is not seen any more. */
function Failure(): JSX.Element {
  const code = failure.value
  return (
    <div role="alert">
      {code === undefined ? undefined : (
        <p class="banner">
          {code === 'unreachable' ? t('page.gone') : t('failed.other', { code })}
        </p>
      )}
    </div>
  )
}

function Places({ desk }: { readonly desk: DeskSeen }): JSX.Element {
  const here = place.value
  if (here.at === 'counts') {
    return (
      <main>
        <Counts months={desk.months} />
      </main>
    )
  }
  const number = here.at === 'ticket' ? here.number : undefined
  return (
    <main class={number === undefined ? 'tickets' : 'tickets inside'}>
      <TicketList desk={desk} chosen={number} />
      {number === undefined ? (
        <p class="nothing soft">{desk.tickets.length === 0 ? '' : t('list.select')}</p>
      ) : (
        <TicketPane key={number} number={number} desk={desk} />
      )}
    </main>
  )
}
