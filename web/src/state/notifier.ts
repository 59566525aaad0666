/**
 * Tells the person of messages that come while they look elsewhere. One tab does it for all of them: the one that holds the lock for
 * it; and none while any tab is looked at, which that tab says by a lock as well.
 */
import type { Message } from '@sealpost/client'
import { effect } from '@preact/signals'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import { noticesFor } from '../wire/chat-notices.ts'
import type { App } from './app.ts'
import { inBackground } from './background.ts'
import { waitingCount } from './chat-order.ts'
import { go } from './navigation.ts'
import { nameWaiting } from './page-title.ts'
import { preferences } from './preferences.ts'
import { isQuiet } from './quiet-hours.ts'
import { play } from './sounds.ts'
import { plainText } from './text-format.ts'

const NOTIFIER = 'sealpost notifier'
const LOOKED_AT = 'sealpost looked at'

export function startNotifier(app: App): void {
  showCount(app)
  followLook()
  const over = Promise.withResolvers<undefined>()
  // For as long as this tab lives.
  void navigator.locks.request(NOTIFIER, () => {
    app.listen((event) => {
      if (event.type === 'message' && event.message.kind === 'received') {
        inBackground(tell(app, event.message))
      } else if (event.type === 'request') {
        inBackground(tellRequest(app))
      }
    })
    return over.promise
  })
}

/** How many wait to be read: in the title of the page, and on the app where it is installed. */
function showCount(app: App): void {
  effect(() => {
    const count = waitingCount(app.chats.value ?? []) + app.requests.value.length
    nameWaiting(count)
    if ('setAppBadge' in navigator) {
      const shown = count === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(count)
      // Not every browser allows it; the title says the same.
      shown.catch(() => undefined)
    }
  })
}

/** Holds a lock while this tab is in sight and has the keys. */
function followLook(): void {
  let release: (() => void) | undefined
  const look = (): void => {
    const isLooked = document.visibilityState === 'visible' && document.hasFocus()
    if (isLooked && release === undefined) {
      const over = Promise.withResolvers<undefined>()
      release = () => {
        over.resolve(undefined)
      }
      void navigator.locks.request(LOOKED_AT, { mode: 'shared' }, () => over.promise)
    } else if (!isLooked) {
      release?.()
      release = undefined
    }
  }
  look()
  for (const sign of ['focus', 'blur'] as const) {
    addEventListener(sign, look)
  }
  document.addEventListener('visibilitychange', look)
}

async function tell(app: App, message: Message): Promise<void> {
  const own = await app.peer.chatNotices(message.contactId)
  const { isNotified, isPreviewShown } = noticesFor(preferences.value, own)
  if (!(await isWanted(isNotified))) {
    return
  }
  const chat = app.chats.value?.find(({ contact }) => contact.contactId === message.contactId)
  // Read again only when something of the conversation changes: what was muted may be over by now.
  if ((chat?.contact.mutedUntilMs ?? 0) > Date.now()) {
    return
  }
  const name = chat === undefined ? t('contact.unnamed') : nameOf(chat.contact)
  notify({
    title: isPreviewShown ? name : t('app.name'),
    body: isPreviewShown ? plainText(message.text) : t('notify.message'),
    tag: message.contactId,
    onClick: () => {
      go({ screen: 'chat', contactId: message.contactId })
    }
  })
}

async function tellRequest(app: App): Promise<void> {
  if (app.home.value.type === 'open' && (await isWanted(preferences.value.isNotified))) {
    notify({
      title: t('app.name'),
      body: t('notify.request'),
      tag: 'requests',
      onClick: () => {
        go({ screen: 'requests' })
      }
    })
  }
}

async function isWanted(isNotified: boolean): Promise<boolean> {
  const { quietHours } = preferences.value
  const now = new Date()
  const minute = now.getHours() * 60 + now.getMinutes()
  if (!isNotified || (quietHours !== undefined && isQuiet(quietHours, minute))) {
    return false
  }
  const { held = [] } = await navigator.locks.query()
  return !held.some(({ name }) => name === LOOKED_AT)
}

interface Told {
  readonly title: string
  readonly body: string
  /** A later one of the same takes the place of an earlier one. */
  readonly tag: string
  readonly onClick: () => void
}

function notify({ title, body, tag, onClick }: Told): void {
  const { sound, volume } = preferences.value
  play(sound, volume)
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') {
    return
  }
  const options = { body, tag, icon: '/icon.svg', silent: true }
  try {
    const shown = new Notification(title, options)
    shown.onclick = () => {
      window.focus()
      onClick()
      shown.close()
    }
  } catch {
    // On phones only a service worker may show one; where there is none yet, the count and the sound have to do.
    inBackground(
      navigator.serviceWorker
        .getRegistration()
        .then((registration) => registration?.showNotification(title, options))
        .catch(() => undefined)
    )
  }
}
