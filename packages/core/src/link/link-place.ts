/**
 * A link of ours at one relay: whatever that lacks of what the link's state asks for is repaired, one step after another.
 *
 * ```
 *   open:    register --> fill --> subscribe --> count --hourly--> count
 *                          ^                       |
 *                          +---- few left, 4 weeks old, another store
 *   ended:   withdraw --> subscribe          closed:   destroy the box
 *   served by another own device:            nothing; where it was revoked here: withdraw
 * ```
 * Claimables are made by the client, in the batch that keeps their private halves, and then sent once: what was sent and not
 * answered may have been handed out, and others are made instead.
 */
import {
  type Claimable,
  isSubscribed,
  type MailboxAnswer,
  type MailboxId,
  type MailboxRequest,
  type NodeKey
} from '@sealpost/protocol'
import { type InvitationRow, InvitationState, type PublishedRelay } from '@sealpost/protocol/home'
import { fetchToken, mailboxSecrets } from '../address/seeds.ts'
import { type Account, relayOfRow } from '../peer/account.ts'
import type { WorkOrder } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import { countClaimables, putClaimables, registerLink } from './link-requests.ts'
import { isEnded } from './link-states.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const RETRY_MS = 60_000
/** A proof of work that was stale is made anew at once, but not over and over. */
const STALE_RETRY_MS = 500
/** What the client was asked for, and did not give, is asked for again after so long. */
const ASK_AGAIN_MS = 30_000
/** Claimables of a public address at one relay once it is filled; with the fallback they fit one request. */
const POOL_COUNT = 32
/** With fewer it is filled again. */
const POOL_COUNT_MIN = 20
/** A claimable of a public address is good for so long, and the fallback that everybody gets when there is none for that long. */
const POOL_TTL_MS: number = 30 * DAY_MS
const FALLBACK_TTL_MS: number = 26 * 7 * DAY_MS
/** All of them are made anew so often. */
const RENEW_EVERY_MS: number = 28 * DAY_MS
const COUNT_EVERY_MS: number = HOUR_MS
/** After a request came through a link it is counted so soon. */
const COUNT_SOON_MS = 60_000

/** Claimables that the client is to make. */
interface Order {
  readonly count: number
  readonly withFallback: boolean
}

/** A link at one relay, on the connection that there is. */
export interface Place {
  readonly relay: NodeKey
  readonly published: PublishedRelay
  readonly boxId: MailboxId
  /** A step is under way; another is to follow it whatever comes of it. */
  isWorking: boolean
  isAgain: boolean
  isRegistered: boolean
  isSubscribed: boolean
  isDrained: boolean
  isStale: boolean
  /** What the client was asked for, and gave; of a relay's every refusal it is left. */
  order: Order | undefined
  made: readonly Claimable[] | undefined
  /** As last counted, when that was in steady time. */
  left: number | undefined
  countedAtMs: number | undefined
}

export interface MadeLink {
  readonly id: string
  readonly row: InvitationRow
  readonly places: readonly Place[]
}

export interface LinkPlacesEvents {
  /** A place's row has changed. */
  readonly onChanged: (made: MadeLink) => void
  /** A relay answers for a link; `isFirst` where none did. */
  readonly onPublished: (made: MadeLink, isFirst: boolean) => void
  readonly onBoxDestroyed: (made: MadeLink) => void
}

export function placeOf(row: InvitationRow, published: PublishedRelay): Place {
  const { nodeKey } = relayOfRow(published.relay)
  return {
    relay: nodeKey,
    published,
    boxId: mailboxSecrets(row.boxSeed, nodeKey).mailboxId,
    isWorking: false,
    isAgain: false,
    isRegistered: false,
    isSubscribed: false,
    isDrained: false,
    isStale: false,
    order: undefined,
    made: undefined,
    left: undefined,
    countedAtMs: undefined
  }
}

/** Whether this device, and no other of the account, has to do with relays for a link. */
export function isServing({ servingDevice }: InvitationRow, { device }: Account): boolean {
  return servingDevice === device || servingDevice === 0
}

export class LinkPlaces {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #instance: Uint8Array
  readonly #isThere: (made: MadeLink) => boolean
  readonly #events: LinkPlacesEvents

