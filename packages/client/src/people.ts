/** The people part of a client: links, requests, contacts, and how far each is to be trusted. */
import { inviterHash, parseLink, type PeerMachine } from '@sealpost/core'
import { type ContactId, contactIds, equalBytes, isName, UsageError } from '@sealpost/protocol'
import type { ClientPorts } from './client-ports.ts'
import { makeInvitation } from './invitation-maker.ts'
import type { MessageReader } from './message-reader.ts'
import type { PeerHost } from './peer-host.ts'
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
      throw new UsageError(
        'SEALPOST_USAGE',
        isPublic
          ? 'A public address lives for at least a minute and at most 366 days, or for ever.'
          : 'A link lives for at least a minute and at most 30 days.'
      )
    }
    const machine = this.#parts.machine()
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
   * can be reached; see `waitForContact`.
   *
   * @throws UsageError `SEALPOST_LINK_INVALID`, `SEALPOST_LINK_EXPIRED`, `SEALPOST_LINK_OWN`
   */
  async add(linkText: string, options: AddOptions = {}): Promise<Contact> {
    const { link, bytes } = parseLink(linkText)
    const machine = this.#parts.machine()
    if (link.expiresAtMs !== undefined && link.expiresAtMs <= this.#networkTimeMs()) {
      throw new UsageError('SEALPOST_LINK_EXPIRED')
    }
    if (equalBytes(inviterHash(link.linkSecret, machine.account.identityKey), link.inviterHash)) {
      throw new UsageError('SEALPOST_LINK_OWN')
    }
    const name = options.name ?? ''
    checkName(name)
    const contactId = contactIds.fromBytes(this.#parts.ports.random.bytes(16))
    await this.#parts.host.driver.handle({
      type: 'open-link',
      atMs: this.#parts.host.driver.now(),
      contactId,
      link: bytes,
      name
    })
    return this.contact(contactId)
  }

  /**
   * Resolves once a contact that was added has its request on a relay, or is accepted.
   *
   * @throws UsageError `SEALPOST_LINK_USED`, `SEALPOST_LINK_EXPIRED`, `SEALPOST_LINK_UNTRUSTED` where the link led nowhere;
   * SealpostError `SEALPOST_TIMEOUT` when `signal` ends the wait; it goes on by itself.
   */
  async waitForContact(
    contactId: ContactId,
    what: 'requested' | 'accepted',
    signal?: AbortSignal
  ): Promise<Contact> {
    await this.#parts.until(() => {
      const progress = this.#parts.machine().linkProgress(contactId)
      if (typeof progress === 'object') {
        throw linkError(progress.end)
      }
      return progress === 'accepted' || (what === 'requested' && progress === 'requested')
    }, signal)
    return this.contact(contactId)
  }

  async contacts(): Promise<readonly Contact[]> {
    const shown = this.#parts
      .machine()
      .contacts()
      .filter(({ standing }) => standing !== 'refused')
    return Promise.all(shown.map(({ contactId }) => this.contact(contactId)))
  }

  /** @throws UsageError `SEALPOST_UNKNOWN_CONTACT` */
  async contact(contactId: ContactId): Promise<Contact> {
    const machine = this.#parts.machine()
    const contact = machine.contact(contactId)
    if (contact === undefined || contact.standing === 'self') {
      throw new UsageError('SEALPOST_UNKNOWN_CONTACT')
    }
    const unreadCount = await this.#parts.reader.countUnread(contactId)
    const missingCount = machine
      .devices(contactId)
      .flatMap((device) => machine.gaps(contactId, device))
      .reduce((count, { first, last }) => count + last - first + 1, 0)
    return contactView(contact, { unreadCount, missingCount })
  }

  /** The contact of a name or an id. @throws UsageError `SEALPOST_UNKNOWN_CONTACT`, `SEALPOST_AMBIGUOUS_CONTACT` */
  async findContact(who: string): Promise<Contact> {
    const wanted = who.trim().toLowerCase()
    const shown = this.#parts
      .machine()
      .contacts()
      .filter(({ standing }) => standing !== 'refused')
    const found = shown.filter(
      ({ contactId, name }) => contactId === wanted || name.toLowerCase() === wanted
    )
    const [first] = found
    if (first === undefined) {
      throw new UsageError(
        'SEALPOST_UNKNOWN_CONTACT',
        `Nobody here is called ${JSON.stringify(who)}; contacts lists them.`
      )
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
      throw new UsageError(
        'SEALPOST_UNKNOWN_CONTACT',
        'This contact has not answered yet: there is no number to compare.'
      )
    }
    const { digits } = await this.#parts.ports.engine.safetyNumber(
      machine.account.identityKey,
      contact.identityKey
    )
    return { safetyNumber: digits, isVerified: false }
  }

  #networkTimeMs(): number {
    return this.#parts.machine().networkTimeMs(this.#parts.host.driver.now())
  }
}

function checkName(name: string): void {
  if (!isName(name)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'A name has at most 64 bytes and no control characters; choose another.'
    )
  }
}

function linkError(end: 'taken' | 'expired' | 'untrusted' | 'known'): UsageError {
  switch (end) {
    case 'taken':
      return new UsageError('SEALPOST_LINK_USED')
    case 'expired':
      return new UsageError('SEALPOST_LINK_EXPIRED')
    case 'untrusted':
      return new UsageError('SEALPOST_LINK_UNTRUSTED')
    case 'known':
      return new UsageError(
        'SEALPOST_LINK_USED',
        'Who made this link is a contact of yours already; write to them.'
      )
  }
}
