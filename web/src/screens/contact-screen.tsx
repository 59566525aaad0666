/** Who somebody is, how far they are to be trusted, and what is chosen for them. */
import type { Contact, KeepWish } from '@sealpost/client'
import type { ContactId, DirectChoice } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { dateOf } from '../locales/dates.ts'
import { paragraph, t } from '../locales/locale.ts'
import { nameProblem } from '../state/name-problem.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { ChoiceMenu } from '../ui/choice-menu.tsx'
import { ChoiceGroup } from '../ui/choice-group.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { NameField } from '../ui/name-field.tsx'
import { Screen } from '../ui/screen.tsx'
import { TimerChoice } from '../ui/timer-choice.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { ChatNoticesChoices } from './chat-notices-choices.tsx'
import { clearing } from './clearing.ts'
import { ReportAbout } from './report-about.tsx'
import { shelfActions } from './shelf-actions.ts'

export function ContactScreen({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  const { chats } = useApp()
  const chat = chats.value?.find(({ contact }) => contact.contactId === contactId)
  const back = { screen: 'chat', contactId } as const
  if (chat === undefined) {
    return (
      <Screen title={t('info.nobody')} back={{ screen: 'home' }}>
        {chats.value === undefined ? (
          <div class="skeleton" aria-busy="true" />
        ) : (
          <p class="quiet">{t('info.unknown')}</p>
        )}
      </Screen>
    )
  }
  const { contact } = chat
  return (
    <Screen title={t('info.title', { name: nameOf(contact) })} back={back}>
      <Who contact={contact} />
      <StarredLine contactId={contactId} />
      {contact.standing === 'failed' ? (
        <>
          <p class="note warning">{t('standing.failed.lead')}</p>
          <Clear contact={contact} />
        </>
      ) : (
        <>
          <SafetyLine contact={contact} />
          <Rename key={contact.name} contact={contact} />
          {contact.standing === 'accepted' && !contact.isHeld ? (
            <Timer contact={contact} />
          ) : undefined}
          <Shelf contact={contact} />
          <DirectChoices contact={contact} />
          <ChatNoticesChoices contactId={contactId} />
          <Clear contact={contact} />
          <Block contact={contact} />
          <section class="stack last">
            <ReportAbout
              icon="warning"
              text={t('report.about.contact', { name: nameOf(contact) })}
            />
            <p class="hint">{t('report.it.hint')}</p>
          </section>
        </>
      )}
    </Screen>
  )
}

function Who({ contact }: { readonly contact: Contact }): JSX.Element {
  const { contactId, profileName, createdAtMs, isOnline } = contact
  const name = nameOf(contact)
  return (
    <section class="card who large">
      <span class={isOnline ? 'with-presence here' : 'with-presence'}>
        <Avatar name={name} id={contactId} />
      </span>
      <span>
        <strong>{name}</strong>
        {profileName === name || profileName === '' ? undefined : (
          <span class="hint">{t('info.calls-self', { name: profileName })}</span>
        )}
        <span class="hint">{t('info.since', { day: dateOf(createdAtMs) })}</span>
      </span>
    </section>
  )
}

function StarredLine({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  return (
    <LinkTo to={{ screen: 'starred', contactId }} class="card row">
      <Icon name="star" />
      <span class="row-text">
        <strong>{t('stars.title')}</strong>
        <span class="hint">{t('stars.chat.lead')}</span>
      </span>
      <Icon name="forward" />
    </LinkTo>
  )
}

function SafetyLine({ contact }: { readonly contact: Contact }): JSX.Element {
  const { contactId, identityKey, isVerified, isIdentityChanged } = contact
  const icon = <Icon name={isIdentityChanged ? 'warning' : 'shield'} />
  const words = (
    <span class="row-text">
      <strong>{t('info.number')}</strong>
      <span class="hint">{safetySentence(contact)}</span>
    </span>
  )
  if (identityKey === undefined) {
    return (
      <p class="card row">
        {icon}
        {words}
      </p>
    )
  }
  const kind = isIdentityChanged ? 'warning' : isVerified ? 'good' : ''
  return (
    <LinkTo to={{ screen: 'safety-number', contactId }} class={`card row ${kind}`}>
      {icon}
      {words}
      <Icon name="forward" />
    </LinkTo>
  )
}

function safetySentence({ identityKey, isVerified, isIdentityChanged }: Contact): string {
  if (identityKey === undefined) {
    return t('info.number.none')
  }
  if (isIdentityChanged) {
    return t('info.number.changed')
  }
  return isVerified ? t('info.number.verified') : t('info.number.unverified')
}

function Rename({ contact }: { readonly contact: Contact }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const [name, setName] = useState(contact.name)
  const [isSaved, setSaved] = useState(false)
  const isOther = name.trim() !== '' && name.trim() !== contact.name
  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          app.noteContact(await app.peer.rename(contact.contactId, name.trim()))
          setSaved(true)
        })
      }}
    >
      <NameField
        label={t('info.name')}
        before={contact.name}
        hint={t('info.name.hint')}
        value={name}
        error={error}
        onInput={(value) => {
          setSaved(false)
          setName(value)
        }}
      />
      <div class="actions">
        <Button type="submit" isDisabled={isRunning || !isOther || nameProblem(name) !== undefined}>
          {t('info.rename')}
        </Button>
        <span class="hint" role="status">
          {isSaved ? t('info.saved') : ''}
        </span>
      </div>
    </form>
  )
}

