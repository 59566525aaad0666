/**
 * The links that this home made: published at its relays, used once, withdrawn.
 *
 * One link:
 * ```
 *   new --one relay holds its claimable--> published --first valid request--> used ----+
 *                                              |                                       +--37 days--> closed
 *                                              +--------its time is over------> expired +
 * ```
 * Whatever a relay lacks of what the state asks for is repaired whenever it is ready, one step after another: registered and
 * published before the end, withdrawn after it, subscribed to all the while, and the request box destroyed at the close.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type IdentityKey,
  MAILBOX_IDLE_MS,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  type NodeKey
} from '@sealpost/protocol'
import {
  type InvitationRow,
  InvitationRowSchema,
  InvitationState,
  type PublishedRelay,
  PublishedRelaySchema
} from '@sealpost/protocol/home'
import { fetchToken, mailboxSecrets } from '../address/seeds.ts'
import { type Account, relayOfRow, relayRow } from '../peer/account.ts'
import type { NewInvitation, WorkOrder } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { registerLink, replaceClaimables } from './link-requests.ts'

const DAY_MS = 24 * 3_600_000
/** Private halves and the box stay so long after the end: a claim may be as old as its claimable, its request a month older. */
const CLOSE_AFTER_MS = 37 * DAY_MS
/** A relay that does not come back in so long has erased the box by itself. */
const GIVE_UP_AFTER_MS: number = CLOSE_AFTER_MS + MAILBOX_IDLE_MS
const RETRY_MS = 60_000
/** A proof of work that was stale is made anew at once, but not over and over. */
const STALE_RETRY_MS = 500

/** Where an envelope from a request box belongs. */
export interface RequestBox {
  readonly invitationId: string
  /** X-Wing secret key that opens requests. */
  readonly requestSecretKey: Uint8Array
}

/** A link at one relay, on the connection that there is. */
interface Place {
  readonly relay: NodeKey
  readonly published: PublishedRelay
  readonly boxId: MailboxId
  /** A step is under way; another is to follow it whatever comes of it. */
  isWorking: boolean
  isAgain: boolean
  isSubscribed: boolean
  isDrained: boolean
  isStale: boolean
}

interface Made {
  readonly id: string
  readonly row: InvitationRow
  readonly places: readonly Place[]
}

export class Invitations {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #instance: Uint8Array
  readonly #made = new Map<string, Made>()
  readonly #boxes = new Map<string, { readonly box: RequestBox; readonly place: Place }>()

