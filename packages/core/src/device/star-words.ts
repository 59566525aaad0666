/**
 * What own devices are owed about stars, as strings of what is owed: each says a choice whole, so that nothing is read when it is told,
 * and a later one takes the place of an earlier one about the same message.
 */
import { type ContactId, type MessageId, type ShelfChoice, STARS_MAX } from '@sealpost/protocol'

/** A star that a person gave a message, or took away from it. */
export interface ChosenStar {
  readonly contactId: ContactId
  readonly messageId: MessageId
  /** Whether this account wrote the message. */
  readonly isOwn: boolean
  readonly star: ShelfChoice
}

/** Words of stars that wait to be told, while no own device can be written to: a history says more than these with less. */
export const STARS_OWED_MAX: number = 4 * STARS_MAX

/** Whether it is a word of a star. */
export function isStarWord(word: string): boolean {
  return word.startsWith('star ')
}

/** The word of a star. */
export function starWord(chosen: ChosenStar): string {
  const { star } = chosen
  return `${starName(chosen)}${String(star.value)} ${String(star.changedAtMs)}`
}

/** How all words about the star of one message begin. */
export function starName({ contactId, messageId, isOwn }: Omit<ChosenStar, 'star'>): string {
  return `star ${contactId} ${isOwn ? 'sent' : 'received'} ${messageId} `
}

/** What a word made by `starWord` says. */
export function readStarWord(word: string): ChosenStar {
  const [, contactId, kind, messageId, value, changedAtMs] = word.split(' ')
  return {
    contactId: contactId as ContactId,
    messageId: messageId as MessageId,
    isOwn: kind === 'sent',
    star: { value: Number(value), changedAtMs: Number(changedAtMs) }
  }
}
