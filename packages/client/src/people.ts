/** The people part of a client: links, requests, contacts, and how far each is to be trusted. */
import {
  type ClaimEnd,
  type ContactStanding,
  inviterHash,
  parseLink,
  type PeerMachine,
  type ShelfWish
} from '@sealpost/core'
import {
  type ContactId,
  contactIds,
  equalBytes,
  isName,
  REQUEST_TEXT_BYTES_MAX,
  UsageError,
  utf8ToBytes
} from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { makeInvitation } from './invitation-maker.ts'
import { presentOf } from './conversation-chain.ts'
import { checkNotStopped } from './devices-stopped.ts'
import { type KeepWish, shelfWishOf } from './keeping.ts'
import type { MessageReader } from './message-reader.ts'
import type { PeerHost } from './peer-host.ts'
import { type LinkView, linkView, type RequestView, requestView } from './people-views.ts'
import { type Contact, contactView, type Invite } from './views.ts'

const DAY_MS = 86_400_000
const LINK_LIFE_MS: number = 7 * DAY_MS
const LINK_LIFE_MIN_MS = 60_000
const LINK_LIFE_MAX_MS: number = 30 * DAY_MS
const ADDRESS_LIFE_MAX_MS: number = 366 * DAY_MS

export interface InviteOptions {
  /** At least a minute; by default 7 days, of at most 30. One that is reusable lives for ever by default, else at most 366 days. */
  readonly expiresInMs?: number | undefined
  readonly isReusable?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export interface AddOptions {
  /** What this home calls them; by default what they call themselves. */
  readonly name?: string | undefined
  /** Goes with the request: at most 1,000 bytes of UTF-8. */
  readonly text?: string | undefined
  /** The contact whose conversation goes on with whom the link leads to, once they accept. */
  readonly replaces?: ContactId | undefined
}

export interface AcceptOptions {
  /** What this home calls them; by default what they call themselves. */
  readonly name?: string | undefined
  /** The contact whose conversation goes on with them. */
  readonly replaces?: ContactId | undefined
}

export interface PeopleParts {
  readonly ports: ClientPorts
  readonly host: PeerHost
  readonly reader: MessageReader
  /** @throws UsageError, StorageError where there is none now. */
  readonly machine: () => PeerMachine
  /** Resolves once `isSo`. @throws SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait. */
  readonly until: (isSo: () => boolean, signal: AbortSignal | undefined) => Promise<void>
}

/** What the person decides about a contact. */
type Decision = { readonly contactId: ContactId } & (
  | {
      readonly type: 'accept-request'
      readonly name: string
      readonly replaces: ContactId | undefined
    }
  | { readonly type: 'keep'; readonly wish: ShelfWish }
  | { readonly type: 'block' | 'unblock' | 'acknowledge-identity' }
  | { readonly type: 'verify'; readonly isVerified: boolean }
)

export class People {
  readonly #parts: PeopleParts

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  /**
   * Makes a link, and resolves once a relay can answer for it; the other relays follow by themselves. One that is reusable is a
   * public address: whoever has it may ask, and each is asked about (`requests`).
   *
   * @param options.expiresInMs at least a minute; by default 7 days, of at most 30. One that is reusable lives for ever by default,
   * else at most 366 days.
   * @throws UsageError for a time out of bounds; SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait: the link is
   * made, and is published as soon as a relay can be reached.
   */
  async invite(options: InviteOptions = {}): Promise<Invite> {
    const { expiresInMs, isReusable, signal } = options
    const isPublic = isReusable === true
    const lifeMs = expiresInMs ?? (isPublic ? undefined : LINK_LIFE_MS)
    if (
      lifeMs !== undefined &&
      (!Number.isSafeInteger(lifeMs) ||
        lifeMs < LINK_LIFE_MIN_MS ||
        lifeMs > (isPublic ? ADDRESS_LIFE_MAX_MS : LINK_LIFE_MAX_MS))
    ) {
      throw new UsageError('SEALPOST_USAGE', undefined, {
        detail: isPublic ? 'address-life' : 'link-life'
      })
    }
    const machine = this.#parts.machine()
    checkNotStopped(machine)
    const expiresAtMs =
      lifeMs === undefined ? 0 : Math.floor((this.#networkTimeMs() + lifeMs) / 1_000) * 1_000
    const invitation = makeInvitation(this.#parts.ports, machine, { expiresAtMs, isPublic })
    await this.#parts.host.driver.handle({
      type: 'invite',
      atMs: this.#parts.host.driver.now(),
      invitation
    })
    await this.#parts.until(() => this.#parts.machine().isPublished(invitation.id), signal)
    return {
      invitationId: invitation.id,
      link: invitation.link,
      expiresAtMs: expiresAtMs === 0 ? undefined : expiresAtMs
    }
  }

  /**
   * Opens a link: resolves with a contact in standing `requested` once that is durable. The rest happens by itself whenever relays
   * can be reached; see `waitForContact`. A link that is being followed already gives the same contact again; one that turns out
   * to lead to somebody who is here goes on with that contact (event `contact-merged`).
   *
   * @throws UsageError `SEALPOST_LINK_INVALID`, `SEALPOST_LINK_EXPIRED`, `SEALPOST_LINK_OWN`, `SEALPOST_TEXT_TOO_LONG`,
   * `SEALPOST_UNKNOWN_CONTACT` for one whose conversation cannot go on
   */
  async add(linkText: string, options: AddOptions = {}): Promise<Contact> {
    const { link, bytes } = parseLink(linkText)
    const machine = this.#parts.machine()
    checkNotStopped(machine)
    if (link.expiresAtMs !== undefined && link.expiresAtMs <= this.#networkTimeMs()) {
      throw new UsageError('SEALPOST_LINK_EXPIRED')
    }
    if (equalBytes(inviterHash(link.linkSecret, machine.account.identityKey), link.inviterHash)) {
      throw new UsageError('SEALPOST_LINK_OWN')
    }
    const { name = '', text = '', replaces } = options
    checkName(name)
    if (utf8ToBytes(text).length > REQUEST_TEXT_BYTES_MAX) {
      throw new UsageError('SEALPOST_TEXT_TOO_LONG', undefined, { detail: 'request-text' })
    }
    this.#checkReplaced(replaces)
    const followed = machine.contactOfLink(bytes)
    if (followed !== undefined) {
      return this.contact(followed)
    }
    const contactId = contactIds.fromBytes(this.#parts.ports.random.bytes(16))
    await this.#parts.host.driver.handle({
      type: 'open-link',
      atMs: this.#parts.host.driver.now(),
      contactId,
      link: bytes,
      name,
      text,
      replaces
    })
    return this.contact(contactId)
  }

