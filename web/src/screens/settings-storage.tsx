/** What the app takes of this browser and of the network, and whether the browser keeps it. */
import type { ConversationSize } from '@sealpost/client'
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { nameOf } from '../locales/contact-name.ts'
import { dateOf, relativeOf } from '../locales/dates.ts'
import { paragraph, t } from '../locales/locale.ts'
import { bytesText } from '../locales/sizes.ts'
import { askToKeep, type Keeping, lookAtKeeping, lookAtRoom, type Room } from '../state/room.ts'
import type { PageEvent } from '../wire/messages.ts'
import type { Passed } from '../wire/storage-calls.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { FailedRead } from '../ui/failed-read.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'

export function StorageSection(): JSX.Element {
  return (
    <>
      <BrowserRoom />
      <KeepingCard />
      <Chats />
      <DataUseCard />
    </>
  )
}

/** What the browser says. */
function BrowserRoom(): JSX.Element {
  const [room, setRoom] = useState<Room | 'unknown' | undefined>(undefined)
  useEffect(() => {
    lookAtRoom().then(
      (found) => {
        setRoom(found ?? 'unknown')
      },
      () => {
        setRoom('unknown')
      }
    )
  }, [])
  return (
    <section class="card" aria-labelledby="storage-room" aria-busy={room === undefined}>
      <h2 id="storage-room">{t('storage.room')}</h2>
      {room === undefined ? undefined : room === 'unknown' ? (
        <p>{t('storage.room.unknown')}</p>
      ) : (
        <RoomFigures room={room} />
      )}
    </section>
  )
}

function RoomFigures({ room }: { readonly room: Room }): JSX.Element {
  const { usedBytes, quotaBytes, dataBytes, programBytes, isLow } = room
  return (
    <>
      <Bar part={usedBytes / quotaBytes} isLow={isLow} />
      <p>{t('storage.room.used', { used: bytesText(usedBytes), quota: bytesText(quotaBytes) })}</p>
      {dataBytes === undefined || programBytes === undefined ? undefined : (
        <p>
          {t('storage.room.parts', {
            data: bytesText(dataBytes),
            program: bytesText(programBytes)
          })}
        </p>
      )}
      {isLow ? <p class="note warning">{t('storage.low.lead')}</p> : undefined}
      <p class="hint">{t('storage.room.estimate')}</p>
    </>
  )
}

/** The least that is seen of it, in hundredths. */
const SEEN = 1

function Bar({ part, isLow }: { readonly part: number; readonly isLow: boolean }): JSX.Element {
  return (
    <svg
      class={isLow ? 'room-bar low' : 'room-bar'}
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect class="all" width="100" height="4" />
      <rect class="used" width={Math.min(100, Math.max(SEEN, part * 100))} height="4" />
    </svg>
  )
}

/** Whether the browser may clear it by itself, and what does in any case. */
function KeepingCard(): JSX.Element {
  const { peer } = useApp()
  const [keeping, setKeeping] = useState<Keeping | 'refused' | undefined>(undefined)
  const { error, isRunning, run } = useTask()
  const { value: backup } = useRead(
    'backup',
    () => peer.backupStatus(),
    () => false
  )
  useEffect(() => {
    lookAtKeeping().then(setKeeping, () => {
      setKeeping('unknown')
    })
  }, [])
  return (
    <section class="card" aria-labelledby="storage-kept" aria-busy={keeping === undefined}>
      <h2 id="storage-kept">{t('storage.kept')}</h2>
      <p role="status">{keeping === undefined ? '' : t(`storage.kept.${keeping}`)}</p>
      {keeping === 'may-go' || keeping === 'refused' ? (
        <div class="actions">
          <Button
            isDisabled={isRunning}
            onClick={() => {
              run(async () => {
                const now = await askToKeep()
                setKeeping(now === 'kept' ? 'kept' : 'refused')
              })
            }}
          >
            {t('storage.kept.ask')}
          </Button>
        </div>
      ) : undefined}
      <ErrorLine error={error} />
      <p class={backup !== undefined && backup.last === undefined ? 'note warning' : 'note'}>
        {paragraph(
          t('storage.clearing'),
          backup === undefined
            ? ''
            : backup.last === undefined
              ? t('storage.backup.none')
              : t('storage.backup.last', { when: relativeOf(backup.last.provenAtMs, Date.now()) })
        )}
      </p>
      <div class="actions">
        <LinkTo to={{ screen: 'settings', section: 'backup' }} class="button">
          {t('settings.backup')}
        </LinkTo>
      </div>
    </section>
  )
}

