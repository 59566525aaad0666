/**
 * The links that this home made: published at its relays, used once or by whoever asks, withdrawn.
 *
 * One link, where a public address is not used up, and may have no time of its own:
 * ```
 *   new --one relay holds its claimables--> published --first valid request--> used ----+
 *                                              |                                        +--37 days--> closed
 *                                              +--------its time is over------> expired +
 *                                              +--------the person says so----> revoked +
 * ```
 * Whatever a relay lacks of what the state asks for is repaired whenever it is ready: see `link-place.ts`.
 *
 * Every device of the account knows every link, and may revoke it; one of them, which its word names, serves it:
 * ```
 *   served here --another is named later--> served elsewhere --its device is none of the account's any more-->
 *        ^                                                        the device that removed it: at once --------+
 *        |                                                        else the lowest number, after a minute -----+
 *        +---------- all claimables made anew, of this device's prekeys --------------------------------------+
 * ```
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type Claimable,
  type DeviceNumber,
  type IdentityKey,
  type LinkState as LinkWord,
  MAILBOX_IDLE_MS,
  type MailboxId,
  type NodeKey,
  type RelayAddress
} from '@sealpost/protocol'
import {
  type InvitationRow,
  InvitationRowSchema,
  InvitationState,
  type PublishedRelay,
  PublishedRelaySchema
} from '@sealpost/protocol/home'
import { type Account, relayOfRow, relayRow } from '../peer/account.ts'
import type { NewInvitation } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { isServing, LinkPlaces, type MadeLink, type Place, placeOf } from './link-place.ts'
import { isEnded, linkStateOf, mergeLink, rowOfLinkState } from './link-states.ts'

const DAY_MS = 24 * 3_600_000
/** Private halves and the box stay so long after the end: a claim may be as old as its claimable, its request a month older. */
const CLOSE_AFTER_MS = 37 * DAY_MS
/** A relay that does not come back in so long has erased the box by itself. */
const GIVE_UP_AFTER_MS: number = CLOSE_AFTER_MS + MAILBOX_IDLE_MS

/** Whoever removed a device takes over its links in the next word: only where that does not come somebody else does. */
const TAKE_OVER_AFTER_MS = 60_000
const TAKE_OVER_TIMER = 'take over links'

/** Where an envelope from a request box belongs. */
export interface RequestBox {
  readonly invitationId: string
  /** X-Wing secret key that opens requests. */
  readonly requestSecretKey: Uint8Array
}

/** What a request that came through a link makes of it. */
export type Judgement = 'accept' | 'ask' | 'repeat' | 'too-late' | 'ignore'

export type LinkState = 'new' | 'published' | 'used' | 'expired' | 'revoked'

function stateOf(state: InvitationState): LinkState {
  switch (state) {
    case InvitationState.PUBLISHED:
      return 'published'
    case InvitationState.USED:
      return 'used'
    case InvitationState.REVOKED:
      return 'revoked'
    case InvitationState.EXPIRED:
    case InvitationState.CLOSED:
      return 'expired'
    default:
      return 'new'
  }
}

/** A link of ours as it may be shown. */
export interface OwnLink {
  readonly invitationId: string
  /** The link as it was given out. */
  readonly link: string
  readonly isPublic: boolean
  readonly state: LinkState
  readonly createdAtMs: number
  /** 0 for never. */
  readonly expiresAtMs: number
  readonly usedBy: IdentityKey | undefined
  readonly relays: readonly {
    readonly relay: RelayAddress
    /** Whether it holds claimables of the link, as far as it said. */
    readonly isPublished: boolean
    /** As last counted; undefined where it was not, since this start. */
    readonly left: number | undefined
  }[]
}

export interface InvitationsParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: () => Account
  /** 16 bytes that name this start of the client. */
  readonly instance: Uint8Array
  /** The account's other devices are to know. */
  readonly onChanged: (id: string) => void
}

export class Invitations {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #onChanged: (id: string) => void
  readonly #places: LinkPlaces
  readonly #made = new Map<string, MadeLink>()
  readonly #boxes = new Map<string, { readonly box: RequestBox; readonly place: Place }>()

