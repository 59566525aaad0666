/** Backups: made on demand, proven, and saved as a file. */
import type { BackupStatus } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { relativeOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { bytesText } from '../locales/sizes.ts'
import { backupFileName, saveFile } from '../state/save-file.ts'
import type { MadeBackup } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Field } from '../ui/field.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

export function BackupSection(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'backup',
    () => peer.backupStatus(),
    () => false
  )
  if (value === undefined) {
    return error === undefined ? (
      <div class="skeleton" aria-busy="true" />
    ) : (
      <FailedRead error={error} onAgain={again} />
    )
  }
  return (
    <section class="card settings">
      <p class="quiet">{t('backup.lead')}</p>
      <LastBackup status={value} />
      {value.phrase === undefined ? (
        <NewPhrase onKept={again} />
      ) : (
        <>
          <MakeBackup onMade={again} />
          <details>
            <summary>{t('backup.phrase.show')}</summary>
            <Phrase phrase={value.phrase} />
          </details>
        </>
      )}
    </section>
  )
}

function LastBackup({ status: { last } }: { readonly status: BackupStatus }): JSX.Element {
  if (last === undefined) {
    return <p class="note warning">{t('backup.never')}</p>
  }
  return (
    <p class="note good">
      {t('backup.last', {
        when: relativeOf(last.provenAtMs, Date.now()),
        messages: t('backup.messages', { count: last.messageCount }),
        contacts: t('backup.contacts', { count: last.contactCount }),
        size: bytesText(last.byteCount)
      })}
    </p>
  )
}

/** Draws a phrase, and keeps it once the person has it on paper. */
function NewPhrase({ onKept }: { readonly onKept: () => void }): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [phrase, setPhrase] = useState<string | undefined>(undefined)
  const [typed, setTyped] = useState('')
  if (phrase === undefined) {
    return (
      <div class="actions">
        <Button
          kind="main"
          icon="key"
          isDisabled={isRunning}
          onClick={() => {
            run(() => peer.drawRecoveryPhrase().then(setPhrase))
          }}
        >
          {t('backup.phrase.begin')}
        </Button>
        <ErrorLine error={error} />
      </div>
    )
  }
  const isRight = typed.trim().toUpperCase() === phrase.slice(-5)
  const isWrong = typed.trim().length >= 5 && !isRight
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        run(() => peer.keepRecoveryPhrase(phrase).then(onKept))
      }}
    >
      <h2>{t('backup.phrase.title')}</h2>
      <p>{t('backup.phrase.lead')}</p>
      <Phrase phrase={phrase} />
      <Field
        label={t('backup.phrase.check')}
        hint={t('backup.phrase.check.hint')}
        error={isWrong ? t('backup.phrase.wrong') : undefined}
        maxLength={5}
        value={typed}
        onInput={setTyped}
      />
      <ErrorLine error={error} />
      <Button type="submit" kind="main" isDisabled={!isRight || isRunning}>
        {t('backup.phrase.keep')}
      </Button>
    </form>
  )
}

function Phrase({ phrase }: { readonly phrase: string }): JSX.Element {
  return (
    <div class="phrase">
      <ol>
        {phrase.split('-').map((group, at) => (
          <li key={at}>
            <code>{group}</code>
          </li>
        ))}
      </ol>
      <CopyButton kind="quiet" text={phrase} label={t('action.copy')} />
    </div>
  )
}

function MakeBackup({ onMade }: { readonly onMade: () => void }): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const [made, setMade] = useState<MadeBackup | undefined>(undefined)
  const [progress, setProgress] = useState('')
  useEffect(
    () =>
      app.listen((event) => {
        if (event.type === 'backup-progress') {
          setProgress(t(`backup.${event.stage}`, { count: event.messageCount }))
        }
      }),
    [app]
  )
  return (
    <div class="stack">
      <div class="actions">
        <Button
          kind={made === undefined ? 'main' : 'plain'}
          isDisabled={isRunning}
          onClick={() => {
            run(async () => {
              setMade(await app.peer.backUp(undefined))
              onMade()
            })
          }}
        >
          {t('backup.make')}
        </Button>
        {made === undefined ? undefined : (
          <Button
            kind="main"
            icon="download"
            onClick={() => {
              saveFile(made.file, backupFileName(made.proven.createdAtMs))
            }}
          >
            {t('backup.save')}
          </Button>
        )}
      </div>
      <p role="status">{isRunning ? progress : made === undefined ? '' : t('backup.done')}</p>
      <ErrorLine error={error} />
    </div>
  )
}
