/** Whether the person at the other end is who they seem: digits and a code that must be the same on both screens. */
import type { Contact } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { paragraph, t } from '../locales/locale.ts'
import { compareScanned, digitGroups } from '../state/safety-digits.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Icon } from '../ui/icon.tsx'
import { QrCode } from '../ui/qr-code.tsx'
import { ScanDialog } from '../ui/scan-dialog.tsx'
import { Screen } from '../ui/screen.tsx'
import { useRead } from '../ui/use-read.ts'
import { type Task, useTask } from '../ui/use-task.ts'

export function SafetyNumberScreen({ contactId }: { readonly contactId: ContactId }): JSX.Element {
  const { chats, peer } = useApp()
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  const { value, error, again } = useRead(
    `safety number ${contactId}`,
    () => peer.safetyNumber(contactId),
    (event) => 'contactId' in event && event.contactId === contactId && event.type !== 'typing'
  )
  const name = contact === undefined ? '' : nameOf(contact)
  return (
    <Screen title={t('verify.title', { name })} back={{ screen: 'contact', contactId }}>
      {error === undefined ? undefined : <FailedRead error={error} onAgain={again} />}
      {contact === undefined || value === undefined ? (
        error === undefined ? (
          <div class="skeleton" aria-busy="true" />
        ) : undefined
      ) : (
        <Compare contact={contact} safetyNumber={value.safetyNumber} />
      )}
    </Screen>
  )
}

interface CompareProps {
  readonly contact: Contact
  readonly safetyNumber: string
}

function Compare({ contact, safetyNumber }: CompareProps): JSX.Element {
  const app = useApp()
  const task = useTask()
  const { contactId, isVerified } = contact
  const name = nameOf(contact)
  const [isScanning, setScanning] = useState(false)
  const [isSame, setSame] = useState<boolean | undefined>(undefined)
  const mark = (verified: boolean): void => {
    task.run(async () => {
      app.noteContact(await app.peer.setVerified(contactId, verified))
    })
  }
  return (
    <>
      <Changed contact={contact} task={task} />
      <section class="card number">
        <p class={isVerified ? 'badge good' : 'badge'}>
          <Icon name="shield" />
          {isVerified ? t('verify.is') : t('verify.is-not')}
        </p>
        <p class="quiet">{t('verify.lead', { name })}</p>
        <QrCode text={safetyNumber} label={t('verify.qr')} />
        <Digits safetyNumber={safetyNumber} />
        <Result isSame={isSame} name={name} />
        <p class="error" role="alert">
          {task.error}
        </p>
        <div class="actions">
          <Button
            icon="camera"
            onClick={() => {
              setScanning(true)
            }}
          >
            {t('verify.scan')}
          </Button>
          <Button
            kind={isVerified ? 'quiet' : 'main'}
            isDisabled={task.isRunning}
            onClick={() => {
              mark(!isVerified)
              setSame(undefined)
            }}
          >
            {isVerified ? t('verify.unmark') : t('verify.mark')}
          </Button>
        </div>
      </section>
      {isScanning ? (
        <Scan
          safetyNumber={safetyNumber}
          onResult={(result) => {
            setScanning(false)
            setSame(result)
            if (result) {
              mark(true)
            }
          }}
          onClose={() => {
            setScanning(false)
          }}
        />
      ) : undefined}
    </>
  )
}

interface ScanProps {
  readonly safetyNumber: string
  readonly onResult: (isSame: boolean) => void
  readonly onClose: () => void
}

function Scan({ safetyNumber, onResult, onClose }: ScanProps): JSX.Element {
  return (
    <ScanDialog
      title={t('verify.scan')}
      lead={t('verify.scan.lead')}
      onSeen={(text) => {
        const isSame = compareScanned(text, safetyNumber)
        if (isSame !== undefined) {
          onResult(isSame)
        }
        return isSame !== undefined
      }}
      onClose={onClose}
    />
  )
}

interface ResultProps {
  /** Undefined before anything was scanned. */
  readonly isSame: boolean | undefined
  readonly name: string
}

/** What scanning found. */
function Result({ isSame, name }: ResultProps): JSX.Element {
  const kind = isSame === undefined ? 'unseen' : isSame ? 'note good' : 'note danger'
  return (
    <p role="status" class={kind}>
      {isSame === true ? t('verify.match', { name }) : ''}
      {isSame === false ? t('verify.mismatch', { name }) : ''}
    </p>
  )
}

function Digits({ safetyNumber }: { readonly safetyNumber: string }): JSX.Element {
  return (
    <p class="digits" role="group" aria-label={t('verify.digits')}>
      {digitGroups(safetyNumber).map((group, at) => (
        <span key={at}>{group}</span>
      ))}
    </p>
  )
}

/** Another identity than before: what it may mean, and the way on. */
function Changed({
  contact,
  task
}: {
  readonly contact: Contact
  readonly task: Task
}): JSX.Element | undefined {
  const app = useApp()
  const { contactId, isHeld, isIdentityChanged } = contact
  if (!isIdentityChanged) {
    return undefined
  }
  return (
    <div class="note warning stack">
      <p>
        {paragraph(t('verify.changed', { name: nameOf(contact) }), isHeld ? t('verify.held') : '')}
      </p>
      <Button
        isDisabled={task.isRunning}
        onClick={() => {
          task.run(async () => {
            app.noteContact(await app.peer.acknowledgeIdentity(contactId))
          })
        }}
      >
        {t('verify.seen')}
      </Button>
    </div>
  )
}
