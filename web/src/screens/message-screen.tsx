/** What became of one message, step by step, as far as it was proven; and taking it back. */
import type { Timeline } from '@sealpost/client'
import type { ContactId, MessageId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { exactlyOf } from '../locales/dates.ts'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { clockStyle } from '../state/clock-style.ts'
import { type Step, stepsOf } from '../state/message-steps.ts'
import type { PageEvent } from '../wire/messages.ts'
import { useApp } from '../ui/app-context.ts'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { FormattedText } from '../ui/formatted-text.tsx'
import { Screen } from '../ui/screen.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { noticeSentence } from './message-sentence.ts'

interface MessageScreenProps {
  readonly contactId: ContactId
  readonly messageId: MessageId
}

export function MessageScreen({ contactId, messageId }: MessageScreenProps): JSX.Element {
  const { chats, peer } = useApp()
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  const { value, error, isGone, again } = useRead(
    messageId,
    () => peer.message(messageId),
    (event) => isAbout(event, messageId)
  )
  return (
    <Screen title={t('message.title')} back={{ screen: 'chat', contactId }}>
      {error === undefined ? undefined : (
        <FailedRead error={error} onAgain={isGone ? undefined : again} />
      )}
      {value === undefined ? (
        error === undefined ? (
          <div class="skeleton" aria-busy="true" />
        ) : undefined
      ) : (
        <Details
          message={value}
          name={contact === undefined ? '' : nameOf(contact)}
          again={again}
        />
      )}
    </Screen>
  )
}

function isAbout(event: PageEvent, messageId: MessageId): boolean {
  switch (event.type) {
    case 'message-state':
      return event.messageId === messageId
    case 'message':
    case 'message-changed':
    case 'sent':
      return event.message.messageId === messageId
    default:
      return false
  }
}

interface DetailsProps {
  readonly message: Timeline
  readonly name: string
  readonly again: () => void
}

function Details({ message, name, again }: DetailsProps): JSX.Element {
  const { text, kind, isCopy } = message
  const notice = noticeSentence(message, name)
  const waiting = waitingSentence(message)
  return (
    <>
      <section class={`card words ${kind === 'sent' ? 'own' : 'theirs'}`}>
        {notice === undefined ? <FormattedText text={text} /> : <em>{notice}</em>}
      </section>
      <section class="card" aria-labelledby="steps">
        <h2 id="steps">{t('message.steps')}</h2>
        <ol class="steps" aria-live="polite">
          {stepsOf(message).map((step) => (
            <StepLine key={`${step.name} ${step.relay ?? ''}`} step={step} />
          ))}
        </ol>
        {waiting === undefined ? undefined : <p class="hint">{waiting}</p>}
        {isCopy === true ? <p class="hint">{t('message.copy-device')}</p> : undefined}
      </section>
      <div class="actions">
        {notice === undefined ? <CopyButton text={text} label={t('menu.copy')} /> : undefined}
        {kind === 'sent' ? <Recall message={message} again={again} /> : undefined}
      </div>
    </>
  )
}

function StepLine({ step: { name, atMs, relay = '' } }: { readonly step: Step }): JSX.Element {
  return (
    <li class={`step-${name}`}>
      <span>{t(`message.step.${name}`, { relay })}</span>
      <time class="hint" dateTime={new Date(atMs).toISOString()}>
        {exactlyOf(atMs, clockStyle())}
      </time>
    </li>
  )
}

/** What is still to come. */
function waitingSentence({ kind, state, withdrawnAtMs }: Timeline): string | undefined {
  if (kind !== 'sent' || withdrawnAtMs !== undefined || state === undefined || state === 'read') {
    return undefined
  }
  return t(`message.wait.${state}`)
}

interface RecallProps {
  readonly message: Timeline
  readonly again: () => void
}

function Recall({ message, again }: RecallProps): JSX.Element | undefined {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { messageId, recall, withdrawnAtMs, isCopy, state } = message
  if (withdrawnAtMs !== undefined) {
    return (
      <p class={`note ${recall === 'in-time' ? 'good' : 'warning'}`} role="status">
        {t(`message.recall.${recall ?? 'pending'}`)}
      </p>
    )
  }
  if (messageId === undefined || isCopy === true) {
    return undefined
  }
  const isThere = state === 'delivered' || state === 'read'
  return (
    <>
      <ConfirmButton
        icon="undo"
        kind="danger"
        label={t('message.recall')}
        question={isThere ? t('message.recall.delivered') : t('message.recall.fresh')}
        confirm={t('message.recall.do')}
        isDisabled={isRunning}
        onConfirm={() => {
          run(() => peer.recall(messageId).then(again))
        }}
      />
      {error === undefined ? undefined : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </>
  )
}
