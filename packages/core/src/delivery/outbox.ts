/**
 * What is on its way: for each device of a contact its numbered ciphertexts and its latest receipt, deposited at each of
 * the device's relays and kept until the device has receipted them.
 *
 * One ciphertext at one relay:
 * ```
 *   missing --deposit--> in flight --stored, gone--> settled --new store, aging, passed over--> missing
 *      ^                    |
 *      |   denied: next epoch; none left, mailbox full: the relay is left alone for a while
 *      +--- lost, refused --+   (5 s, doubling to 6 h; at once when the relay is back)
 * ```
 * Only a window of rows is in memory: those that some relay we are connected to still lacks. All others wait on disk for
 * their receipt, and the window is wound back to the oldest when a relay comes back or turns out to be a new store.
 */
import {
  type ContactId,
  type DeviceNumber,
  envelopeIds,
  type MailboxAnswer,
  type NodeKey,
  type Progress
} from '@sealpost/protocol'
import type { TheirAddress } from '../address/their-address.ts'
import { replicaSecrets } from '../address/seeds.ts'
import { contactOfKey, deviceKey, deviceOfKey, keysUnder, outboxKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { backoffMs } from '../time/backoff.ts'
import { type NewOutboxItem, OutboxItem } from './outbox-item.ts'
import type { ProgressTable } from './progress.ts'
import { Receipts } from './receipts.ts'

/** Rows of one device in memory. */
const WINDOW_MAX = 64
/** Deposits of one device at one relay that wait for their answer. */
const IN_FLIGHT_MAX = 16
const RETRY = { firstMs: 5_000, maxMs: 6 * 3_600_000 }
const DENIED_RETRY = { firstMs: 60_000, maxMs: 6 * 3_600_000 }
/** Something newer was receipted and this was not: so long, and it is deposited again everywhere. */
const PASSED_OVER_MS = 600_000
/** How often rows that wait for a receipt are looked at for their age. */
const AGE_CHECK_MS = 24 * 3_600_000

interface Blocked {
  failures: number
  untilMs: number
}

interface Route {
  readonly key: string
  readonly contactId: ContactId
  readonly device: DeviceNumber
  address: TheirAddress | undefined
  lastNumber: number
  /** Rows below have been looked at since the last rewind. */
  nextLoad: number
  isLoading: boolean
  readonly window: Map<number, OutboxItem>
  receipt: OutboxItem | undefined
  readonly blocked: Map<NodeKey, Blocked>
}

export interface OutboxEvents {
  readonly onStored: (contactId: ContactId, item: OutboxItem, isTick: boolean) => void
  readonly onProblem: (contactId: ContactId, problem: 'denied' | 'mailbox-full') => void
}

export class Outbox {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #progress: ProgressTable
  readonly #receipts: Receipts
  readonly #events: OutboxEvents
  readonly #routes = new Map<string, Route>()

  constructor(kernel: PeerKernel, book: RelayBook, progress: ProgressTable, events: OutboxEvents) {
    this.#kernel = kernel
    this.#book = book
    this.#progress = progress
    this.#events = events
    this.#receipts = new Receipts(kernel, progress, (contactId, device, numbers) => {
      const route = this.#route(contactId, device)
      for (const number of numbers) {
        route.window.delete(number)
      }
      this.#wantRelays(route)
    })
  }

  restoreReceipts(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      this.#route(contactOfKey(key), deviceOfKey(key)).receipt = OutboxItem.ofRow(value)
    }
  }

  /** Tells of a device that may be written to: its last number, and its address where it is known. */
  open(
    contactId: ContactId,
    device: DeviceNumber,
    lastNumber: number,
    address: TheirAddress | undefined
  ): void {
    const route = this.#route(contactId, device)
    route.lastNumber = Math.max(route.lastNumber, lastNumber)
    if (address !== undefined) {
      route.address = address
      this.#wantRelays(route)
    }
    this.#rewind(route)
    this.#step(route)
    this.#kernel.setTimer(`age ${route.key}`, this.#kernel.atMs + AGE_CHECK_MS, () => {
      this.open(contactId, device, 0, undefined)
    })
  }

  address(contactId: ContactId, device: DeviceNumber): TheirAddress | undefined {
    return this.#routes.get(deviceKey(contactId, device))?.address
  }

  /** Whether a relay we are connected to still lacks something that may be deposited there now. */
  get isBusy(): boolean {
    for (const route of this.#routes.values()) {
      const ready = (route.address?.record.relays ?? [])
        .map(({ nodeKey }) => this.#book.get(nodeKey))
        .filter((session) => session !== undefined)
        .filter(({ isReady, nodeKey }) => isReady && !route.blocked.has(nodeKey))
      const items = route.receipt === undefined ? [] : [route.receipt]
      items.push(...route.window.values())
      const lacks = (session: RelaySession): boolean =>
        items.some((item) => this.#isMissing(item, session) && !item.retries.has(session.nodeKey))
      if (
        ready.length > 0 &&
        (route.isLoading || route.nextLoad <= route.lastNumber || ready.some(lacks))
      ) {
        return true
      }
    }
    return false
  }

  /** Takes a numbered ciphertext. */
  submit(contactId: ContactId, device: DeviceNumber, item: NewOutboxItem): void {
    const route = this.#route(contactId, device)
    const made = OutboxItem.make(item)
    this.#kernel.write('outbox', outboxKey(contactId, device, item.number), made.encode())
    const isNext = route.nextLoad === item.number
    route.lastNumber = item.number
    if (isNext && route.window.size < WINDOW_MAX) {
      route.window.set(item.number, made)
      route.nextLoad = item.number + 1
    }
    this.#wantRelays(route)
    this.#step(route)
  }

  /** Takes a receipt, which replaces the one before. */
  submitReceipt(contactId: ContactId, device: DeviceNumber, item: NewOutboxItem): void {
    const route = this.#route(contactId, device)
    route.receipt = OutboxItem.make(item)
    this.#kernel.write('receipt', route.key, route.receipt.encode())
    this.#wantRelays(route)
    this.#step(route)
  }

  /** What a device says it holds of ours: those rows go, and what was passed over is looked after. */
  progressed(contactId: ContactId, device: DeviceNumber, word: Progress): void {
    const route = this.#route(contactId, device)
    this.#receipts.take(contactId, device, word, route.lastNumber)
    const last = Math.min(word.deliveredBeyond.at(-1)?.last ?? 0, route.lastNumber)
    if (last > 0) {
      this.#watchPassedOver(route, last)
    }
  }

  ready(session: RelaySession): void {
    for (const route of this.#routes.values()) {
      if (
        route.address?.record.relays.some(({ nodeKey }) => nodeKey === session.nodeKey) === true
      ) {
        route.blocked.delete(session.nodeKey)
        for (const item of route.window.values()) {
          item.retries.delete(session.nodeKey)
        }
        this.#rewind(route)
        this.#step(route)
      }
    }
  }

  /** Forgets everything for a contact. */
  close(contactId: ContactId, device: DeviceNumber): void {
    const route = this.#routes.get(deviceKey(contactId, device))
    if (route !== undefined) {
      this.#routes.delete(route.key)
      this.#kernel.cancelTimer(`age ${route.key}`)
      for (const { nodeKey } of route.address?.record.relays ?? []) {
        this.#book.unwant(nodeKey, route.key)
      }
    }
  }

  /** Erases what was on its way to a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    this.#kernel.erase('receipt', key)
    this.#kernel.read(
      { range: { table: 'outbox', ...keysUnder(key), limit: WINDOW_MAX } },
      ({ rows }) => {
        for (const row of rows) {
          this.#kernel.erase('outbox', row.key)
        }
      }
    )
  }

  #route(contactId: ContactId, device: DeviceNumber): Route {
    const key = deviceKey(contactId, device)
    let route = this.#routes.get(key)
    if (route === undefined) {
      route = {
        key,
        contactId,
        device,
        address: undefined,
        lastNumber: 0,
        nextLoad: this.#progress.get(contactId, device).theirsDeliveredUpTo + 1,
        isLoading: false,
        window: new Map(),
        receipt: undefined,
        blocked: new Map()
      }
      this.#routes.set(key, route)
    }
    return route
  }

  #rewind(route: Route): void {
    route.nextLoad = this.#progress.get(route.contactId, route.device).theirsDeliveredUpTo + 1
  }

  /** Connects to the device's relays for as long as it lacks something. */
  #wantRelays(route: Route): void {
    const { theirsDeliveredUpTo } = this.#progress.get(route.contactId, route.device)
    const isOwing = route.lastNumber > theirsDeliveredUpTo
    for (const relay of route.address?.record.relays ?? []) {
      const session = this.#book.get(relay.nodeKey)
      const lacksReceipt =
        route.receipt !== undefined && !route.receipt.isAt(relay.nodeKey, session?.storeId)
      if (isOwing || lacksReceipt) {
        this.#book.want(relay, route.key)
      } else {
        this.#book.unwant(relay.nodeKey, route.key)
      }
    }
  }

  #step(route: Route): void {
    const { address } = route
    if (address === undefined) {
      return
    }
    let isAnyReady = false
    for (const { nodeKey } of address.record.relays) {
      const session = this.#book.get(nodeKey)
      if (session?.isReady === true) {
        isAnyReady = true
        this.#feed(route, address, session)
      }
    }
    if (isAnyReady) {
      this.#prune(route, address)
      this.#load(route)
    }
  }

  /** Deposits at one relay what it lacks, as far as its bounds and ours allow. */
  #feed(route: Route, address: TheirAddress, session: RelaySession): void {
    const now = this.#kernel.atMs
    const blocked = route.blocked.get(session.nodeKey)
    if (blocked !== undefined && blocked.untilMs > now) {
      this.#stepAt(route, blocked.untilMs)
      return
    }
    const items = route.receipt === undefined ? [] : [route.receipt]
    items.push(...route.window.values())
    let inFlightCount = items.filter(({ inFlight }) => inFlight.has(session.nodeKey)).length
    for (const item of items) {
      if (inFlightCount >= IN_FLIGHT_MAX) {
        return
      }
      const retry = item.retries.get(session.nodeKey)
      if (!this.#isMissing(item, session)) {
        continue
      }
      if (retry !== undefined && retry.atMs > now) {
        this.#stepAt(route, retry.atMs)
        continue
      }
      const waitMs = session.takeDeposit()
      if (waitMs > 0) {
        this.#stepAt(route, now + waitMs)
        return
      }
      if (!this.#deposit(route, address, item, session)) {
        return
      }
      inFlightCount += 1
    }
  }

  #isMissing(item: OutboxItem, session: RelaySession): boolean {
    return !item.inFlight.has(session.nodeKey) && !item.isAt(session.nodeKey, session.storeId)
  }

  /** @returns false where every epoch was denied. */
  #deposit(route: Route, address: TheirAddress, item: OutboxItem, session: RelaySession): boolean {
    const relay = session.nodeKey
    const mailbox = address.mailbox(relay, this.#book.networkTimeMs())
    if (mailbox === undefined) {
      this.#block(route, relay, 'denied')
      return false
    }
    const { secrets, epoch } = mailbox
    const replica = replicaSecrets(item.replicaSeed, relay, secrets.mailboxId)
    item.inFlight.add(relay)
    session.requestWith(
      (answer) => {
        item.inFlight.delete(relay)
        this.#answered(route, address, item, session, epoch, answer)
      },
      (number) => ({
        type: 'deposit',
        relay,
        number,
        ...secrets,
        envelopeId: envelopeIds.fromBytes(replica.envelopeId),
        recallHash: replica.recallHash,
        lifetime: item.lifetime,
        ciphertext: item.ciphertext
      })
    )
    return true
  }

  #answered(
    route: Route,
    address: TheirAddress,
    item: OutboxItem,
    session: RelaySession,
    epoch: number,
    answer: MailboxAnswer | undefined
  ): void {
    const relay = session.nodeKey
    if (answer?.type === 'deposited' && session.storeId !== undefined) {
      const state = answer.outcome === 'gone' ? 'gone' : 'stored'
      item.retries.delete(relay)
      route.blocked.delete(relay)
      if (address.accepted(relay, epoch)) {
        this.#kernel.write('their-address', route.key, address.encode())
      }
      if (this.#isOwed(route, item)) {
        const isTick = item.answered(
          relay,
          session.storeId,
          state,
          this.#kernel.atMs,
          address.record.relays.length
        )
        this.#save(route, item)
        this.#events.onStored(route.contactId, item, isTick)
        this.#wantRelays(route)
      }
    } else if (answer?.type === 'refused' && answer.reason === 'denied') {
      address.denied(relay, epoch)
    } else if (answer?.type === 'refused' && answer.reason === 'quota-exceeded') {
      this.#block(route, relay, 'mailbox-full')
    } else if (answer !== undefined || session.isReady) {
      const failures = (item.retries.get(relay)?.failures ?? 0) + 1
      item.retries.set(relay, {
        failures,
        atMs: this.#kernel.atMs + backoffMs(RETRY, failures, this.#kernel.random)
      })
    }
    this.#step(route)
  }

  /** Whether the item still waits for its receipt: an answer may come after it. */
  #isOwed(route: Route, item: OutboxItem): boolean {
    return item.number === 0 ? route.receipt === item : route.window.get(item.number) === item
  }

  #save(route: Route, item: OutboxItem): void {
    if (item.number === 0) {
      this.#kernel.write('receipt', route.key, item.encode())
    } else {
      this.#kernel.write(
        'outbox',
        outboxKey(route.contactId, route.device, item.number),
        item.encode()
      )
    }
  }

  #block(route: Route, relay: NodeKey, problem: 'denied' | 'mailbox-full'): void {
    const failures = (route.blocked.get(relay)?.failures ?? 0) + 1
    const untilMs = this.#kernel.atMs + backoffMs(DENIED_RETRY, failures, this.#kernel.random)
    route.blocked.set(relay, { failures, untilMs })
    route.address?.searchAgain(relay)
    this.#stepAt(route, untilMs)
    const relays = route.address?.record.relays ?? []
    if (relays.every(({ nodeKey }) => route.blocked.has(nodeKey))) {
      this.#events.onProblem(route.contactId, problem)
    }
  }

  #stepAt(route: Route, atMs: number): void {
    const name = `step ${route.key}`
    if (!this.#kernel.hasTimer(name) || (this.#kernel.timerAt(name) ?? 0) > atMs) {
      this.#kernel.setTimer(name, atMs, () => {
        this.#step(route)
      })
    }
  }

  /** Lets go of rows that no relay we are connected to lacks: they wait on disk for their receipt. */
  #prune(route: Route, address: TheirAddress): void {
    const ready = address.record.relays
      .map(({ nodeKey }) => this.#book.get(nodeKey))
      .filter((session) => session !== undefined)
      .filter(({ isReady }) => isReady)
    for (const [number, item] of route.window) {
      if (item.inFlight.size === 0 && !ready.some((session) => this.#isMissing(item, session))) {
        route.window.delete(number)
      }
    }
  }

  /** Fills the window with the next rows on disk that some relay lacks. */
  #load(route: Route): void {
    if (
      route.isLoading ||
      route.window.size > WINDOW_MAX / 2 ||
      route.nextLoad > route.lastNumber
    ) {
      return
    }
    route.isLoading = true
    const from = outboxKey(route.contactId, route.device, route.nextLoad)
    const to = outboxKey(route.contactId, route.device, route.lastNumber + 1)
    const limit = WINDOW_MAX / 2
    const askedFrom = route.nextLoad
    const askedTo = route.lastNumber + 1
    this.#kernel.read({ range: { table: 'outbox', from, to, limit } }, ({ rows, isEnd }) => {
      route.isLoading = false
      if (route.nextLoad === askedFrom) {
        this.#loaded(route, rows)
        route.nextLoad = isEnd ? askedTo : route.nextLoad
      }
      this.#step(route)
    })
  }

  #loaded(route: Route, rows: readonly Row[]): void {
    for (const { value } of rows) {
      const item = OutboxItem.ofRow(value)
      route.nextLoad = item.number + 1
      if (route.window.has(item.number)) {
        continue
      }
      if (item.isAging(this.#kernel.atMs)) {
        item.depositAgain(this.#kernel.random.bytes(32))
        this.#save(route, item)
      }
      route.window.set(item.number, item)
    }
  }

  /** Some time after something newer was receipted, what is still missing before it is deposited anew everywhere. */
  #watchPassedOver(route: Route, lastReceipted: number): void {
    const name = `passed over ${route.key}`
    if (this.#kernel.hasTimer(name)) {
      return
    }
    this.#kernel.setTimer(name, this.#kernel.atMs + PASSED_OVER_MS, () => {
      const first = this.#progress.get(route.contactId, route.device).theirsDeliveredUpTo + 1
      const range = {
        table: 'outbox' as const,
        from: outboxKey(route.contactId, route.device, first),
        to: outboxKey(route.contactId, route.device, lastReceipted),
        limit: WINDOW_MAX
      }
      this.#kernel.read({ range }, ({ rows }) => {
        for (const { value } of rows) {
          const item = OutboxItem.ofRow(value)
          item.depositAgain(this.#kernel.random.bytes(32))
          this.#save(route, item)
          route.window.delete(item.number)
        }
        this.#rewind(route)
        this.#step(route)
      })
    })
  }
}
