import type { Message } from '@sealpost/client'
import { Component, type JSX } from 'preact'
import { dayOf } from '../locales/dates.ts'
import { locale, t } from '../locales/locale.ts'
import { clockStyle } from '../state/clock-style.ts'
import { MessageView } from './message-view.tsx'

interface TimelineEntryProps {
  /** Of the contact. */
  readonly name: string
  readonly message: Message
  readonly isNewDay: boolean
  readonly isTogether: boolean
  readonly isFirstUnread: boolean
  readonly isTarget: boolean
}

/**
 * A message and what stands above it. It is drawn again only where something of it changed: a page holds hundreds, and each that
 * comes would else draw all of them.
 */
export class TimelineEntry extends Component<TimelineEntryProps> {
  #spoken = ''

  override shouldComponentUpdate(next: TimelineEntryProps): boolean {
    const { name, message, isNewDay, isTogether, isFirstUnread, isTarget } = this.props
    return (
      next.message !== message ||
      next.name !== name ||
      next.isNewDay !== isNewDay ||
      next.isTogether !== isTogether ||
      next.isFirstUnread !== isFirstUnread ||
      next.isTarget !== isTarget ||
      this.#spoken !== speech()
    )
  }

  override render({
    name,
    message,
    isNewDay,
    isTogether,
    isFirstUnread,
    isTarget
  }: TimelineEntryProps): JSX.Element {
    this.#spoken = speech()
    return (
      <div class={isTarget ? 'entry target' : 'entry'} data-key={message.key}>
        {isNewDay ? (
          <p class="day">
            <span>{dayOf(message.storedAtMs, Date.now())}</span>
          </p>
        ) : undefined}
        {isFirstUnread ? (
          <p class="day new">
            <span>{t('chat.new')}</span>
          </p>
        ) : undefined}
        <MessageView name={name} message={message} isTogether={isTogether} />
      </div>
    )
  }
}

/** What an entry says otherwise once it changes: the language, and how times are shown. */
function speech(): string {
  return `${locale()} ${String(clockStyle().is24Hours)}`
}
