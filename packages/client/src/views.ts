/** What a client shows of itself: plain, frozen-in-time objects. */
import type {
  ClaimEnd,
  Contact as CoreContact,
  ContactStanding,
  ConversationNotice,
  HeardNotice,
  MessageKindName,
  MessageState,
  PeerMachine,
  PeerNotice,
  RecallState,
  RelayPhase,
  RelaySession,
  StoredMessage
} from '@sealpost/core'
import { isMuted, stateOf } from '@sealpost/core'
import {
  type Capacity,
  type ContactId,
  type DirectChoice,
  type ErrorCode,
  formatRelayAddress,
  type IdentityKey,
  type MessageId,
  type NodeKey,
  type ReplyReference,
  type Shelf,
  type ShelfChoice
} from '@sealpost/protocol'

/** Who this home is of. */
export interface Profile {
  readonly name: string
  readonly identityKey: IdentityKey
  readonly device: number
}

/** Somebody one talks to, or waits to talk to. */
export interface Contact {
  readonly contactId: ContactId
  /** What this home calls them. */
  readonly name: string
  /** What they call themselves. */
  readonly profileName: string
  /**
   * `requested`: their link was opened and they have not answered. `failed`: it led nowhere. `pending`: they asked, and wait for an
   * answer.
   */
  readonly standing: Exclude<ContactStanding, 'refused' | 'self' | 'replaced'>
  /** Undefined until the link was claimed. */
  readonly identityKey: IdentityKey | undefined
  readonly createdAtMs: number
  /** Whether the person compared safety numbers. */
  readonly isVerified: boolean
  /** Whether the conversation goes on under another identity, and the person has not said that they saw it. */
  readonly isIdentityChanged: boolean
  /** Whether nothing is sent before they did: the identity before was verified. */
  readonly isHeld: boolean
  readonly unreadCount: number
  /** Messages of theirs that are known to exist and are not here (yet). */
  readonly missingCount: number
  /** What was chosen for them about direct paths; `default` as the settings say. */
  readonly direct: DirectChoice
  /** Whether there is a direct path to a device of theirs now. */
  readonly hasPath: boolean
  /** For how many seconds what is said stays; 0 for ever. */
  readonly timerSeconds: number
  /** When the person pinned the conversation, or put it into the archive; undefined where they did not. */
  readonly pinnedAtMs: number | undefined
  readonly archivedAtMs: number | undefined
  /** Until when nobody is to be told of what comes, `MUTED_FOR_EVER_MS` for ever; undefined where it is not muted now. */
  readonly mutedUntilMs: number | undefined
  /** Whether the person wants it to look unread. */
  readonly isMarkedUnread: boolean
  /** Whether they let us know that they are there now. */
  readonly isOnline: boolean
}

export interface Message {
  /** Undefined for something unreadable and for notices, which have none. */
  readonly messageId: MessageId | undefined
  readonly contactId: ContactId
  readonly kind: MessageKindName
  readonly text: string
  /** What a notice says; undefined for all else. */
  readonly notice: ConversationNotice | undefined
  /** How many messages of theirs are missing, where the kind is `missing`; 0 for all else. */
  readonly missingCount: number
  /** For something unreadable: whether a week passed in which its device did not send it again. */
  readonly isLost: boolean
  /** The device that sent it, or that a notice is about. */
  readonly device: number
  /** By the sender's clock. */
  readonly sentAtMs: number
  /** When it was durable in this home. */
  readonly storedAtMs: number
  /** For own messages: whether another device of the account sent it. */
  readonly isCopy?: boolean
  /** For own messages: the most that was proven; of one that another device sent, undefined until the contact has it. */
  readonly state: MessageState | undefined
  /** When its sender took it back; its text is gone. */
  readonly withdrawnAtMs: number | undefined
  /** For own messages that were taken back: whether that was in time. */
  readonly recall: RecallState | undefined
  /** What it answers; undefined where that is nothing. */
  readonly reply: Reply | undefined
  /** Whether its sender passes on what was said elsewhere. */
  readonly isForwarded: boolean
  /** When it got the text that it has, by its sender's clock; undefined where that is its first. */
  readonly editedAtMs: number | undefined
  /** When it goes from this device; undefined for never, and where that is not known yet: it was not read. */
  readonly fadesAtMs: number | undefined
  /** Of a notice that somebody chose how long messages stay, for how many seconds, 0 for ever; 0 for all else. */
  readonly timerSeconds: number
  /** What people show at it: at most one of ours and one of theirs. */
  readonly reactions: readonly Reaction[]
  /** Whether the person starred it, on whatever device. */
  readonly isStarred: boolean
  /** The message's place: pass it to `markShown`, or as a page's bound. */
  readonly key: string
}