  /**
   * @param instance 16 bytes that name this start of the client.
   * @param isThere whether a link is not forgotten.
   */
  constructor(
    parts: {
      readonly kernel: PeerKernel
      readonly book: RelayBook
      readonly account: () => Account
      readonly instance: Uint8Array
    },
    isThere: (made: MadeLink) => boolean,
    events: LinkPlacesEvents
  ) {
    this.#kernel = parts.kernel
    this.#book = parts.book
    this.#account = parts.account
    this.#instance = parts.instance
    this.#isThere = isThere
    this.#events = events
  }

  /** A relay is there: nothing is subscribed to on a new connection. */
  ready(session: RelaySession, made: MadeLink): void {
    for (const place of made.places) {
      if (place.relay === session.nodeKey) {
        place.isRegistered = false
        place.isSubscribed = false
        place.isDrained = false
        place.countedAtMs = undefined
        this.#repair(session, made, place)
      }
    }
  }

  repairEverywhere(made: MadeLink): void {
    for (const place of made.places) {
      const session = this.#book.get(place.relay)
      if (session?.isReady === true) {
        this.#repair(session, made, place)
      }
    }
  }

  /** A link has ended: whatever it was to hand out is not waited for. */
  ended(made: MadeLink): void {
    for (const place of made.places) {
      if (place.order !== undefined && place.made === undefined) {
        this.#kernel.cancelTimer(`make ${made.id} ${place.relay}`)
        place.order = undefined
        place.isWorking = false
      }
    }
    this.repairEverywhere(made)
  }

  /** Another device serves a link from now on, or this one, which begins anew: nothing that a relay was told before counts. */
  servedAnew(made: MadeLink): void {
    for (const place of made.places) {
      for (const name of ['make', 'count', 'publish']) {
        this.#kernel.cancelTimer(`${name} ${made.id} ${place.relay}`)
      }
      const isMaking = place.order !== undefined && place.made === undefined
      place.isWorking = place.isWorking && !isMaking
      place.order = undefined
      place.made = undefined
      place.left = undefined
      place.countedAtMs = undefined
      place.isRegistered = false
      place.isSubscribed = false
      place.isDrained = false
    }
    this.repairEverywhere(made)
  }

  /** A request came through a link: fewer may be left. */
  wasUsed(made: MadeLink): void {
    for (const place of made.places) {
      this.#countIn(made, place, COUNT_SOON_MS)
    }
  }

  /** The client made claimables, whose private halves are in the same batch. */
  claimablesMade(made: MadeLink, relay: NodeKey, claimables: readonly Claimable[]): void {
    const place = made.places.find((candidate) => candidate.relay === relay)
    if (place?.order === undefined || place.made !== undefined) {
      return
    }
    this.#kernel.cancelTimer(`make ${made.id} ${relay}`)
    place.made = claimables
    place.isWorking = false
    const session = this.#book.get(relay)
    if (session?.isReady === true) {
      this.#repair(session, made, place)
    }
  }

  /** Takes the next step that a relay lacks. */
  #repair(session: RelaySession, made: MadeLink, place: Place): void {
    if (place.isWorking) {
      place.isAgain = true
      return
    }
    const { published } = place
    const { row } = made
    if (!this.#isThere(made) || published.isBoxDestroyed) {
      return
    }
    const isElsewhere = published.storeId !== session.storeId
    if (row.isPublic && isElsewhere && place.order?.withFallback === false) {
      // It was to fill up a store that is no more.
      place.order = undefined
      place.made = undefined
    }
    if (!isServing(row, this.#account())) {
      this.#repairUnserved(session, made, place)
    } else if (isEnded(row)) {
      this.#repairEnded(session, made, place)
    } else if (isElsewhere && !place.isRegistered) {
      this.#register(session, made, place)
    } else if (place.made !== undefined) {
      this.#put(session, made, place, place.made)
    } else if (isElsewhere || this.#isOld(made, place)) {
      const count = row.isPublic ? POOL_COUNT : 1
      this.#make(made, place, { count, withFallback: row.isPublic })
    } else if (!place.isSubscribed) {
      this.#subscribe(session, made, place)
    } else if (row.isPublic && place.countedAtMs === undefined) {
      this.#count(session, made, place)
    } else if (row.isPublic && (place.left ?? POOL_COUNT) < POOL_COUNT_MIN) {
      this.#make(made, place, { count: POOL_COUNT - (place.left ?? 0), withFallback: false })
    }
  }