  /** @param instance 16 bytes that name this start of the client. */
  constructor(kernel: PeerKernel, book: RelayBook, account: () => Account, instance: Uint8Array) {
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#instance = instance
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
    const addresses = new Map(this.#account().relays.map((relay) => [relay.nodeKey, relay]))
    const relays = invitation.claimables.map(({ relay, blob }) =>
      create(PublishedRelaySchema, {
        relay: relayRow(addresses.get(relay) ?? { nodeKey: relay, addresses: [] }),
        claimable: blob
      })
    )
    const row = create(InvitationRowSchema, {
      linkSecret: invitation.linkSecret,
      boxSeed: invitation.boxSeed,
      requestSecretKey: invitation.requestSecretKey,
      createdAtMs: this.#kernel.atMs,
      expiresAtMs: invitation.expiresAtMs,
      state: InvitationState.NEW,
      relays,
      link: invitation.link
    })
    const made = this.#add(invitation.id, row)
    this.#save(made)
    this.#repairEverywhere(made)
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
    for (const { places } of this.#made.values()) {
      const isLeft = places.some(
        (place) =>
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

  /** What a request that came through a link makes of it: the first one within its time uses it. */
  judge(id: string, identityKey: IdentityKey, sentAtMs: number): 'accept' | 'repeat' | 'too-late' {
    const row = this.#made.get(id)?.row
    if (row?.state === InvitationState.USED && row.usedBy === identityKey) {
      return 'repeat'
    }
    const isOpen = row?.state === InvitationState.NEW || row?.state === InvitationState.PUBLISHED
    const wasInTime =
      row?.state === InvitationState.EXPIRED && row.usedBy === '' && sentAtMs <= row.expiresAtMs
    return isOpen || wasInTime ? 'accept' : 'too-late'
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
      for (const place of made.places) {
        if (place.relay === session.nodeKey) {
          place.isSubscribed = false
          place.isDrained = false
          this.#repair(session, made, place)
        }
      }
    }
  }

  /** Network time may be another than a moment ago. */
  timeChanged(): void {
    for (const made of this.#made.values()) {
      this.#armAlarm(made)
    }
  }

  #add(id: string, row: InvitationRow): Made {
    const places = row.relays.map((published): Place => {
      const { nodeKey } = relayOfRow(published.relay)
      return {
        relay: nodeKey,
        published,
        boxId: mailboxSecrets(row.boxSeed, nodeKey).mailboxId,
        isWorking: false,
        isAgain: false,
        isSubscribed: false,
        isDrained: false,
        isStale: false
      }
    })
    const made = { id, row, places }
    this.#made.set(id, made)
    const box = { invitationId: id, requestSecretKey: row.requestSecretKey }
    for (const place of places) {
      if (box.requestSecretKey.length > 0) {
        this.#boxes.set(`${place.relay} ${place.boxId}`, { box, place })
      }
      if (!place.published.isBoxDestroyed) {
        this.#book.want(relayOfRow(place.published.relay), `invitation ${id}`)
      }
    }
    this.#armAlarm(made)
    return made
  }

  /** What its time is told by: links expire by network time, and nothing is destroyed before both clocks say so. */
  #timeMs({ row }: Made): number {
    const networkMs = this.#book.networkTimeMs()
    return isEnded(row) ? Math.min(networkMs, this.#kernel.atMs) : networkMs
  }

  #armAlarm(made: Made): void {
    const { row } = made
    const dueMs = this.#closesAtMs(made) ?? row.expiresAtMs
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
  #closesAtMs({ row }: Made): number | undefined {
    const isForgotten = row.requestSecretKey.length === 0
    const afterMs = isForgotten ? GIVE_UP_AFTER_MS : CLOSE_AFTER_MS
    return isEnded(row) ? row.endedAtMs + afterMs : undefined
  }

  #end(made: Made, state: InvitationState): void {
    const { row } = made
    row.state = state
    row.endedAtMs = this.#kernel.atMs
    for (const published of row.relays) {
      published.claimable = new Uint8Array(0)
    }
    this.#save(made)
    this.#armAlarm(made)
    this.#repairEverywhere(made)
    this.#kernel.notify({ type: 'invitation-changed', invitationId: made.id })
  }