/** A message of the conversation that another answers; it may not be here. */
export interface Reply {
  readonly messageId: MessageId
  /** Whether this account wrote it. */
  readonly isOwn: boolean
  /** Its beginning, as whoever answers quotes it: nobody else vouches for it. */
  readonly excerpt: string
}

/** What somebody shows at a message. */
export interface Reaction {
  readonly isOwn: boolean
  /** At most 32 bytes. */
  readonly emoji: string
  /** By the clock of whoever reacted. */
  readonly sentAtMs: number
}

/** A text that a message had. */
export interface EarlierText {
  readonly text: string
  /** When it was sent, by the sender's clock. */
  readonly sentAtMs: number
}

/** What became of an own message, each step as it was proven. */
export interface Timeline extends Message {
  readonly queuedAtMs: number
  /** Relays by their addresses, or `direct`: a device of the contact itself, without a relay. */
  readonly storedAt: readonly { readonly relay: string; readonly atMs: number }[]
  readonly onRelayAtMs: number | undefined
  readonly deliveredAtMs: number | undefined
  readonly readAtMs: number | undefined
  /** Texts that it had before it was edited, oldest first, at most 10. */
  readonly earlier: readonly EarlierText[]
}

export interface Relay {
  /** As a person pastes it. */
  readonly address: string
  readonly nodeKey: NodeKey
  readonly isOwn: boolean
  /** Whether mailboxes of ours are there: our own relays, and those that we left and contacts may still write to. */
  readonly isServed: boolean
  readonly phase: RelayPhase
  readonly capacity: Capacity | undefined
  /** Whether it takes nothing for us without an invite: its operator has to give one. */
  readonly isUninvited: boolean
  /** When its operator gives it up, on its clock: it takes nobody new, and then nothing more. Undefined where it goes on, or was not heard since the start. */
  readonly closesAtMs: number | undefined
  /** What its operator says to its people, where it is an own one: text of a stranger, each until it ends. */
  readonly notices: readonly HeardNotice[]
  /** The public address of its operator's account, which takes reports; undefined where it has none, or was not heard since the start. */
  readonly desk: string | undefined
  /** The relay's clock less ours, when last heard. */
  readonly clockOffsetMs: number | undefined
}

/** A link that was just made. */
export interface Invite {
  readonly invitationId: string
  readonly link: string
  /** Undefined for never. */
  readonly expiresAtMs: number | undefined
}

/** Notices of the machine that listeners get as they are. */
type ToldNotice =
  | 'message-repaired'
  | 'message-deleted'
  | 'message-state'
  | 'contact-problem'
  | 'superseded'
  | 'device-removed'
  | 'devices-changed'
  | 'device-not-found'
  | 'history-progress'
  | 'request'
  | 'many-requests'
  | 'request-dropped'
  | 'contact-merged'
  | 'identity-changed'
  | 'typing'
  | 'presence'
  | 'direct-changed'
  | 'settings-changed'

/** What a client tells its listeners. */
export type ClientEvent =
  | { readonly type: 'message'; readonly message: Message }
  /** A message is not what it was: edited, reacted to, taken back, or not to be repaired. */
  | { readonly type: 'message-changed'; readonly message: Message }
  | Extract<PeerNotice, { type: ToldNotice }>
  /** The disk does not take what is written, for this reason; or does again. */
  | { readonly type: 'store'; readonly problem: ErrorCode | undefined }
  /** Backups are made at other times than before. */
  | { readonly type: 'backup-schedule' }
  | { readonly type: 'link'; readonly invitationId: string }
  | { readonly type: 'contact'; readonly contactId: ContactId }
  | { readonly type: 'relay'; readonly nodeKey: NodeKey }
  /** The operator of an own relay says something new: see `Relay.notices`. Told once. */
  | { readonly type: 'operator-notice'; readonly nodeKey: NodeKey; readonly id: string }
  | { readonly type: 'link-failed'; readonly contactId: ContactId; readonly end: ClaimEnd }

export function messageView(contactId: ContactId, message: StoredMessage): Message {
  const { reply, isForwarded, editedAtMs, isStarred, reactions } = wordsView(
    message.kind === 'sent',
    message.words
  )
  return {
    messageId: message.messageId,
    contactId,
    kind: message.kind,
    text: message.text,
    notice: message.notice,
    missingCount: message.missingCount,
    isLost: message.isLost,
    device: message.device,
    sentAtMs: message.sentAtMs,
    storedAtMs: message.storedAtMs,
    isCopy: message.isCopy,
    state: shownState(message),
    withdrawnAtMs: message.withdrawnAtMs,
    recall: message.recall,
    reply,
    isForwarded,
    editedAtMs,
    reactions,
    isStarred,
    fadesAtMs: message.words.fadesAtMs,
    timerSeconds: message.timerSeconds,
    key: message.key
  }
}

