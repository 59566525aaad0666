/**
 * The relay: mailboxes by capability. Everything a relay decides; the files beside this one are its parts.
 *
 * ```
 *   restore(singleton rows) --first input: writes what a fresh store lacks--> serving --drain--> draining --> drained
 *
 *   frame -> bounds of the connection -> verb -> (read -> records)* -> rows, answer, deliveries
 *   timeout -> delayed answers, pings, challenge, one step of each sweep
 * ```
 *
 * Decisions are made when their rows have come, on rows that show every earlier write, so requests need no locks.
 */
import type { ErrorCode, MailboxRequest, StoreId } from '@sealpost/protocol'
import type { Machine } from '../machine.ts'
import { Acks } from './acks.ts'
import { Admission } from './admission.ts'
import type { Connection } from './connections.ts'
import { Delivery } from './delivery.ts'
import { Deposits } from './deposits.ts'
import { Drain } from './drain.ts'
import { Erasure } from './erasure.ts'
import { Expiry } from './expiry.ts'
import { Heartbeat } from './heartbeat.ts'
import { IdleSweep } from './idle-sweep.ts'
import { relayInfo } from './info.ts'
import { Inspection } from './inspection.ts'
import { LinkClaims } from './link-claims.ts'
import { Links } from './links.ts'
import type { RelayOptions } from './options.ts'
import { Recalls } from './recalls.ts'
import { Refusals, type Request } from './refusals.ts'
import { Registration } from './registration.ts'
import type { LoadStep } from './load.ts'
import type { RelayEffect, RelayInput } from './relay-contract.ts'
import { cacheSize, type RelaySetup, RelayState } from './relay-state.ts'
import { readSingletons, type Singletons, writeSingletons } from './singletons.ts'
import { Subscriptions } from './subscriptions.ts'
import { Tombstones } from './tombstones.ts'
import { WorkAdmission } from './work-admission.ts'

type BlocksInput = Extract<RelayInput, { readonly type: 'blocks' }>
type FrameInput = Extract<RelayInput, { readonly type: 'frame' }>
type LinkRequest = Extract<
  MailboxRequest,
  { readonly type: 'put-claimables' | 'count-claimables' | 'claim' }
>

/** Relays that are off every night sweep all the same. */
const AWAY_MS = 7 * 86_400_000

/** Rows that a request may look up for the price of one: they share their reads. */
const LOOKUPS_PER_TOKEN = 16

/** What an operator watches of a relay. */
export interface RelayStatus {
  readonly storeId: StoreId
  readonly capacity: ReturnType<typeof relayInfo>['capacity']
  /** What is turned away because there is too much to do. */
  readonly load: LoadStep
  /** Live envelopes, their bytes, and tombstones, in the whole store. */
  readonly envelopeCount: number
  readonly envelopeBytes: number
  readonly tombstoneCount: number
  readonly mailboxCount: number
  readonly linkCount: number
  readonly connectionCount: number
  /** Ranges of addresses that are connected, or that registered within the hour. */
  readonly rangeCount: number
  readonly subscriptionCount: number
  /** Delivered and not acknowledged. */
  readonly unackedCount: number
  /** When that of them was delivered that waits longest, in ms since 1970; undefined where there is none. */
  readonly oldestUnackedAtMs: number | undefined
  /** Reads that the driver has not answered. */
  readonly readCount: number
  /** Mailbox summaries in memory. */
  readonly cachedMailboxCount: number
}

/** Decides for a relay. */
export class RelayMachine implements Machine<RelayInput, RelayEffect> {
  readonly #state: RelayState
  readonly #singletons: Singletons
  readonly #admission: Admission
  readonly #refusals: Refusals
  readonly #work: WorkAdmission
  readonly #heartbeat: Heartbeat
  readonly #delivery: Delivery
  readonly #deposits: Deposits
  readonly #subscriptions: Subscriptions
  readonly #registration: Registration
  readonly #acks: Acks
  readonly #recalls: Recalls
  readonly #erasure: Erasure
  readonly #inspection: Inspection
  readonly #links: Links
  readonly #claims: LinkClaims
  readonly #expiry: Expiry
  readonly #idleSweep: IdleSweep
  readonly #drain: Drain
  #isStarted = false