  #repairEnded(session: RelaySession, made: MadeLink, place: Place): void {
    if (made.row.requestSecretKey.length === 0) {
      this.#destroyBox(session, made, place)
    } else if (!place.published.isWithdrawn) {
      this.#withdraw(session, made, place)
    } else if (!place.isSubscribed) {
      this.#subscribe(session, made, place)
    }
  }

  /** The person revoked it here, and whoever serves it may be away. */
  #repairUnserved(session: RelaySession, made: MadeLink, place: Place): void {
    if (made.row.state === InvitationState.REVOKED && !place.published.isWithdrawn) {
      this.#withdraw(session, made, place)
    }
  }

  /** Whether the pool of a public address is to be replaced, which its time says, or a clock that was set back since. */
  #isOld({ row }: MadeLink, { published }: Place): boolean {
    const ageMs = this.#book.networkTimeMs() - published.renewedAtMs
    return row.isPublic && Math.abs(ageMs) >= RENEW_EVERY_MS
  }

  /** Makes a request that is a step: `isDone` says of its answer whether the next may follow at once. */
  #step(
    session: RelaySession,
    made: MadeLink,
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
        if (isDone(answer) || place.isAgain) {
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

  /** Registers the link and its box. */
  #register(session: RelaySession, made: MadeLink, place: Place): void {
    const { request, work } = registerLink(made.row, this.#account(), session)
    this.#step(
      session,
      made,
      place,
      request,
      (answer) => {
        place.isRegistered =
          answer?.type === 'registered' && answer.outcomes.every((outcome) => outcome === 'done')
        return place.isRegistered
      },
      work
    )
  }

  /** Has claimables made for a relay. */
  #make(made: MadeLink, place: Place, order: Order): void {
    const { id, row, places } = made
    const nowMs = this.#book.networkTimeMs()
    const until = (ttlMs: number): number =>
      row.expiresAtMs === 0 ? nowMs + ttlMs : Math.min(row.expiresAtMs, nowMs + ttlMs)
    place.isWorking = true
    place.isAgain = false
    place.order = order
    this.#kernel.emit({
      type: 'make-claimables',
      invitationId: id,
      relay: place.relay,
      count: order.count,
      expiresAtMs: row.isPublic ? until(POOL_TTL_MS) : row.expiresAtMs,
      fallbackExpiresAtMs: order.withFallback ? until(FALLBACK_TTL_MS) : undefined,
      link: {
        linkSecret: row.linkSecret,
        boxSeed: row.boxSeed,
        requestKey: row.requestKey,
        relays: places.map(({ published }) => relayOfRow(published.relay))
      }
    })
    this.#kernel.setTimer(`make ${id} ${place.relay}`, ASK_AGAIN_MS, () => {
      place.order = undefined
      place.isWorking = false
      const session = this.#book.get(place.relay)
      if (session?.isReady === true) {
        this.#repair(session, made, place)
      }
    })
  }

  /** Stores what the relay hands out. */
  #put(
    session: RelaySession,
    made: MadeLink,
    place: Place,
    claimables: readonly Claimable[]
  ): void {
    const { row } = made
    const { storeId } = session
    const { order, published } = place
    const isAll = order?.withFallback === true || !row.isPublic
    const { ownerSecret } = this.#account()
    const request = putClaimables(row, ownerSecret, session.nodeKey, claimables, isAll)
    this.#step(session, made, place, request, (answer) => {
      const isStored = answer?.type === 'claimables-stored'
      if (isStored || !isKept(answer)) {
        place.order = undefined
        place.made = undefined
      }
      if (isDenied(answer)) {
        place.isRegistered = false
        published.storeId = ''
      }
      if (isStored && storeId !== undefined) {
        place.left = (isAll ? 0 : (place.left ?? 0)) + (order?.count ?? 0)
        place.countedAtMs = this.#kernel.steadyMs
        this.#stored(made, published, storeId, isAll)
        this.#countIn(made, place, COUNT_EVERY_MS)
      }
      return isStored
    })
  }

  #stored(made: MadeLink, published: PublishedRelay, storeId: string, isAll: boolean): void {
    const { row } = made
    published.storeId = storeId
    if (isAll) {
      published.renewedAtMs = this.#book.networkTimeMs()
    }
    const isFirst = row.state === InvitationState.NEW
    if (isFirst) {
      row.state = InvitationState.PUBLISHED
    }
    this.#events.onChanged(made)
    this.#events.onPublished(made, isFirst)
  }

  #count(session: RelaySession, made: MadeLink, place: Place): void {
    const { ownerSecret } = this.#account()
    const request = countClaimables(made.row, ownerSecret, session.nodeKey)
    this.#step(session, made, place, request, (answer) => {
      const isCounted = answer?.type === 'claimables-counted'
      if (isCounted) {
        place.left = answer.left
        place.countedAtMs = this.#kernel.steadyMs
        this.#countIn(made, place, COUNT_EVERY_MS)
      } else if (isDenied(answer)) {
        // The relay has forgotten the link, in whatever store.
        place.published.storeId = ''
        place.isRegistered = false
      }
      return isCounted || isDenied(answer)
    })
  }

  #countIn(made: MadeLink, place: Place, inMs: number): void {
    const name = `count ${made.id} ${place.relay}`
    const dueInMs = this.#kernel.timerInMs(name) ?? Number.POSITIVE_INFINITY
    if (!made.row.isPublic || isEnded(made.row) || dueInMs <= inMs) {
      return
    }
    this.#kernel.setTimer(name, inMs, () => {
      place.countedAtMs = undefined
      const session = this.#book.get(place.relay)
      if (session?.isReady === true) {
        this.#repair(session, made, place)
      }
    })
  }

  /** Nobody else is to claim. */
  #withdraw(session: RelaySession, made: MadeLink, place: Place): void {
    const { ownerSecret } = this.#account()
    const request = putClaimables(made.row, ownerSecret, session.nodeKey, [], true)
    place.made = undefined
    this.#step(session, made, place, request, (answer) => {
      const isGone = answer?.type === 'claimables-stored' || isDenied(answer)
      if (isGone) {
        place.published.isWithdrawn = true
        this.#events.onChanged(made)
      }
      return isGone
    })
  }

  #subscribe(session: RelaySession, made: MadeLink, place: Place): void {
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, place.boxId)
    const subscriptions = [{ mailboxId: place.boxId, fetchToken: token }]
    const request = { type: 'subscribe', instance: this.#instance, subscriptions } as const
    this.#step(session, made, place, request, (answer) => {
      const outcome = answer?.type === 'subscribed' ? answer.outcomes[0] : undefined
      if (outcome === 'denied') {
        // There is no such box, and nothing in it. An open link needs one.
        place.isDrained = true
        place.isSubscribed = isEnded(made.row)
        place.isRegistered = false
        place.published.storeId = ''
      } else {
        place.isSubscribed = isSubscribed(outcome)
        if (outcome === 'empty') {
          place.isDrained = true
          this.#kernel.notify({ type: 'drained', relay: session.nodeKey })
        }
      }
      return place.isSubscribed
    })
  }

  #destroyBox(session: RelaySession, made: MadeLink, place: Place): void {
    const mailboxId = place.boxId
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, mailboxId)
    const request = { type: 'destroy', mailboxId, fetchToken: token } as const
    this.#step(session, made, place, request, (answer) => {
      const isGone = answer?.type === 'destroyed' || isDenied(answer)
      if (isGone) {
        place.published.isBoxDestroyed = true
        this.#events.onBoxDestroyed(made)
      }
      return isGone
    })
  }

  #later(session: RelaySession, made: MadeLink, place: Place, inMs: number): void {
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
}

/** Whether a relay certainly did not take what was put, so that it may be put again. */
function isKept(answer: MailboxAnswer | undefined): boolean {
  return answer?.type === 'refused' && answer.reason !== 'quota-exceeded' && !isDenied(answer)
}

function isDenied(answer: MailboxAnswer | undefined): boolean {
  return answer?.type === 'refused' && answer.reason === 'denied'
}
