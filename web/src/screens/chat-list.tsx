/** Everybody one talks to, who moved last first; and how it is with the network. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Contact, Relay } from '@sealpost/client'
import { briefOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { nameOf } from '../locales/contact-name.ts'
import { clockStyle } from '../state/clock-style.ts'
import { connectionOf } from '../state/connection.ts'
import type { Route } from '../state/route.ts'
import { NO_DRAFT } from '../wire/draft.ts'
import type { ChatSummary } from '../wire/peer-api.ts'
import { useApp } from '../ui/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/button.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { MessageMark } from '../ui/message-mark.tsx'
import { CHAT_VIEWS, type ChatView, viewOf } from '../state/chat-order.ts'
import { openChatMenu } from '../state/chat-menu.ts'
import { plainText } from '../state/text-format.ts'
import { ChatMenu } from './chat-menu.tsx'
import { ClearDialog } from './clear-dialog.tsx'
import { ProtectionNote } from './protection-note.tsx'
import { SearchResults } from './search-results.tsx'
import { noticeSentence } from './message-sentence.ts'

export function ChatList({ route }: { readonly route: Route }): JSX.Element {
  const { chats, home, relays, requests } = useApp()
  const [search, setSearch] = useState('')
  const isProtected = home.value.type === 'open' && home.value.isProtected
  const wanted = search.trim().toLocaleLowerCase()
  const shown = chats.value?.filter(({ contact }) =>
    nameOf(contact).toLocaleLowerCase().includes(wanted)
  )
  return (
    <nav class="side" aria-label={t('home.chats')}>
      <header class="side-head">
        <div class="side-title">
          <h1>{t('app.name')}</h1>
          <NetworkState relays={relays.value} />
        </div>
        {isProtected ? <LockButton /> : undefined}
        <LinkTo
          to={{ screen: 'settings', section: '' }}
          class="icon-button"
          label={t('home.settings')}
        >
          <Icon name="settings" />
        </LinkTo>
        <LinkTo to={{ screen: 'add' }} class="icon-button strong" label={t('home.add')}>
          <Icon name="add" />
        </LinkTo>
      </header>
      {chats.value !== undefined && chats.value.length > 0 ? (
        <label class="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder={t('home.search')}
            aria-label={t('home.search')}
            value={search}
            onInput={(event) => {
              setSearch(event.currentTarget.value)
            }}
          />
        </label>
      ) : undefined}
      {requests.value.length > 0 ? (
        <LinkTo to={{ screen: 'requests' }} class="asks">
          <Icon name="people" />
          <span>{t('home.requests', { count: requests.value.length })}</span>
        </LinkTo>
      ) : undefined}
      {wanted === '' ? (
        <>
          <Chats chats={chats.value} route={route} />
          <ProtectionNote route={route} />
        </>
      ) : (
        <div class="found">
          <ul>
            {shown?.map((chat) => (
              <li key={chat.contact.contactId}>
                <ChatRow chat={chat} isCurrent={false} />
              </li>
            ))}
          </ul>
          <SearchResults query={search} />
        </div>
      )}
      <ChatMenu />
      <ClearDialog />
    </nav>
  )
}

function LockButton(): JSX.Element {
  const app = useApp()
  return (
    <IconButton
      icon="lock"
      label={t('home.lock')}
      onClick={() => {
        inBackground(app.lock())
      }}
    />
  )
}

interface ViewChoiceProps {
  readonly view: ChatView
  readonly onChoose: (view: ChatView) => void
}

function ViewChoice({ view, onChoose }: ViewChoiceProps): JSX.Element {
  return (
    <div class="view-choice" role="group" aria-label={t('shelf.view')}>
      {CHAT_VIEWS.map((one) => (
        <button
          key={one}
          type="button"
          class="chip"
          aria-pressed={one === view}
          onClick={() => {
            onChoose(one)
          }}
        >
          {t(`shelf.view.${one}`)}
        </button>
      ))}
    </div>
  )
}

/** What has a star stands in no view of chats: it has a place of its own. */
function StarredChip({ route }: { readonly route: Route }): JSX.Element {
  const isCurrent = route.screen === 'starred' && route.contactId === undefined
  return (
    <LinkTo
      to={{ screen: 'starred' }}
      class="chip starred-chip"
      label={t('stars.title')}
      isCurrent={isCurrent}
    >
      <Icon name="star" />
    </LinkTo>
  )
}

interface ChatsProps {
  readonly chats: readonly ChatSummary[] | undefined
  readonly route: Route
}