  private constructor(setup: RelaySetup, singletons: Singletons) {
    const state = new RelayState(setup, singletons.totals)
    this.#state = state
    this.#singletons = singletons
    const admission = new Admission(state)
    const refusals = new Refusals(state)
    const work = new WorkAdmission(state, singletons.challenge)
    const delivery = new Delivery(state)
    const tombstones = new Tombstones(state)
    const erasure = new Erasure(state, refusals, delivery)
    const links = new Links(state, refusals, erasure)
    const subscriptions = new Subscriptions(state, refusals, delivery)
    this.#admission = admission
    this.#refusals = refusals
    this.#work = work
    this.#delivery = delivery
    this.#erasure = erasure
    this.#inspection = new Inspection(state, refusals)
    this.#links = links
    this.#subscriptions = subscriptions
    this.#heartbeat = new Heartbeat(state)
    this.#deposits = new Deposits({ state, admission, work, refusals, delivery })
    this.#registration = new Registration({ state, admission, work, refusals })
    this.#acks = new Acks({ state, refusals, delivery, tombstones })
    this.#recalls = new Recalls({ state, refusals, delivery, tombstones })
    this.#claims = new LinkClaims({ state, work, refusals, links })
    this.#expiry = new Expiry({ state, delivery, tombstones, links })
    this.#idleSweep = new IdleSweep({ state, erasure, links, subscriptions })
    this.#drain = new Drain(state)
  }

  /**
   * A relay that goes on where its store left off, or begins in an empty one.
   *
   * @param values the rows of `RELAY_RESTORE_KEYS`, in that order.
   * @throws StorageError `SEALPOST_STORE_CORRUPT`, `SEALPOST_STORE_NEWER`
   */
  static restore(values: readonly (Uint8Array | undefined)[], setup: RelaySetup): RelayMachine {
    return new RelayMachine(setup, readSingletons(values, setup.random))
  }

  /** What an operator watches, as of the last input. */
  status(): RelayStatus {
    const state = this.#state
    const [oldest] = state.unacked
    return {
      storeId: this.#singletons.storeId,
      capacity: this.#admission.capacity,
      load: this.#admission.load,
      ...state.totals,
      connectionCount: state.connections.size,
      rangeCount: this.#admission.rangeCount,
      subscriptionCount: state.subscribers.size,
      unackedCount: state.unacked.size,
      oldestUnackedAtMs: oldest && state.wallMs(oldest.steadyMs),
      readCount: state.readCount,
      cachedMailboxCount: state.mailboxes.size
    }
  }

  /** See `Machine`. Effects hold views of the rows and frames they come from. */
  handle(input: RelayInput): readonly RelayEffect[] {
    const state = this.#state
    if (input.type === 'clock') {
      const jumpMs = state.beginAfterClock(input.atMs)
      this.#expiry.onClock(jumpMs)
      this.#idleSweep.onClock(jumpMs)
    } else {
      state.begin(input.atMs)
    }
    if (!this.#isStarted) {
      this.#start()
    }
    this.#dispatch(input)
    if (state.isDraining) {
      this.#drain.tick()
    }
    return state.finish()
  }

  /** See `Machine`. */
  deadlineMs(): number | undefined {
    const state = this.#state
    if (!this.#isStarted) {
      return 0
    }
    const steadyMs = Math.min(
      this.#refusals.earliestMs() ?? Number.POSITIVE_INFINITY,
      this.#heartbeat.earliestMs() ?? Number.POSITIVE_INFINITY,
      this.#drain.earliestMs() ?? Number.POSITIVE_INFINITY
    )
    return Math.min(
      state.wallMs(steadyMs),
      this.#work.nextMs(),
      this.#expiry.nextMs() ?? Number.POSITIVE_INFINITY,
      this.#idleSweep.nextMs() ?? Number.POSITIVE_INFINITY,
      this.#erasure.nextMs() ?? Number.POSITIVE_INFINITY
    )
  }