function Chats(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'sizes',
    () => peer.conversationSizes(),
    ({ type }) => type === 'message-deleted'
  )
  return (
    <section
      class="card"
      aria-labelledby="storage-chats"
      aria-busy={value === undefined && error === undefined}
    >
      <h2 id="storage-chats">{t('storage.chats')}</h2>
      {error === undefined ? undefined : <FailedRead error={error} onAgain={again} />}
      {value === undefined ? (
        error === undefined ? (
          <div class="skeleton" />
        ) : undefined
      ) : value.length === 0 ? (
        <p>{t('storage.chats.none')}</p>
      ) : (
        <>
          <ul class="chat-sizes">
            {value.map((size) => (
              <ChatSize key={size.contactId} size={size} largest={value[0]?.byteCount ?? 1} />
            ))}
          </ul>
          <p class="hint">{t('storage.chats.exact')}</p>
        </>
      )}
    </section>
  )
}

interface ChatSizeProps {
  readonly size: ConversationSize
  readonly largest: number
}

function ChatSize({ size, largest }: ChatSizeProps): JSX.Element {
  const { chats } = useApp()
  const { contactId, messageCount, byteCount } = size
  const contact = chats.value?.find((chat) => chat.contact.contactId === contactId)?.contact
  const name = contact === undefined ? t('storage.chats.other') : nameOf(contact)
  return (
    <li>
      <Avatar name={name} id={contactId} />
      <span class="row-text">
        <strong>
          {contact === undefined ? (
            name
          ) : (
            <LinkTo to={{ screen: 'chat', contactId }}>{name}</LinkTo>
          )}
        </strong>
        <Bar part={byteCount / largest} isLow={false} />
        <span class="hint">
          {t('storage.chats.size', { count: messageCount, size: bytesText(byteCount) })}
        </span>
      </span>
    </li>
  )
}

/** Something passed just before them. */
const DATA_MOVES: ReadonlySet<PageEvent['type']> = new Set([
  'message',
  'message-state',
  'relay',
  'sent'
])

function DataUseCard(): JSX.Element {
  const { peer } = useApp()
  const { value, error, again } = useRead(
    'data-use',
    () => peer.dataUse(),
    ({ type }) => DATA_MOVES.has(type)
  )
  return (
    <section
      class="card"
      aria-labelledby="storage-data"
      aria-busy={value === undefined && error === undefined}
    >
      <h2 id="storage-data">{t('storage.data')}</h2>
      {error === undefined ? undefined : <FailedRead error={error} onAgain={again} />}
      {value === undefined ? undefined : (
        <dl class="figures">
          <Figure label={t('storage.data.now')} passed={value.now} />
          <Figure
            label={t('storage.data.all', { day: dateOf(value.all.sinceMs) })}
            passed={value.all}
          />
        </dl>
      )}
      <p class="hint">{t('storage.data.hint')}</p>
    </section>
  )
}

function Figure({
  label,
  passed
}: {
  readonly label: string
  readonly passed: Passed
}): JSX.Element {
  const { sentBytes, receivedBytes } = passed
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {t('storage.data.figure', {
          sent: bytesText(sentBytes),
          received: bytesText(receivedBytes)
        })}
      </dd>
    </div>
  )
}