function Chats({ chats, route }: ChatsProps): JSX.Element {
  const [view, setView] = useState<ChatView>('all')
  if (chats === undefined) {
    return (
      <ul class="chats" aria-busy="true">
        {[0, 1, 2, 3].map((row) => (
          <li key={row} class="skeleton" />
        ))}
      </ul>
    )
  }
  if (chats.length === 0) {
    return (
      <div class="empty">
        <h2>{t('home.empty.title')}</h2>
        <p class="quiet">{t('home.empty.lead')}</p>
        <LinkTo to={{ screen: 'add' }} class="button main">
          {t('home.empty.invite')}
        </LinkTo>
      </div>
    )
  }
  const shown = viewOf(chats, view)
  const current = 'contactId' in route ? route.contactId : undefined
  return (
    <>
      <div class="views">
        <ViewChoice view={view} onChoose={setView} />
        <StarredChip route={route} />
      </div>
      {shown.length === 0 ? <p class="quiet view-empty">{t(`shelf.none.${view}`)}</p> : undefined}
      <ul class="chats">
        {shown.map((chat) => (
          <li key={chat.contact.contactId}>
            <ChatRow chat={chat} isCurrent={chat.contact.contactId === current} />
          </li>
        ))}
      </ul>
    </>
  )
}

interface ChatRowProps {
  readonly chat: ChatSummary
  readonly isCurrent: boolean
}

function ChatRow({ chat: { contact, last }, isCurrent }: ChatRowProps): JSX.Element {
  const { contactId, mutedUntilMs, unreadCount, isOnline } = contact
  const name = nameOf(contact)
  return (
    <LinkTo
      to={{ screen: 'chat', contactId }}
      class="chat-row"
      isCurrent={isCurrent}
      onMenu={(anchor) => {
        openChatMenu.value = { contactId, anchor }
      }}
    >
      <span class={isOnline ? 'with-presence here' : 'with-presence'}>
        <Avatar name={name} id={contactId} />
      </span>
      <span class="chat-row-name">
        {name}
        {contact.isVerified ? <Icon name="shield" /> : undefined}
        <ShelfSigns contact={contact} />
      </span>
      {last === undefined ? undefined : (
        <time class="chat-row-time">{briefOf(last.storedAtMs, Date.now(), clockStyle())}</time>
      )}
      <span class="chat-row-text">
        <LastLine chat={{ contact, last }} isCurrent={isCurrent} />
      </span>
      {unreadCount === 0 ? (
        contact.isMarkedUnread ? (
          <span class={mutedUntilMs === undefined ? 'unread' : 'unread muted'}>
            <span class="unseen">{t('shelf.marked')}</span>
          </span>
        ) : undefined
      ) : (
        <span class={mutedUntilMs === undefined ? 'unread' : 'unread muted'}>
          <span aria-hidden="true">{unreadCount > 99 ? '99+' : unreadCount}</span>
          <span class="unseen">{t('home.unread', { count: unreadCount })}</span>
        </span>
      )}
    </LinkTo>
  )
}

function ShelfSigns({ contact }: { readonly contact: Contact }): JSX.Element {
  return (
    <>
      {contact.pinnedAtMs === undefined ? undefined : (
        <span class="shelf-sign" title={t('shelf.pinned')}>
          <Icon name="pin" />
          <span class="unseen">{t('shelf.pinned')}</span>
        </span>
      )}
      {contact.mutedUntilMs === undefined ? undefined : (
        <span class="shelf-sign" title={t('shelf.muted')}>
          <Icon name="bell-off" />
          <span class="unseen">{t('shelf.muted')}</span>
        </span>
      )}
    </>
  )
}

interface LastLineProps {
  readonly chat: ChatSummary
  readonly isCurrent: boolean
}

function LastLine({ chat: { contact, last }, isCurrent }: LastLineProps): JSX.Element {
  const { drafts, typing } = useApp()
  if (typing.value.has(contact.contactId)) {
    return <em>{t('chat.typing', { name: nameOf(contact) })}</em>
  }
  // In the chat that is open it stands where it is written.
  const { text, edit } = isCurrent ? NO_DRAFT : drafts.of(contact.contactId).value
  const begun = edit?.text ?? text
  if (begun !== '') {
    return (
      <>
        <span class="draft-mark">{t('home.draft')}</span> {begun}
      </>
    )
  }
  switch (contact.standing) {
    case 'requested':
      return <em>{t('standing.requested')}</em>
    case 'failed':
      return <em>{t('standing.failed')}</em>
    case 'blocked':
      return <em>{t('standing.blocked')}</em>
    default:
  }
  if (last === undefined) {
    return <em>{t('home.no-messages')}</em>
  }
  const notice = noticeSentence(last, nameOf(contact))
  if (notice !== undefined) {
    return <em>{notice}</em>
  }
  return last.kind === 'sent' ? (
    <>
      <MessageMark state={last.state} />
      {t('home.you', { text: plainText(last.text) })}
    </>
  ) : (
    <>{plainText(last.text)}</>
  )
}

/** Whether relays can be reached, as a sign with its words. */
function NetworkState({ relays }: { readonly relays: readonly Relay[] }): JSX.Element {
  const { kind, ready, all } = connectionOf(relays)
  const words = {
    ready: ready === all ? t('network.online') : t('network.online.some', { ready, all }),
    trying: t('network.connecting'),
    offline: t('network.offline')
  }
  return (
    <LinkTo to={{ screen: 'network' }} class={`pill ${kind}`}>
      {words[kind]}
    </LinkTo>
  )
}
