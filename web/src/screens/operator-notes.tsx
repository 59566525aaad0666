import type { Relay } from '@sealpost/client'
import type { JSX } from 'preact'
import { locale, t } from '../locales/locale.ts'
import { freshNotices, noticesIn, type OperatorNotice } from '../state/operator-notices.ts'
import { relayName } from '../state/relay-name.ts'
import { useApp } from '../ui/app-context.ts'
import { IconButton } from '../ui/button.tsx'
import { useTask } from '../ui/use-task.ts'

/** Over the chats, one after the other, until the person has seen what whoever runs their relay says. */
export function OperatorNote(): JSX.Element | undefined {
  const { peer, relays } = useApp()
  const { error, run } = useTask()
  const [first] = freshNotices(relays.value, locale())
  if (first === undefined) {
    return undefined
  }
  const { relay, notice } = first
  return (
    <div class="banner" role="status">
      <span>
        <strong>{t('network.notice', { relay: nameOf(relay) })}</strong> <Words notice={notice} />{' '}
        {error}
      </span>
      <IconButton
        icon="close"
        label={t('action.close')}
        onClick={() => {
          run(() => peer.dismissNotice(relay.nodeKey, notice.id))
        }}
      />
    </div>
  )
}

/** Below a relay, all that its operator says, also what was seen. */
export function OperatorLines({ relay }: { readonly relay: Relay }): JSX.Element {
  return (
    <>
      {noticesIn(relay.notices, locale()).map((notice) => (
        <p key={notice.id} class="whole">
          {t('network.notice.own')} <Words notice={notice} />
        </p>
      ))}
    </>
  )
}

/** A stranger's words: text alone, in a direction of their own. */
function Words({ notice: { language, text } }: { readonly notice: OperatorNotice }): JSX.Element {
  return <bdi lang={language === '' ? undefined : language}>{text}</bdi>
}

function nameOf({ address, nodeKey }: Relay): string {
  return relayName(address === '' ? nodeKey : address)
}