  /**
   * Resolves once a contact that was added has its request on a relay, or is accepted.
   *
   * @returns the contact that the link led to, which may be another that was here before.
   * @throws UsageError `SEALPOST_LINK_USED`, `SEALPOST_LINK_EXPIRED`, `SEALPOST_LINK_UNTRUSTED`, `SEALPOST_BLOCKED` where the link led nowhere;
   * SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait; it goes on by itself.
   */
  async waitForContact(
    contactId: ContactId,
    what: 'requested' | 'accepted',
    signal?: AbortSignal
  ): Promise<Contact> {
    await this.#parts.until(() => {
      const progress = this.#parts.machine().linkProgress(this.#present(contactId))
      if (typeof progress === 'object') {
        throw linkError(progress.end)
      }
      return progress === 'accepted' || (what === 'requested' && progress === 'requested')
    }, signal)
    return this.contact(this.#present(contactId))
  }

  async contacts(): Promise<readonly Contact[]> {
    const shown = this.#parts
      .machine()
      .contacts()
      .filter(({ standing }) => isShown(standing) && standing !== 'pending')
    return Promise.all(shown.map(({ contactId }) => this.contact(contactId)))
  }

  /**
   * Somebody by their id; for one whose conversation went on with another identity it is who they are now.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`
   */
  async contact(contactId: ContactId): Promise<Contact> {
    const machine = this.#parts.machine()
    const present = presentOf(machine, contactId)
    if (present !== contactId) {
      return this.contact(present)
    }
    const contact = machine.contact(contactId)
    if (contact === undefined || !isShown(contact.standing)) {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
    }
    const unreadCount = await this.#parts.reader.countUnread(contactId)
    const missingCount = machine.missingCount(contactId)
    const hasPath = machine.devices(contactId).some((device) => machine.hasPath(contactId, device))
    const isOnline = machine.isPresent(contactId)
    const networkTimeMs = machine.networkTimeMs(this.#parts.host.driver.now())
    return contactView(contact, {
      unreadCount,
      missingCount,
      hasPath,
      isOnline,
      networkTimeMs
    })
  }

  /** The contact of a name or an id. @throws UsageError `SEALPOST_UNKNOWN_CONTACT`, `SEALPOST_AMBIGUOUS_CONTACT` */
  async findContact(who: string): Promise<Contact> {
    const wanted = who.trim().toLowerCase()
    const shown = this.#parts
      .machine()
      .contacts()
      .filter(({ standing }) => isShown(standing))
    const found = shown.filter(
      ({ contactId, name }) => contactId === wanted || name.toLowerCase() === wanted
    )
    const [first] = found
    if (first === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
    }
    if (found.length > 1) {
      throw new UsageError('SEALPOST_AMBIGUOUS_CONTACT')
    }
    return this.contact(first.contactId)
  }

  async rename(contactId: ContactId, name: string): Promise<Contact> {
    checkName(name)
    await this.#parts.host.driver.handle({
      type: 'rename',
      atMs: this.#parts.host.driver.now(),
      contactId,
      name
    })
    return this.contact(contactId)
  }

  /**
   * 60 digits that are the same on both sides.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`, also for one whose identity is not known yet.
   */
  async safetyNumber(
    contactId: ContactId
  ): Promise<{ readonly safetyNumber: string; readonly isVerified: boolean }> {
    const machine = this.#parts.machine()
    const contact = machine.contact(contactId)
    if (contact === undefined || contact.identityKey === '') {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT', undefined, { detail: 'no-safety-number' })
    }
    const { digits } = await this.#parts.ports.engine.safetyNumber(
      machine.account.identityKey,
      contact.identityKey
    )
    return { safetyNumber: digits, isVerified: contact.verifiedAtMs !== 0 }
  }

  /**
   * Pins, mutes, archives a conversation or marks it as unread, for this account alone and on all its devices.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`; `SEALPOST_USAGE` for a mute that is no time, and for one pin too many
   */
  async keep(contactId: ContactId, wanted: KeepWish): Promise<Contact> {
    await this.contact(contactId)
    const nowMs = this.#parts.host.driver.now()
    const wish = shelfWishOf(this.#parts.machine(), contactId, wanted, nowMs)
    return this.#decide({ type: 'keep', contactId, wish })
  }

  /**
   * The person has compared safety numbers, and so seen any change of identity; or takes that back.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`, also for one whose identity is not known yet.
   */
  async setVerified(contactId: ContactId, isVerified: boolean): Promise<Contact> {
    await this.safetyNumber(contactId)
    return this.#decide({ type: 'verify', contactId, isVerified })
  }

  /** The person has seen that a contact has another identity, and goes on without comparing numbers. */
  acknowledgeIdentity(contactId: ContactId): Promise<Contact> {
    return this.#decide({ type: 'acknowledge-identity', contactId })
  }

  /**
   * Blocks a contact: their mailboxes are destroyed at every relay, until each has answered; what was on its way to them is
   * dropped, and what they ask is dropped silently. They are told nothing.
   */
  async block(contactId: ContactId): Promise<Contact> {
    checkNotStopped(this.#parts.machine())
    return this.#decide({ type: 'block', contactId })
  }

  /** Takes it back: they get a new address, and may write again. */
  async unblock(contactId: ContactId): Promise<Contact> {
    checkNotStopped(this.#parts.machine())
    return this.#decide({ type: 'unblock', contactId })
  }

  // ---- requests

  /** Those who ask through a public address and wait for an answer, the oldest first. */
  requests(): readonly RequestView[] {
    const contacts = this.#parts.machine().contacts()
    return contacts
      .filter(({ standing }) => standing === 'pending')
      .flatMap((contact) => requestView(contact, contacts) ?? [])
      .sort((a, b) => a.receivedAtMs - b.receivedAtMs)
  }

  /** @throws UsageError `SEALPOST_UNKNOWN_CONTACT` for nobody who waits, or one whose conversation cannot go on */
  async acceptRequest(contactId: ContactId, options: AcceptOptions = {}): Promise<Contact> {
    const { name = '', replaces } = options
    checkName(name)
    checkNotStopped(this.#parts.machine())
    this.#checkPending(contactId)
    this.#checkReplaced(replaces)
    return this.#decide({ type: 'accept-request', contactId, name, replaces })
  }

  /** Forgets who asked, without a word to them. @throws UsageError `SEALPOST_UNKNOWN_CONTACT` for nobody who waits */
  async declineRequest(contactId: ContactId): Promise<void> {
    this.#checkPending(contactId)
    const { driver } = this.#parts.host
    await driver.handle({ type: 'decline-request', atMs: driver.now(), contactId })
  }

  /**
   * Whoever's link led nowhere is no contact any more, on none of the account's devices.
   *
   * @param clear deletes what was said to them, before they go.
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`; `SEALPOST_USAGE` for any other contact
   */
  async forgetFailed(contactId: ContactId, clear: () => Promise<unknown>): Promise<void> {
    const { standing } = await this.contact(contactId)
    if (standing !== 'failed') {
      throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'not-failed' })
    }
    await clear()
    const { driver } = this.#parts.host
    await driver.handle({ type: 'forget-failed', atMs: driver.now(), contactId })
  }

  // ---- links

  /** The links that this home made, the newest first; each is listed for 37 days after its end. */
  links(): readonly LinkView[] {
    const machine = this.#parts.machine()
    const contacts = machine.contacts()
    return machine
      .links()
      .map((link) => linkView(link, contacts))
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
  }

  /**
   * Ends a link: nobody can claim any more, as soon as its relays are reached. One that has ended stays as it is.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_LINK`
   */
  async revokeLink(invitationId: string): Promise<LinkView> {
    checkNotStopped(this.#parts.machine())
    const { driver } = this.#parts.host
    await driver.handle({ type: 'revoke-link', atMs: driver.now(), invitationId })
    const link = this.links().find((one) => one.invitationId === invitationId)
    if (link === undefined) {
      throw new UsageError('SEALPOST_UNKNOWN_LINK')
    }
    return link
  }

  /** The contact that one has become since it was added. */
  #present(contactId: ContactId): ContactId {
    return this.#parts.machine().mergedInto(contactId) ?? contactId
  }

  async #decide(input: Decision): Promise<Contact> {
    await this.contact(input.contactId)
    const { driver } = this.#parts.host
    await driver.handle({ ...input, atMs: driver.now() })
    return this.contact(input.contactId)
  }

  #checkPending(contactId: ContactId): void {
    if (this.#parts.machine().contact(contactId)?.standing !== 'pending') {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT', undefined, { detail: 'no-request' })
    }
  }

  #checkReplaced(contactId: ContactId | undefined): void {
    if (contactId !== undefined && !this.#parts.machine().mayReplace(contactId)) {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT', undefined, { detail: 'not-replaceable' })
    }
  }

  #networkTimeMs(): number {
    return this.#parts.machine().networkTimeMs(this.#parts.host.driver.now())
  }
}

/** Whether somebody is shown to the person at all. */
function isShown(standing: ContactStanding): boolean {
  return standing !== 'refused' && standing !== 'self' && standing !== 'replaced'
}

function checkName(name: string): void {
  if (!isName(name)) {
    throw new UsageError('SEALPOST_USAGE', undefined, { detail: 'name' })
  }
}

function linkError(end: ClaimEnd): UsageError {
  switch (end) {
    case 'taken':
      return new UsageError('SEALPOST_LINK_USED')
    case 'expired':
      return new UsageError('SEALPOST_LINK_EXPIRED')
    case 'untrusted':
      return new UsageError('SEALPOST_LINK_UNTRUSTED')
    case 'blocked':
      return new UsageError('SEALPOST_BLOCKED', undefined, { detail: 'link-of-blocked' })
  }
}
