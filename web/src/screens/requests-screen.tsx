/** Who asks to talk through a reusable address, and what the person decides. */
import type { RequestView } from '@sealpost/client'
import type { JSX } from 'preact'
import { nameOf } from '../locales/contact-name.ts'
import { relativeOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { go } from '../state/navigation.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { Screen } from '../ui/screen.tsx'
import { type Task, useTask } from '../ui/use-task.ts'
import { OfflineNote } from './offline-note.tsx'
import { ReportAbout } from './report-about.tsx'

export function RequestsScreen(): JSX.Element {
  const { requests } = useApp()
  return (
    <Screen title={t('requests.title')}>
      <OfflineNote />
      {requests.value.length === 0 ? (
        <div class="empty">
          <h2>{t('requests.empty.title')}</h2>
          <p class="quiet">{t('requests.empty.lead')}</p>
          <LinkTo to={{ screen: 'add' }} class="button">
            {t('home.add')}
          </LinkTo>
        </div>
      ) : (
        <>
          <p class="quiet">{t('requests.lead')}</p>
          <ul class="cards">
            {requests.value.map((request) => (
              <li key={request.contactId}>
                <RequestCard request={request} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Screen>
  )
}

function RequestCard({ request }: { readonly request: RequestView }): JSX.Element {
  const task = useTask()
  const { contactId, text, receivedAtMs, namesake } = request
  const name = nameOf(request)
  return (
    <article class="card" aria-label={name}>
      <header class="who">
        <Avatar name={name} id={contactId} />
        <span>
          <strong>{name}</strong>
          <span class="hint">
            {t('requests.came', { when: relativeOf(receivedAtMs, Date.now()) })}
          </span>
        </span>
      </header>
      {text === '' ? (
        <p class="quiet">{t('requests.silent')}</p>
      ) : (
        <blockquote dir="auto">{text}</blockquote>
      )}
      {namesake === undefined ? undefined : (
        <p class="note warning">{t('requests.namesake', { name: namesake })}</p>
      )}
      {task.error === undefined ? undefined : (
        <p class="error" role="alert">
          {task.error}
        </p>
      )}
      <Decisions request={request} task={task} />
    </article>
  )
}

interface DecisionsProps {
  readonly request: RequestView
  readonly task: Task
}

/** What can be decided, each with what it does. */
function Decisions({ request, task: { isRunning, run } }: DecisionsProps): JSX.Element {
  const app = useApp()
  const { contactId } = request
  return (
    <dl class="decisions">
      <dt>
        <Button
          kind="main"
          isDisabled={isRunning}
          onClick={() => {
            run(async () => {
              app.noteContact(await app.peer.acceptRequest(contactId))
              go({ screen: 'chat', contactId })
            })
          }}
        >
          {t('requests.accept')}
        </Button>
      </dt>
      <dd class="hint">{t('requests.accept.hint')}</dd>
      <dt>
        <Button
          isDisabled={isRunning}
          onClick={() => {
            run(() => app.peer.declineRequest(contactId))
          }}
        >
          {t('requests.decline')}
        </Button>
      </dt>
      <dd class="hint">{t('requests.decline.hint')}</dd>
      <dt>
        <Button
          kind="danger"
          isDisabled={isRunning}
          onClick={() => {
            run(async () => {
              app.noteContact(await app.peer.block(contactId))
            })
          }}
        >
          {t('requests.block')}
        </Button>
      </dt>
      <dd class="hint">{t('requests.block.hint')}</dd>
      <dt>
        <ReportAbout text={aboutRequest(request)} />
      </dt>
      <dd class="hint">{t('report.it.hint')}</dd>
    </dl>
  )
}

/** What a report about it begins with: the person sees it, and changes it as they like. */
function aboutRequest(request: RequestView): string {
  const name = nameOf(request)
  return request.text === ''
    ? t('report.about.silent', { name })
    : [t('report.about.request', { name }), request.text].join('\n\n')
}
