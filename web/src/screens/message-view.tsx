/** One message, or what stands in its place. */
import type { Message } from '@sealpost/client'
import type { JSX } from 'preact'
import { exactlyOf, timeOf } from '../locales/dates.ts'
import { t } from '../locales/locale.ts'
import { inBackground } from '../state/background.ts'
import { clockStyle } from '../state/clock-style.ts'
import { isStarStroke } from '../state/shortcuts.ts'
import { plainText } from '../state/text-format.ts'
import { useApp } from '../ui/app-context.ts'
import { FadingSign } from '../ui/fading-sign.tsx'
import { Icon } from '../ui/icon.tsx'
import { LinkTo } from '../ui/link-to.tsx'
import { MessageMark } from '../ui/message-mark.tsx'
import { FormattedText } from '../ui/formatted-text.tsx'
import { MessageMenuButton } from './message-menu.tsx'
import { noticeSentence, spokenSentence } from './message-sentence.ts'

interface MessageViewProps {
  /** Of the contact. */
  readonly name: string
  readonly message: Message
  /** Whether it stands close to the one before, which is by the same person. */
  readonly isTogether: boolean
}

export function MessageView({ name, message, isTogether }: MessageViewProps): JSX.Element {
  const { peer } = useApp()
  const notice = noticeSentence(message, name)
  const isOwn = message.kind === 'sent'
  if (notice !== undefined && message.withdrawnAtMs === undefined) {
    return <p class={`notice-line about-${message.kind}`}>{notice}</p>
  }
  const time = timeOf(message.sentAtMs, clockStyle())
  return (
    <article
      aria-label={notice ?? spokenSentence(message, name, time)}
      class={`message ${isOwn ? 'own' : 'theirs'} ${isTogether ? 'together' : ''}`}
      onKeyDown={(event) => {
        if (isStarStroke(event) && message.messageId !== undefined && notice === undefined) {
          event.preventDefault()
          inBackground(peer.setStar(message.messageId, !message.isStarred))
        }
      }}
    >
      <div class="bubble">
        {message.reply === undefined || notice !== undefined ? undefined : (
          <blockquote class="quoted" dir="auto">
            <strong>{message.reply.isOwn ? t('message.you') : name}</strong>
            <span>{plainText(message.reply.excerpt)}</span>
          </blockquote>
        )}
        {notice === undefined ? (
          <FormattedText text={message.text} />
        ) : (
          <em class="withdrawn">{notice}</em>
        )}
        <span class="meta">
          {message.isStarred ? (
            <span class="star-sign" title={t('star.sign')}>
              <Icon name="star" />
            </span>
          ) : undefined}
          {notesOf(message).map((note) => (
            <span key={note} class="meta-note">
              {note}
            </span>
          ))}
          {message.fadesAtMs === undefined ? undefined : (
            <FadingSign key={message.fadesAtMs} atMs={message.fadesAtMs} />
          )}
          {isOwn && message.messageId !== undefined ? (
            <LinkTo
              to={{
                screen: 'message',
                contactId: message.contactId,
                messageId: message.messageId
              }}
              class="meta-link"
            >
              <time title={exactlyOf(message.sentAtMs, clockStyle())}>{time}</time>
              <MessageMark state={message.state} />
            </LinkTo>
          ) : (
            <time title={exactlyOf(message.sentAtMs, clockStyle())}>{time}</time>
          )}
        </span>
      </div>
      <Reactions message={message} name={name} />
      <MessageMenuButton message={message} />
    </article>
  )
}

/** What became of its text. */
function notesOf({ isForwarded, editedAtMs }: Message): readonly string[] {
  return [
    ...(isForwarded ? [t('message.forwarded')] : []),
    ...(editedAtMs === undefined ? [] : [t('message.edited')])
  ]
}

function Reactions({
  message: { reactions },
  name
}: Pick<MessageViewProps, 'message' | 'name'>): JSX.Element | undefined {
  return reactions.length === 0 ? undefined : (
    <span class="reactions">
      {reactions.map(({ isOwn, emoji }) => (
        <span
          key={String(isOwn)}
          role="img"
          aria-label={t('message.reaction', { name: isOwn ? t('message.you') : name, emoji })}
        >
          {emoji}
        </span>
      ))}
    </span>
  )
}
