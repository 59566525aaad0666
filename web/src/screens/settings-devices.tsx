/** The devices of the account. */
import type { Device } from '@sealpost/client'
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { dateOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { nameProblem } from '../state/name-problem.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { Icon } from '../ui/icon.tsx'
import { NameField } from '../ui/name-field.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { LinkAnother } from './link-another.tsx'

export function DevicesSection(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'devices',
    () => peer.devices(),
    ({ type }) => type === 'devices-changed'
  )
  if (error !== undefined) {
    return <FailedRead error={t('devices.failed', { reason: error })} onAgain={again} />
  }
  if (value === undefined) {
    return <div class="skeleton" aria-busy="true" />
  }
  return (
    <>
      <ul class="rows">
        {value.map((device) => (
          <DeviceRow key={device.device} device={device} again={again} />
        ))}
      </ul>
      <LostNote devices={value} />
      <Transfers devices={value} />
      <LinkAnother onLinked={again} />
    </>
  )
}

/** What it means that devices are not found, and what to do. */
function LostNote({ devices }: { readonly devices: readonly Device[] }): JSX.Element | undefined {
  const others = devices.filter(({ isThis }) => !isThis)
  if (!others.some(({ isNowhere }) => isNowhere)) {
    return undefined
  }
  const isNoneFound = others.every(({ isNowhere }) => isNowhere)
  return (
    <p class="note warning" role="status">
      {t(isNoneFound ? 'devices.lost.all' : 'devices.lost.some')}
    </p>
  )
}

/** History on its way between the account's devices. */
function Transfers({ devices }: { readonly devices: readonly Device[] }): JSX.Element {
  const { peer } = useApp()
  const { value = [] } = useRead(
    'transfers',
    () => peer.transfers(),
    ({ type }) => type === 'history-progress'
  )
  const nameOf = (number: number): string => {
    const name = devices.find(({ device }) => device === number)?.name ?? ''
    return name === '' ? t('devices.unnamed', { number }) : name
  }
  return (
    <ul class="hint" aria-live="polite">
      {value
        .filter(({ isDone }) => !isDone)
        .map(({ transferId, device, isIncoming, done, total }) => (
          <li key={transferId}>
            {t(isIncoming ? 'transfer.receiving' : 'transfer.sending', {
              name: nameOf(device),
              done,
              all: total
            })}
          </li>
        ))}
    </ul>
  )
}

interface DeviceRowProps {
  readonly device: Device
  readonly again: () => void
}

function DeviceRow({ device, again }: DeviceRowProps): JSX.Element {
  const { peer } = useApp()
  const { error, isRunning, run } = useTask()
  const [isNaming, setNaming] = useState(false)
  const { device: number, name, addedAtMs, isThis, isReachable, isNowhere } = device
  const words = [
    isThis ? t('devices.this') : undefined,
    t('devices.added', { day: dateOf(addedAtMs) }),
    isReachable ? undefined : t('devices.silent'),
    isNowhere ? t('devices.lost') : undefined
  ].filter((word) => word !== undefined)
  return (
    <li class="row split">
      <Icon name="device" />
      <span class="row-text">
        <strong>{name === '' ? t('devices.unnamed', { number }) : name}</strong>
        <span class="hint">{words.join(' · ')}</span>
      </span>
      {isNaming ? (
        <NameForm
          name={name}
          isRunning={isRunning}
          onDone={(chosen) => {
            run(async () => {
              await peer.renameDevice(number, chosen)
              again()
              setNaming(false)
            })
          }}
          onCancel={() => {
            setNaming(false)
          }}
        />
      ) : (
        <span class="actions">
          <Button
            onClick={() => {
              setNaming(true)
            }}
          >
            {t('devices.rename')}
          </Button>
          {isThis ? undefined : (
            <ConfirmButton
              kind="quiet"
              label={t('devices.remove')}
              question={t('devices.remove.sure')}
              confirm={t('devices.remove.do')}
              isDisabled={isRunning}
              onConfirm={() => {
                run(() => peer.removeDevice(number).then(again))
              }}
            />
          )}
        </span>
      )}
      <ErrorLine error={error} />
    </li>
  )
}

interface NameFormProps {
  readonly name: string
  readonly isRunning: boolean
  readonly onDone: (name: string) => void
  readonly onCancel: () => void
}

function NameForm({ name: before, isRunning, onDone, onCancel }: NameFormProps): JSX.Element {
  const [name, setName] = useState(before)
  return (
    <form
      class="stack whole"
      onSubmit={(event) => {
        event.preventDefault()
        onDone(name.trim())
      }}
    >
      <NameField label={t('devices.name')} value={name} isFocused onInput={setName} />
      <span class="actions">
        <Button
          type="submit"
          kind="main"
          isDisabled={isRunning || name.trim() === '' || nameProblem(name) !== undefined}
        >
          {t('devices.save')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
      </span>
    </form>
  )
}