/** What was said with a message and about it. @param isOwn whether this account wrote the message. */
export function wordsView(
  isOwn: boolean,
  words: StoredMessage['words']
): Pick<Timeline, 'reply' | 'isForwarded' | 'editedAtMs' | 'earlier' | 'isStarred' | 'reactions'> {
  const { reply, isForwarded = false, edit, earlier = [], reactions = [], star } = words
  return {
    reply: reply && replyView(reply, isOwn),
    isForwarded,
    editedAtMs: edit?.sentAtMs,
    earlier: earlier.map(({ text, sentAtMs }) => ({ text, sentAtMs })),
    isStarred: (star?.value ?? 0) > 0,
    // One that was taken back is none.
    reactions: reactions
      .filter(({ emoji }) => emoji !== '')
      .map((reaction) => {
        const { emoji, sentAtMs } = reaction
        return { isOwn: reaction.isOwn, emoji, sentAtMs }
      })
  }
}

/** @param isOwn whether this account wrote the reply. */
export function replyView(
  { messageId, isOfSender, excerpt }: ReplyReference,
  isOwn: boolean
): Reply {
  return { messageId, isOwn: isOfSender === isOwn, excerpt }
}

function shownState(message: StoredMessage): MessageState | undefined {
  const isUnproven = message.isCopy && stateOf(message) === 'queued'
  return message.kind !== 'sent' || isUnproven ? undefined : stateOf(message)
}

export function timelineView(
  contactId: ContactId,
  message: StoredMessage,
  relays: readonly Relay[]
): Timeline {
  const addresses = new Map(relays.map(({ nodeKey, address }) => [nodeKey, address]))
  const { storedAt, onRelayAtMs, deliveredAtMs, readAtMs, storedAtMs } = message
  return {
    ...messageView(contactId, message),
    queuedAtMs: storedAtMs,
    storedAt: storedAt.map(({ relay, atMs }) => ({
      relay: relay === 'direct' ? relay : (addresses.get(relay) ?? relay),
      atMs
    })),
    onRelayAtMs,
    deliveredAtMs,
    readAtMs,
    earlier: wordsView(message.kind === 'sent', message.words).earlier
  }
}

/** What of a contact is of this moment. */
export interface ContactNow extends Pick<
  Contact,
  'unreadCount' | 'missingCount' | 'hasPath' | 'isOnline'
> {
  readonly networkTimeMs: number
}

export function contactView(contact: CoreContact, { networkTimeMs, ...now }: ContactNow): Contact {
  const { contactId, name, profileName, standing, identityKey, createdAtMs } = contact
  return {
    contactId,
    name,
    profileName,
    standing:
      standing === 'refused' || standing === 'self' || standing === 'replaced'
        ? 'failed'
        : standing,
    identityKey: identityKey === '' ? undefined : identityKey,
    createdAtMs,
    isVerified: contact.verifiedAtMs !== 0,
    isIdentityChanged: contact.identityChange !== 'none',
    isHeld: contact.identityChange === 'held',
    direct: contact.direct,
    timerSeconds: contact.timer.seconds,
    ...shelfView(contact.shelf, networkTimeMs),
    ...now
  }
}

function shelfView(
  shelf: Shelf,
  nowMs: number
): Pick<Contact, 'pinnedAtMs' | 'archivedAtMs' | 'mutedUntilMs' | 'isMarkedUnread'> {
  const { pinned, muted, archived, unread } = shelf
  return {
    pinnedAtMs: timeOf(pinned),
    archivedAtMs: timeOf(archived),
    mutedUntilMs: isMuted(shelf, nowMs) ? timeOf(muted) : undefined,
    isMarkedUnread: timeOf(unread) !== undefined
  }
}

function timeOf(choice: ShelfChoice | undefined): number | undefined {
  return choice === undefined || choice.value === 0 ? undefined : choice.value
}

export function relayView(session: RelaySession, machine: PeerMachine, nowMs: number): Relay {
  const { nodeKey, addresses, phase, capacity, heardAtMs, offsetMs, info, notices } = session
  const isOwn = machine.account.relays.some((relay) => relay.nodeKey === nodeKey)
  return {
    address: addresses.length === 0 ? '' : formatRelayAddress({ nodeKey, addresses }),
    nodeKey,
    isOwn,
    isServed: machine.isServed(nodeKey),
    phase,
    capacity,
    isUninvited: session.isUninvited,
    closesAtMs: info?.closesAtMs,
    notices: notices.filter(({ endsAtMs }) => isOwn && endsAtMs > nowMs + offsetMs),
    desk: info === undefined || info.desk === '' ? undefined : info.desk,
    clockOffsetMs: heardAtMs === 0 ? undefined : offsetMs
  }
}