  constructor(parts: InvitationsParts) {
    const { kernel, book, account, onChanged } = parts
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#onChanged = onChanged
    this.#places = new LinkPlaces(parts, (made) => this.#made.get(made.id) === made, {
      onChanged: (made) => {
        this.#save(made)
        this.#want(made)
      },
      onPublished: ({ id }, isFirst) => {
        if (isFirst) {
          onChanged(id)
        }
        kernel.notify({ type: 'invitation-changed', invitationId: id })
      },
      onBoxDestroyed: (made) => {
        this.#close(made)
      }
    })
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(InvitationRowSchema, value)
      if (row.state !== InvitationState.CLOSED) {
        this.#add(key, row)
      }
    }
  }

  create(invitation: NewInvitation): void {
    const { device } = this.#account()
    const row = create(InvitationRowSchema, {
      linkSecret: invitation.linkSecret,
      boxSeed: invitation.boxSeed,
      requestSecretKey: invitation.requestSecretKey,
      requestKey: invitation.requestKey,
      createdAtMs: this.#kernel.atMs,
      expiresAtMs: invitation.expiresAtMs,
      state: InvitationState.NEW,
      relays: invitation.relays.map((relay) =>
        create(PublishedRelaySchema, { relay: relayRow(relay) })
      ),
      link: invitation.link,
      isPublic: invitation.isPublic,
      servingDevice: device,
      changedAtMs: this.#book.networkTimeMs()
    })
    const made = this.#add(invitation.id, row)
    this.#save(made)
    this.#onChanged(made.id)
    this.#places.repairEverywhere(made)
  }

  /** The client made claimables that it was asked for. */
  claimablesMade(id: string, relay: NodeKey, claimables: readonly Claimable[]): void {
    const made = this.#made.get(id)
    if (made !== undefined) {
      this.#places.claimablesMade(made, relay, claimables)
    }
  }

  /** Nobody is to use a link any more. One that has ended stays as it is. */
  revoke(id: string): void {
    const made = this.#made.get(id)
    if (made !== undefined && !isEnded(made.row)) {
      this.#end(made, InvitationState.REVOKED)
    }
  }

  // ---- what own devices have in common

  /** What another own device is told of a link; undefined for one that is forgotten. */
  word(id: string): LinkWord | undefined {
    const made = this.#made.get(id)
    return made && linkStateOf(id, made.row, this.#account().device)
  }

  ids(): readonly string[] {
    return [...this.#made.keys()]
  }

  /**
   * Takes what another own device says of a link.
   *
   * @param requestKey the public half of its request key; undefined where it is closed.
   */
  take(given: LinkWord, requestKey: Uint8Array | undefined): void {
    const known = this.#made.get(given.id)
    if (known === undefined) {
      if (requestKey !== undefined && given.state !== 'closed') {
        const row = rowOfLinkState(given, requestKey)
        if (isEnded(row) && !isServing(row, this.#account())) {
          markWithdrawn(row)
        }
        const made = this.#add(given.id, row)
        this.#taken(made)
        this.#places.repairEverywhere(made)
      }
      return
    }
    const wasServing = isServing(known.row, this.#account())
    const { isState, isServing: isNamed, isClosed } = mergeLink(known.row, given)
    const isServed = isServing(known.row, this.#account())
    if (isState && !isServed) {
      // Whoever ended it has its claimables destroyed, and so has the device that serves it.
      markWithdrawn(known.row)
    }
    if (isState || isNamed) {
      this.#taken(known)
    }
    if (isNamed && wasServing !== isServed) {
      this.#places.servedAnew(known)
    } else if (isState) {
      this.#places.ended(known)
    }
    if (isClosed) {
      this.#close(known)
    }
  }

  #taken(made: MadeLink): void {
    this.#save(made)
    this.#want(made)
    this.#armAlarm(made)
    this.#kernel.notify({ type: 'invitation-changed', invitationId: made.id })
  }

  /**
   * The account's devices are these. Of links whose device is none of them any more the lowest takes over, a while later.
   *
   * @param isRemover whether the person removed a device on this one, which then takes over at once.
   */
  devicesChanged(devices: readonly DeviceNumber[], isRemover: boolean): void {
    const { device } = this.#account()
    const left = [...this.#made.values()].filter(({ row }) => {
      const { servingDevice } = row
      return servingDevice !== 0 && !devices.some((listed) => listed === servingDevice)
    })
    this.#kernel.cancelTimer(TAKE_OVER_TIMER)
    if (left.length === 0 || !devices.includes(device)) {
      return
    }
    if (isRemover) {
      left.forEach((made) => {
        this.#takeOver(made)
      })
    } else if (devices.every((listed) => device <= listed)) {
      this.#kernel.setTimer(TAKE_OVER_TIMER, TAKE_OVER_AFTER_MS, () => {
        this.devicesChanged(devices, true)
      })
    }
  }

  /** The private halves of what is claimable at relays are gone with the device that made them: all of it is made anew. */
  #takeOver(made: MadeLink): void {
    const { row } = made
    row.servingDevice = this.#account().device
    row.changedAtMs = Math.max(this.#book.networkTimeMs(), row.changedAtMs + 1)
    for (const published of row.relays) {
      published.storeId = ''
      published.isWithdrawn = false
    }
    this.#taken(made)
    this.#onChanged(made.id)
    this.#places.servedAnew(made)
  }

  all(): readonly OwnLink[] {
    return [...this.#made.values()].map(({ id, row, places }) => ({
      invitationId: id,
      link: row.link,
      isPublic: row.isPublic,
      state: stateOf(row.state),
      createdAtMs: row.createdAtMs,
      expiresAtMs: row.expiresAtMs,
      usedBy: row.usedBy === '' ? undefined : (row.usedBy as IdentityKey),
      relays: places.map(({ published, left }) => ({
        relay: relayOfRow(published.relay),
        isPublished: this.#isPublishedAt(row, published),
        left: isEnded(row) ? 0 : left
      }))
    }))
  }

  /** What another device serves is at all its relays as soon as one of them has it, as far as is known here. */
  #isPublishedAt(row: InvitationRow, { storeId }: PublishedRelay): boolean {
    return isServing(row, this.#account())
      ? storeId !== '' && !isEnded(row)
      : row.state === InvitationState.PUBLISHED
  }

  /** Whether some relay answers for a link. */
  isPublished(id: string): boolean {
    const made = this.#made.get(id)
    return made !== undefined && made.row.state !== InvitationState.NEW
  }

  /** A relay has delivered all that a request box held. */
  drained(relay: NodeKey, mailboxId: MailboxId): void {
    const known = this.#boxes.get(`${relay} ${mailboxId}`)
    if (known !== undefined) {
      known.place.isDrained = true
    }
  }

  /** Whether that is so for every box that is at a relay. */
  isDrained(relay: NodeKey): boolean {
    for (const { places, row } of this.#made.values()) {
      const isServed = isServing(row, this.#account())
      const isLeft = places.some(
        (place) =>
          isServed &&
          place.relay === relay &&
          place.published.storeId !== '' &&
          !place.published.isBoxDestroyed &&
          !place.isDrained
      )
      if (isLeft) {
        return false
      }
    }
    return true
  }

  /** Whose request box a mailbox is; undefined once its key is forgotten. */
  find(relay: NodeKey, mailboxId: MailboxId): RequestBox | undefined {
    return this.#boxes.get(`${relay} ${mailboxId}`)?.box
  }

  /** The request boxes at a relay, but those that are destroyed. */
  boxesAt(relay: NodeKey): readonly MailboxId[] {
    const places = [...this.#made.values()].flatMap((made) => made.places)
    return places
      .filter((place) => place.relay === relay && !place.published.isBoxDestroyed)
      .map(({ boxId }) => boxId)
  }

  /** The first request within its time uses a link for one person; through a public address each is asked about. */
  judge(id: string, identityKey: IdentityKey, sentAtMs: number): Judgement {
    const made = this.#made.get(id)
    const row = made?.row
    if (row?.state === InvitationState.USED && row.usedBy === identityKey) {
      return 'repeat'
    }
    const isOpen = row !== undefined && !isEnded(row)
    const wasInTime =
      row?.state === InvitationState.EXPIRED && row.usedBy === '' && sentAtMs <= row.expiresAtMs
    if (row?.isPublic === true) {
      return isOpen || wasInTime ? 'ask' : 'ignore'
    }
    return isOpen || wasInTime ? 'accept' : 'too-late'
  }

  /** Somebody came through a link. */
  wasAsked(id: string): void {
    const made = this.#made.get(id)
    if (made !== undefined) {
      this.#places.wasUsed(made)
    }
  }

  use(id: string, identityKey: IdentityKey): void {
    const made = this.#made.get(id)
    if (made !== undefined) {
      made.row.usedBy = identityKey
      this.#end(made, InvitationState.USED)
    }
  }

  ready(session: RelaySession): void {
    for (const made of this.#made.values()) {
      this.#places.ready(session, made)
    }
  }

  /** Network time may be another than a moment ago. */
  timeChanged(): void {
    for (const made of this.#made.values()) {
      this.#armAlarm(made)
    }
  }

  #add(id: string, row: InvitationRow): MadeLink {
    const places = row.relays.map((published) => placeOf(row, published))
    const made = { id, row, places }
    this.#made.set(id, made)
    const box = { invitationId: id, requestSecretKey: row.requestSecretKey }
    for (const place of places) {
      if (box.requestSecretKey.length > 0) {
        this.#boxes.set(`${place.relay} ${place.boxId}`, { box, place })
      }
    }
    this.#want(made)
    this.#armAlarm(made)
    return made
  }

  /** Keeps connections to the relays that there is something to be done at for a link, and to no others for this reason. */
  #want({ id, row, places }: MadeLink): void {
    const isServed = isServing(row, this.#account())
    const isRevoked = row.state === InvitationState.REVOKED
    for (const { published, relay } of places) {
      const isWanted = isServed ? !published.isBoxDestroyed : isRevoked && !published.isWithdrawn
      if (isWanted) {
        this.#book.want(relayOfRow(published.relay), `invitation ${id}`)
      } else {
        this.#book.unwant(relay, `invitation ${id}`)
      }
    }
  }

  /** What its time is told by: links expire by network time, and nothing is destroyed before both clocks say so. */
  #timeMs({ row }: MadeLink): number {
    const networkMs = this.#book.networkTimeMs()
    return isEnded(row) ? Math.min(networkMs, this.#kernel.atMs) : networkMs
  }

  #armAlarm(made: MadeLink): void {
    const { row } = made
    const dueMs = this.#closesAtMs(made) ?? row.expiresAtMs
    if (dueMs === 0) {
      return
    }
    const leftMs = dueMs - this.#timeMs(made)
    this.#kernel.setAlarm(`invitation ${made.id}`, this.#kernel.atMs + Math.max(0, leftMs), () => {
      if (this.#timeMs(made) < dueMs) {
        this.#armAlarm(made)
      } else if (isEnded(row)) {
        this.#close(made)
      } else {
        this.#end(made, InvitationState.EXPIRED)
      }
    })
  }

  /** When the next step of its close is due, once it has ended. */
  #closesAtMs({ row }: MadeLink): number | undefined {
    const isForgotten = row.requestSecretKey.length === 0
    const afterMs = isForgotten ? GIVE_UP_AFTER_MS : CLOSE_AFTER_MS
    return isEnded(row) ? row.endedAtMs + afterMs : undefined
  }

  #end(made: MadeLink, state: InvitationState): void {
    const { row } = made
    row.state = state
    row.endedAtMs = this.#kernel.atMs
    this.#save(made)
    this.#want(made)
    this.#armAlarm(made)
    if (state !== InvitationState.EXPIRED || isServing(row, this.#account())) {
      this.#onChanged(made.id)
    }
    this.#places.ended(made)
    this.#kernel.notify({ type: 'invitation-changed', invitationId: made.id })
  }

  /** Forgets the keys now; the row stays until every relay has destroyed the box, or must have by itself. */
  #close(made: MadeLink): void {
    const { id, row, places } = made
    const isServed = isServing(row, this.#account())
    const isOver = !isServed || this.#timeMs(made) >= row.endedAtMs + GIVE_UP_AFTER_MS
    for (const place of places) {
      this.#boxes.delete(`${place.relay} ${place.boxId}`)
      if (isOver || place.published.isBoxDestroyed) {
        this.#book.unwant(place.relay, `invitation ${id}`)
      }
    }
    if (isOver || row.relays.every(({ isBoxDestroyed }) => isBoxDestroyed)) {
      this.#kernel.erase('invitation', id)
      this.#kernel.cancelAlarm(`invitation ${id}`)
      this.#made.delete(id)
      return
    }
    const isFirst = row.requestSecretKey.length > 0
    row.requestSecretKey = new Uint8Array(0)
    this.#save(made)
    this.#armAlarm(made)
    if (isFirst) {
      this.#onChanged(id)
      this.#places.repairEverywhere(made)
    }
  }

  #save({ id, row }: MadeLink): void {
    this.#kernel.write('invitation', id, toBinary(InvitationRowSchema, row))
  }
}

/** Nothing of it is left to claim, or whoever ended it sees to that. */
function markWithdrawn({ relays }: InvitationRow): void {
  for (const published of relays) {
    published.isWithdrawn = true
  }
}