  #start(): void {
    this.#isStarted = true
    if (this.#singletons.isFresh) {
      writeSingletons(this.#state, this.#singletons)
    } else {
      this.#settleAfter(this.#state.nowMs - this.#work.nextMs())
    }
    this.#work.tick()
  }

  /** A relay that seems to have been away for long may have a wrong clock instead, which is put right meanwhile. */
  #settleAfter(awayMs: number): void {
    this.#expiry.onClock(awayMs)
    if (awayMs > AWAY_MS) {
      this.#idleSweep.onClock(awayMs)
    }
  }

  #dispatch(input: RelayInput): void {
    switch (input.type) {
      case 'frame':
        this.#onFrame(input)
        return
      case 'records':
        this.#state.take(input.id)?.resume(input)
        return
      case 'opened':
        this.#onOpened(input.connection, input.range)
        return
      case 'closed':
        this.#onClosed(input.connection)
        return
      case 'timeout':
      case 'clock':
        this.#tick()
        return
      case 'disk':
        this.#admission.onDisk(input)
        return
      case 'blocks':
        this.#onBlocks(input)
        return
      case 'load':
        this.#admission.onLoad(input.step)
        return
      case 'invites':
        this.#state.invites = input.invites
        return
      case 'options':
        this.#onOptions(input.options)
        return
      case 'drain':
        this.#drain.begin()
    }
  }

  #tick(): void {
    this.#refusals.tick()
    for (const connection of this.#heartbeat.tick()) {
      this.#cut(connection, 'SEALPOST_STALLED')
    }
    this.#work.tick()
    this.#expiry.tick()
    this.#idleSweep.tick()
    this.#erasure.tick()
  }

  // ---- connections

  #onOpened(id: number, range: string): void {
    if (this.#state.connections.has(id)) {
      return
    }
    const connection = this.#admission.open(id, range)
    if (connection !== undefined) {
      this.#state.connections.set(id, connection)
      this.#heartbeat.add(connection)
    }
  }

  #onClosed(id: number): void {
    const connection = this.#state.connections.get(id)
    if (connection !== undefined) {
      this.#forget(connection)
    }
  }

  #onOptions(options: RelayOptions): void {
    const state = this.#state
    const isNews =
      options.closesAtMs !== state.options.closesAtMs ||
      noticeIds(options) !== noticeIds(state.options)
    state.options = options
    state.mailboxes.resize(cacheSize(options))
    this.#admission.onOptions()
    if (isNews) {
      for (const connection of state.connections.values()) {
        state.push(connection, { type: 'going-away', retryAfterMs: 0 })
      }
    }
  }

  #onBlocks({ mailboxes, mailboxId }: BlocksInput): void {
    const state = this.#state
    state.blockedMailboxes = mailboxes
    const subscription = mailboxId && state.subscribers.get(mailboxId)
    if (subscription !== undefined) {
      // It comes back, and is denied this mailbox alone.
      this.#cut(subscription.connection, 'SEALPOST_BUSY')
    }
  }

  #cut(connection: Connection, code: ErrorCode): void {
    this.#forget(connection)
    this.#state.emit({ type: 'notify', event: 'connection-cut', code })
    this.#state.emit({ type: 'cut', connection: connection.id, code })
  }

  #forget(connection: Connection): void {
    const state = this.#state
    connection.isOpen = false
    for (const subscription of [...connection.subscriptions.values()]) {
      this.#delivery.end(subscription)
    }
    state.unansweredCount -= connection.unansweredCount
    state.connections.delete(connection.id)
    this.#heartbeat.remove(connection)
    this.#admission.close(connection)
  }

  // ---- frames

  #onFrame({ connection: id, frame }: FrameInput): void {
    const state = this.#state
    const connection = state.connections.get(id)
    if (connection === undefined) {
      return
    }
    connection.heardAtMs = state.steadyMs
    connection.pingsUnanswered = 0
    if (frame.type === 'request') {
      connection.unansweredCount += 1
      state.unansweredCount += 1
      if (connection.unansweredCount > state.options.requestsUnansweredMax) {
        this.#cut(connection, 'SEALPOST_FLOODED')
      } else if (frame.request.type === 'deposit') {
        this.#deposits.onRequest(connection, frame.number, frame.request)
      } else {
        this.#onRequest(connection, frame.number, frame.request)
      }
    } else if (frame.type === 'ping') {
      const pong = { type: 'pong', number: frame.number } as const
      state.emit({ type: 'send', connection: id, frame: pong })
    }
  }

  #onRequest(connection: Connection, number: number, body: MailboxRequest): void {
    const state = this.#state
    const request: Request = {
      connection,
      number,
      verb: body.type,
      arrivedSteadyMs: state.steadyMs
    }
    const cost = this.#costOf(request, body)
    const refusal = cost === 0 ? undefined : this.#admission.refusalForRequest(connection, cost)
    if (refusal === undefined) {
      this.#dispatchRequest(request, body)
    } else {
      this.#refusals.refuse(request, refusal)
    }
  }

  /** What a request costs of the connection's rate: by what it reads and writes. An ack of what was delivered is free. */
  #costOf(request: Request, body: MailboxRequest): number {
    switch (body.type) {
      case 'ack': {
        const count = this.#acks.lookupCount(request, body.mailboxId, body.envelopeIds)
        return Math.ceil(count / LOOKUPS_PER_TOKEN)
      }
      case 'subscribe':
        return 1 + Math.floor(body.subscriptions.length / LOOKUPS_PER_TOKEN)
      case 'register':
        return 1 + Math.floor(body.registrations.length / LOOKUPS_PER_TOKEN)
      case 'put-claimables':
        return 1 + body.claimables.length
      default:
        return 1
    }
  }

  #dispatchRequest(request: Request, body: MailboxRequest): void {
    switch (body.type) {
      case 'info':
        this.#answerInfo(request)
        return
      case 'register':
        this.#registration.onRequest(request, body)
        return
      case 'subscribe':
        this.#subscriptions.onSubscribe(request, body)
        return
      case 'unsubscribe':
        this.#subscriptions.onUnsubscribe(request, body.mailboxIds)
        return
      case 'ack':
        this.#acks.onRequest(request, body.mailboxId, body.envelopeIds)
        return
      case 'recall':
        this.#recalls.onRequest(request, body)
        return
      case 'destroy':
        this.#erasure.onDestroy(request, body)
        return
      case 'inspect':
        this.#inspection.onRequest(request, body)
        return
      case 'put-claimables':
      case 'count-claimables':
      case 'claim':
        this.#onLinkRequest(request, body)
        return
      case 'deposit':
        this.#deposits.onRequest(request.connection, request.number, body)
        return
      case 'unknown':
        this.#refusals.refuse(request, { type: 'refused', reason: 'unsupported-version' })
    }
  }

  #onLinkRequest(request: Request, body: LinkRequest): void {
    const verb = body.type === 'claim' ? 'claim' : 'put'
    const refusal =
      body.type === 'count-claimables' ? undefined : this.#admission.refusalForLink(verb)
    if (refusal !== undefined) {
      this.#refusals.refuse(request, refusal)
    } else if (body.type === 'claim') {
      this.#claims.onRequest(request, body)
    } else {
      this.#links.onRequest(request, body)
    }
  }

  #answerInfo(request: Request): void {
    const info = relayInfo({
      state: this.#state,
      admission: this.#admission,
      work: this.#work,
      storeId: this.#singletons.storeId
    })
    this.#state.answer(request.connection, request.number, { type: 'info', info })
  }
}

/** An id is drawn for each, so these change whenever the notices do. */
function noticeIds({ notices }: RelayOptions): string {
  return notices.map(({ id }) => id).join()
}