function Timer({ contact }: { readonly contact: Contact }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  return (
    <section class="card stack">
      <TimerChoice
        label={t('timer.title')}
        seconds={contact.timerSeconds}
        isDisabled={isRunning}
        onChoose={(seconds) => {
          run(async () => {
            app.noteContact(await app.peer.setTimer(contact.contactId, seconds))
          })
        }}
      />
      <p class="hint">{t('timer.hint', { name: nameOf(contact) })}</p>
      <ErrorLine error={error} />
    </section>
  )
}

function Shelf({ contact }: { readonly contact: Contact }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const keep = (wish: KeepWish): void => {
    run(async () => {
      app.noteContact(await app.peer.keep(contact.contactId, wish))
    })
  }
  return (
    <section class="card stack" aria-labelledby="shelf">
      <h2 id="shelf">{t('shelf.title')}</h2>
      <div class="actions">
        {shelfActions(contact).map((action) =>
          'choices' in action ? (
            <ChoiceMenu
              key={action.label}
              icon={action.icon}
              label={t(action.label)}
              isDisabled={isRunning}
              choices={action.choices.map(({ label, wish }) => ({
                label: t(label),
                onChoose: () => {
                  keep(wish)
                }
              }))}
            />
          ) : (
            <Button
              key={action.label}
              icon={action.icon}
              isDisabled={isRunning}
              onClick={() => {
                keep(action.wish)
              }}
            >
              {t(action.label)}
            </Button>
          )
        )}
      </div>
      <p class="hint">{t('shelf.hint')}</p>
      <ErrorLine error={error} />
    </section>
  )
}

function DirectChoices({ contact }: { readonly contact: Contact }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const { value: settings } = useRead(
    'settings',
    () => app.peer.settings(),
    ({ type }) => type === 'settings-changed'
  )
  const asSettings =
    settings === undefined
      ? t('info.direct.default')
      : settings.isDirect
        ? t('info.direct.default.on')
        : t('info.direct.default.off')
  return (
    <section class="card stack">
      <ChoiceGroup<DirectChoice>
        label={t('info.direct')}
        value={contact.direct}
        isDisabled={isRunning}
        options={[
          { value: 'default', label: asSettings },
          { value: 'on', label: t('info.direct.on') },
          { value: 'off', label: t('info.direct.off') }
        ]}
        onChoose={(direct) => {
          run(async () => {
            app.noteContact(await app.peer.setDirect(contact.contactId, direct))
          })
        }}
      />
      <p class="hint">
        {paragraph(t('info.direct.lead'), contact.hasPath ? t('info.path') : t('info.no-path'))}
      </p>
      {error === undefined ? undefined : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </section>
  )
}

function Clear({ contact }: { readonly contact: Contact }): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const { ask, lead, confirm, carryOut } = clearing(contact)
  return (
    <section class="stack last">
      <ConfirmButton
        icon="trash"
        label={ask}
        question={lead}
        confirm={confirm}
        isDisabled={isRunning}
        onConfirm={() => {
          run(() => carryOut(peer))
        }}
      />
      <ErrorLine error={error} />
    </section>
  )
}

function Block({ contact }: { readonly contact: Contact }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const { contactId, standing } = contact
  const name = nameOf(contact)
  return (
    <section class="stack last">
      {standing === 'blocked' ? (
        <>
          <Button
            isDisabled={isRunning}
            onClick={() => {
              run(async () => {
                app.noteContact(await app.peer.unblock(contactId))
              })
            }}
          >
            {t('info.unblock', { name })}
          </Button>
          <p class="hint">{t('info.unblock.hint')}</p>
        </>
      ) : (
        <ConfirmButton
          icon="block"
          label={t('info.block', { name })}
          question={t('info.block.sure')}
          confirm={t('info.block.do')}
          isDisabled={isRunning}
          onConfirm={() => {
            run(async () => {
              app.noteContact(await app.peer.block(contactId))
            })
          }}
        />
      )}
      {error === undefined ? undefined : (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </section>
  )
}