  #repairEverywhere(made: Made): void {
    for (const place of made.places) {
      const session = this.#book.get(place.relay)
      if (session?.isReady === true) {
        this.#repair(session, made, place)
      }
    }
  }

  /** Takes the next step that a relay lacks. */
  #repair(session: RelaySession, made: Made, place: Place): void {
    if (place.isWorking) {
      place.isAgain = true
      return
    }
    const { published } = place
    const { row } = made
    if (this.#made.get(made.id) !== made || published.isBoxDestroyed) {
      return
    }
    if (isEnded(row) && row.requestSecretKey.length === 0) {
      this.#destroyBox(session, made, place)
    } else if (isEnded(row) && !published.isWithdrawn) {
      this.#withdraw(session, made, place)
    } else if (!isEnded(row) && published.storeId !== session.storeId) {
      this.#publish(session, made, place)
    } else if (!place.isSubscribed) {
      this.#subscribe(session, made, place)
    }
  }

  /** Makes a request that is a step: `isDone` says of its answer whether the next may follow at once. */
  #step(
    session: RelaySession,
    made: Made,
    place: Place,
    request: MailboxRequest,
    isDone: (answer: MailboxAnswer | undefined) => boolean,
    work?: WorkOrder
  ): void {
    place.isWorking = true
    place.isAgain = false
    session.request(
      request,
      (answer) => {
        place.isWorking = false
        const isStale = answer?.type === 'refused' && answer.reason === 'needs-work'
        const isOver = isDone(answer)
        if (place.isWorking) {
          // It led to another step at once.
          return
        }
        if (isOver || place.isAgain) {
          place.isStale = false
          this.#repair(session, made, place)
        } else {
          const isFirst = isStale && !place.isStale
          place.isStale = isStale
          this.#later(session, made, place, isFirst ? STALE_RETRY_MS : pauseOf(answer))
        }
      },
      work
    )
  }

  /** Registers the link and its box; then the claimable is stored. */
  #publish(session: RelaySession, made: Made, place: Place): void {
    const { row } = made
    const { request, work } = registerLink(row, this.#account().ownerSecret, session)
    this.#step(
      session,
      made,
      place,
      request,
      (answer) => {
        const isRegistered =
          answer?.type === 'registered' && answer.outcomes.every((outcome) => outcome === 'done')
        if (isRegistered && !isEnded(row)) {
          this.#put(session, made, place)
        }
        return isRegistered
      },
      work
    )
  }

  /** Stores what the relay hands out: our one claimable. */
  #put(session: RelaySession, made: Made, place: Place): void {
    const { row } = made
    const { storeId } = session
    const { claimable } = place.published
    const claimables = [{ blob: claimable, expiresAtMs: row.expiresAtMs, isFallback: false }]
    const { ownerSecret } = this.#account()
    const request = replaceClaimables(row, ownerSecret, session.nodeKey, claimables)
    this.#step(session, made, place, request, (answer) => {
      const isStored = answer?.type === 'claimables-stored'
      if (isStored && storeId !== undefined) {
        place.published.storeId = storeId
        if (row.state === InvitationState.NEW) {
          row.state = InvitationState.PUBLISHED
        }
        this.#save(made)
        this.#kernel.notify({ type: 'invitation-changed', invitationId: made.id })
      }
      return isStored
    })
  }

  /** Nobody else is to claim. */
  #withdraw(session: RelaySession, made: Made, place: Place): void {
    const { ownerSecret } = this.#account()
    const request = replaceClaimables(made.row, ownerSecret, session.nodeKey, [])
    this.#step(session, made, place, request, (answer) => {
      const isGone = answer?.type === 'claimables-stored' || isDenied(answer)
      if (isGone) {
        place.published.isWithdrawn = true
        this.#save(made)
      }
      return isGone
    })
  }

  #subscribe(session: RelaySession, made: Made, place: Place): void {
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, place.boxId)
    const subscriptions = [{ mailboxId: place.boxId, fetchToken: token }]
    const request = { type: 'subscribe', instance: this.#instance, subscriptions } as const
    this.#step(session, made, place, request, (answer) => {
      const outcome = answer?.type === 'subscribed' ? answer.outcomes[0] : undefined
      if (outcome === 'denied') {
        // There is no such box, and nothing in it. An open link needs one.
        place.isDrained = true
        place.isSubscribed = isEnded(made.row)
        place.published.storeId = ''
      } else {
        place.isSubscribed = outcome === 'done'
      }
      return place.isSubscribed
    })
  }

  #destroyBox(session: RelaySession, made: Made, place: Place): void {
    const mailboxId = place.boxId
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, mailboxId)
    const request = { type: 'destroy', mailboxId, fetchToken: token } as const
    this.#step(session, made, place, request, (answer) => {
      const isGone = answer?.type === 'destroyed' || isDenied(answer)
      if (isGone) {
        place.published.isBoxDestroyed = true
        this.#close(made)
      }
      return isGone
    })
  }

  /** Forgets the keys now; the row stays until every relay has destroyed the box, or must have by itself. */
  #close(made: Made): void {
    const { id, row, places } = made
    const isOver = this.#timeMs(made) >= row.endedAtMs + GIVE_UP_AFTER_MS
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
      this.#repairEverywhere(made)
    }
  }

  #later(session: RelaySession, made: Made, place: Place, inMs: number): void {
    if (!session.isReady) {
      return
    }
    const delayMs = inMs === STALE_RETRY_MS ? inMs : Math.max(RETRY_MS, inMs)
    this.#kernel.setTimer(`publish ${made.id} ${session.nodeKey}`, delayMs, () => {
      if (session.isReady) {
        this.#repair(session, made, place)
      }
    })
  }

  #save({ id, row }: Made): void {
    this.#kernel.write('invitation', id, toBinary(InvitationRowSchema, row))
  }
}

function isEnded(row: InvitationRow): boolean {
  return row.state !== InvitationState.NEW && row.state !== InvitationState.PUBLISHED
}

function isDenied(answer: MailboxAnswer | undefined): boolean {
  return answer?.type === 'refused' && answer.reason === 'denied'
}
