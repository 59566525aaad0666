/** Where messages pass through: the relays, what still waits, and who is reached directly. */
import type { Relay } from '@sealpost/client'
import type { JSX } from 'preact'
import { nameOf } from '../locales/contact-name.ts'
import { dayOf } from '../locales/dates.ts'
import { durationOf } from '../locales/duration.ts'
import { paragraph, t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { connectionOf } from '../state/connection.ts'
import { relayName } from '../state/relay-name.ts'
import { clockOffset } from '../state/clock-offset.ts'
import { useApp } from '../ui/app-context.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { ErrorLine } from '../ui/error-line.tsx'
import { Screen } from '../ui/screen.tsx'
import { useRead } from '../ui/use-read.ts'
import { useTask } from '../ui/use-task.ts'
import { AddRelay } from './add-relay.tsx'
import { OperatorLines } from './operator-notes.tsx'

export function NetworkScreen(): JSX.Element {
  const { relays } = useApp()
  const own = relays.value.filter(({ isOwn }) => isOwn)
  const left = relays.value.filter(({ isOwn, isServed }) => isServed && !isOwn)
  return (
    <Screen title={t('network.title')}>
      <Summary />
      <section aria-labelledby="own-relays">
        <h2 id="own-relays">{t('network.relays')}</h2>
        <p class="hint">{t('network.relays.lead')}</p>
        <ul class="rows" aria-busy={own.length === 0}>
          {own.map((relay) => (
            <RelayRow key={relay.nodeKey} relay={relay} isLast={own.length === 1} />
          ))}
        </ul>
      </section>
      <AddRelay count={own.length} />
      {left.length === 0 ? undefined : (
        <section aria-labelledby="left-relays">
          <h2 id="left-relays">{t('network.left')}</h2>
          <p class="hint">{t('network.left.lead')}</p>
          <ul class="rows">
            {left.map((relay) => (
              <li key={relay.nodeKey} class="row">
                <RelayState relay={relay} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Screen>
  )
}

function Summary(): JSX.Element {
  const { chats, home, peer, relays } = useApp()
  const problem = home.value.type === 'open' ? home.value.storeProblem : undefined
  const isFull = problem === 'SEALPOST_STORE_FULL'
  const { value, error } = useRead(
    'upkeep',
    () => peer.upkeep(),
    ({ type }) => type === 'message-state' || type === 'sent' || type === 'relay'
  )
  const { kind, ready, all } = connectionOf(relays.value)
  const isHeld = isFull || (problem !== undefined && kind === 'ready')
  const reached = (chats.value ?? [])
    .filter(({ contact }) => contact.hasPath)
    .map(({ contact }) => nameOf(contact))
  const titles = {
    ready: ready === all ? t('network.online') : t('network.online.some', { ready, all }),
    trying: t('network.connecting'),
    offline: t('network.offline')
  }
  const leads = {
    ready: problem === undefined ? t('network.online.lead') : t('room.network.failing'),
    trying: t('network.connecting.lead'),
    offline: navigator.onLine ? t('network.offline.lead') : t('network.offline.browser')
  }
  return (
    <section class="card" role="status">
      <p class={`pill large ${isHeld ? 'trying' : kind}`}>
        <strong>{isFull ? t('room.network') : titles[kind]}</strong>
      </p>
      <p>{isFull ? t('room.network.lead') : leads[kind]}</p>
      {kind === 'offline' && !isFull && navigator.onLine ? <Unreachable /> : undefined}
      <p class="hint">
        {paragraph(
          value === undefined ? '' : queuedSentence(value.queuedCount),
          error === undefined ? '' : t('network.failed', { reason: error }),
          reached.length === 0
            ? t('network.paths.none')
            : t('network.paths', { names: listOf(reached) })
        )}
      </p>
    </section>
  )
}

/** What helps where no relay answers. */
function Unreachable(): JSX.Element {
  const { peer } = useApp()
  return (
    <>
      <p>{t('network.gone')}</p>
      <div class="actions">
        <Button
          onClick={() => {
            inBackground(peer.reconnect())
          }}
        >
          {t('network.now')}
        </Button>
      </div>
    </>
  )
}

function queuedSentence(count: number): string {
  return count === 0 ? t('network.queued.none') : t('network.queued', { count })
}

function listOf(names: readonly string[]): string {
  return new Intl.ListFormat(document.documentElement.lang).format(names)
}

interface RelayRowProps {
  readonly relay: Relay
  readonly isLast: boolean
}

function RelayRow({ relay, isLast }: RelayRowProps): JSX.Element {
  const app = useApp()
  const { error, isRunning, run } = useTask()
  const { address, nodeKey } = relay
  return (
    <li class="row split">
      <RelayState relay={relay} />
      <span class="actions">
        <CopyButton text={address} label={t('network.copy')} />
        {isLast ? undefined : (
          <ConfirmButton
            kind="quiet"
            label={t('network.remove')}
            question={t('network.remove.sure', { relay: relayName(address) })}
            confirm={t('network.remove.do')}
            isDisabled={isRunning}
            onConfirm={() => {
              run(async () => {
                await app.peer.removeRelay(nodeKey)
                app.noteRelays()
              })
            }}
          />
        )}
      </span>
      <OperatorLines relay={relay} />
      {isLast ? <p class="hint whole">{t('network.remove.last')}</p> : undefined}
      <ErrorLine error={error} />
    </li>
  )
}

function RelayState({ relay }: { readonly relay: Relay }): JSX.Element {
  const { address, nodeKey, phase, capacity, closesAtMs, isOwn, isUninvited, clockOffsetMs } = relay
  const words = [
    t(`network.phase.${phase}`),
    capacity === undefined || capacity === 'open' ? undefined : t(`network.capacity.${capacity}`),
    isUninvited ? t('error.needs-invite') : undefined,
    closesAtMs === undefined ? undefined : closesSentence(closesAtMs, isOwn),
    clockSentence(clockOffsetMs)
  ].filter((word) => word !== undefined)
  return (
    <>
      <span class={`dot ${phase}`} aria-hidden="true" />
      <span class="row-text">
        <strong>{relayName(address === '' ? nodeKey : address)}</strong>
        <span class="hint">{words.join(' · ')}</span>
      </span>
    </>
  )
}

/** A relay that is left moves nobody. */
function closesSentence(closesAtMs: number, isOwn: boolean): string {
  const day = dayOf(closesAtMs, Date.now())
  return isOwn ? t('network.closes.own', { day }) : t('network.closes', { day })
}

function clockSentence(offsetMs: number | undefined): string | undefined {
  const { isAhead, minutes } = clockOffset(offsetMs ?? 0)
  if (minutes === 0) {
    return undefined
  }
  const time = durationOf(minutes * 60)
  return isAhead ? t('network.clock.ahead', { time }) : t('network.clock.behind', { time })
}
