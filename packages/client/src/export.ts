/** A home's conversations for people and programs outside: read page by page, in order. */
import type { ContactId, DeviceNumber, HistoryMessage, IdentityKey } from '@sealpost/protocol'
import { type EarlierText, type Reaction, type Reply, wordsView } from './views.ts'
import { historyOf, readContacts, type RowReader } from './backup-records.ts'

/** A conversation: who it is with, and everything that was said. */
export interface ExportedConversation {
  readonly contactId: ContactId
  readonly name: string
  readonly profileName: string
  readonly identityKey: IdentityKey
  readonly standing: string
  readonly createdAtMs: number
  /** In the order in which it was shown; read while it is gone through, once. */
  readonly messages: AsyncIterable<ExportedMessage>
}

/** A message. Times are milliseconds since 1970. */
export interface ExportedMessage {
  readonly kind: 'sent' | 'received' | 'unreadable' | 'missing' | 'notice'
  /** Undefined for what has none. */
  readonly messageId: string | undefined
  /** The device that sent it; of a notice, the one that it is about. */
  readonly device: DeviceNumber
  /** Empty for what has none. */
  readonly text: string
  /** What a notice says, by its name. */
  readonly notice: string | undefined
  /** Of a notice of a timer, for how many seconds messages stay; undefined for all else. */
  readonly timerSeconds: number | undefined
  /** When it goes from this home; undefined for never, and where that is not known yet. */
  readonly fadesAtMs: number | undefined
  /** By the sender's clock. */
  readonly sentAtMs: number
  /** When it was durable in this home. */
  readonly storedAtMs: number
  /** Of own messages, as it was proven; undefined where it was not. */
  readonly onRelayAtMs: number | undefined
  readonly deliveredAtMs: number | undefined
  readonly readAtMs: number | undefined
  /** When whoever wrote it took it back, so that it has no text; undefined where nobody did. */
  readonly withdrawnAtMs: number | undefined
  readonly isUnread: boolean
  /** As a conversation shows them: see `Message`. */
  readonly reply: Reply | undefined
  readonly isForwarded: boolean
  readonly editedAtMs: number | undefined
  readonly earlier: readonly EarlierText[]
  readonly reactions: readonly Reaction[]
  readonly isStarred: boolean
}

/**
 * All conversations, or one.
 *
 * @throws StorageError
 */
export async function* exportHistory(
  reader: RowReader,
  only?: ContactId
): AsyncGenerator<ExportedConversation> {
  for (const known of await readContacts(reader)) {
    const [contactId] = known.contactIds
    if (contactId === undefined || (only !== undefined && !known.contactIds.includes(only))) {
      continue
    }
    const { name, profileName, identityKey, standing, createdAtMs } = known.contact
    yield {
      contactId,
      name,
      profileName,
      identityKey,
      standing,
      createdAtMs,
      messages: exported(historyOf(reader, known))
    }
  }
}

async function* exported(messages: AsyncIterable<HistoryMessage>): AsyncGenerator<ExportedMessage> {
  for await (const message of messages) {
    const { isOwn, kind, messageId, device, sentAtMs, storedAtMs, isUnread } = message
    const isNotice = kind === 'notice'
    yield {
      kind: kind === 'text' ? (isOwn ? 'sent' : 'received') : kind,
      messageId,
      device,
      text: isNotice ? '' : message.text,
      ...noticeOf(message),
      fadesAtMs: message.fadesAtMs,
      sentAtMs,
      storedAtMs,
      onRelayAtMs: timeOf(message.onRelayAtMs),
      deliveredAtMs: timeOf(message.deliveredAtMs),
      readAtMs: timeOf(message.readAtMs),
      withdrawnAtMs: timeOf(message.withdrawnAtMs),
      isUnread,
      ...wordsView(isOwn, message)
    }
  }
}

/** What a notice says, as records have it. */
function noticeOf({
  kind,
  text
}: HistoryMessage): Pick<ExportedMessage, 'notice' | 'timerSeconds'> {
  const [notice, , seconds] = kind === 'notice' ? text.split(':') : []
  const isTimer = notice?.startsWith('timer-') === true
  return { notice, timerSeconds: isTimer ? Number(seconds ?? 0) : undefined }
}

function timeOf(ms: number): number | undefined {
  return ms === 0 ? undefined : ms
}
