/**
 * What is on its way: for each device of a contact its numbered ciphertexts and its latest receipt, deposited at each of
 * the device's relays and kept until the device has receipted them.
 *
 * One ciphertext at one relay:
 * ```
 *   missing --deposit--> in flight --stored, gone--> settled --new store, aging, passed over--> missing
 *      ^                    |
 *      |   denied: next epoch; none left, mailbox full: this relay is left alone for 1 min, doubling to 6 h
 *      +--- lost, refused --+   5 s, doubling to 6 h; at once when the relay is back
 * ```
 * Only rows that some relay is about to be given are in memory (`pump.ts`). All others wait on disk for their receipt, and a
 * relay's cursor is wound back to the oldest when it comes back or turns out to be a new store.
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
import { OutboxWindow } from './outbox-window.ts'
import type { ProgressTable } from './progress.ts'
import { IN_FLIGHT_MAX, Pump, QUEUE_MAX } from './pump.ts'
import { Receipts } from './receipts.ts'

const RETRY = { firstMs: 5_000, maxMs: 6 * 3_600_000 }
const DENIED_RETRY = { firstMs: 60_000, maxMs: 6 * 3_600_000 }
/** Something newer was receipted and this was not: so long, and it is deposited again everywhere. */
const PASSED_OVER_MS = 600_000
/** How often rows that wait for a receipt are looked at for their age. */
const AGE_CHECK_MS = 24 * 3_600_000
const PAGE = 64

interface Route {
  readonly key: string
  readonly contactId: ContactId
  readonly device: DeviceNumber
  address: TheirAddress | undefined
  lastNumber: number
  readonly window: OutboxWindow
  readonly pumps: Map<NodeKey, Pump>
  receipt: OutboxItem | undefined
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
        route.window.drop(number)
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
      this.#setAddress(route, address)
    }
    for (const pump of route.pumps.values()) {
      this.#rewind(route, pump)
    }
    this.#wantRelays(route)
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
      for (const pump of route.pumps.values()) {
        const session = this.#book.get(pump.relay)
        if (session?.isReady === true && !pump.isBlocked(this.#kernel.atMs)) {
          const isReceiptMissing =
            route.receipt !== undefined && this.#isMissing(route.receipt, session)
          if (
            isReceiptMissing ||
            pump.inFlight.size > 0 ||
            pump.queue.length > 0 ||
            pump.cursor <= route.lastNumber
          ) {
            return true
          }
        }
      }
    }
    return false
  }

  /** Takes a numbered ciphertext. */
  submit(contactId: ContactId, device: DeviceNumber, item: NewOutboxItem): void {
    const route = this.#route(contactId, device)
    const made = OutboxItem.make(item)
    this.#kernel.write('outbox', outboxKey(contactId, device, item.number), made.encode())
    route.lastNumber = item.number
    for (const pump of route.pumps.values()) {
      const isNext = pump.cursor === item.number && !pump.isLoading
      if (isNext && pump.queue.length < QUEUE_MAX && this.#isOpen(pump)) {
        pump.cursor += 1
        pump.queue.push(route.window.holdItem(made))
      }
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
      const pump = route.pumps.get(session.nodeKey)
      if (pump !== undefined) {
        pump.succeeded()
        route.address?.searchAgain(session.nodeKey)
        this.#rewind(route, pump)
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
      for (const relay of route.pumps.keys()) {
        this.#book.unwant(relay, route.key)
      }
    }
  }

  /** Erases what was on its way to a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    this.#kernel.erase('receipt', key)
    this.#kernel.read(
      { range: { table: 'outbox', ...keysUnder(key), limit: PAGE } },
      ({ rows, isEnd }) => {
        for (const row of rows) {
          this.#kernel.erase('outbox', row.key)
        }
        if (!isEnd) {
          this.forget(contactId, device)
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
        window: new OutboxWindow(),
        pumps: new Map(),
        receipt: undefined
      }
      this.#routes.set(key, route)
    }
    return route
  }

  /** One pump for each relay of the address; those of relays that it names no more end. */
  #setAddress(route: Route, address: TheirAddress): void {
    route.address = address
    const relays = new Set(address.record.relays.map(({ nodeKey }) => nodeKey))
    for (const [relay, pump] of route.pumps) {
      if (!relays.has(relay)) {
        this.#rewind(route, pump)
        route.pumps.delete(relay)
        this.#book.unwant(relay, route.key)
      }
    }
    for (const relay of relays) {
      if (!route.pumps.has(relay)) {
        route.pumps.set(relay, new Pump(relay, this.#firstNumber(route)))
      }
    }
  }

  /** The oldest number that was not receipted. */
  #firstNumber(route: Route): number {
    return this.#progress.get(route.contactId, route.device).theirsDeliveredUpTo + 1
  }

  #rewind(route: Route, pump: Pump): void {
    for (const item of pump.queue.splice(0)) {
      route.window.release(item)
    }
    pump.cursor = this.#firstNumber(route)
  }

  #isOpen(pump: Pump): boolean {
    return this.#book.get(pump.relay)?.isReady === true && !pump.isBlocked(this.#kernel.atMs)
  }

  /** Connects to the device's relays for as long as it lacks something. */
  #wantRelays(route: Route): void {
    const isOwing = route.lastNumber >= this.#firstNumber(route)
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
    for (const pump of route.pumps.values()) {
      const session = this.#book.get(pump.relay)
      if (session?.isReady === true) {
        this.#feed(route, address, pump, session)
      }
    }
  }

  /** Deposits at one relay what it lacks, as far as its bounds and ours allow. */
  #feed(route: Route, address: TheirAddress, pump: Pump, session: RelaySession): void {
    const now = this.#kernel.atMs
    if (pump.isBlocked(now)) {
      this.#stepAt(route, pump.blockedUntilMs)
      return
    }
    while (pump.inFlight.size < IN_FLIGHT_MAX) {
      const item = this.#next(route, pump, session)
      if (item === undefined) {
        this.#load(route, pump)
        return
      }
      const waitMs = session.takeDeposit()
      if (waitMs > 0) {
        this.#stepAt(route, now + waitMs)
        return
      }
      const mailbox = address.mailbox(pump.relay, this.#book.networkTimeMs())
      if (mailbox === undefined) {
        this.#block(route, pump, 'denied')
        return
      }
      if (item === pump.queue[0]) {
        pump.queue.shift()
      }
      this.#deposit(route, address, pump, session, item, mailbox)
    }
  }

  /** What this relay lacks next: the receipt before all else, since it lets the other side forget. */
  #next(route: Route, pump: Pump, session: RelaySession): OutboxItem | undefined {
    const { receipt } = route
    if (receipt !== undefined && !pump.inFlight.has(receipt) && this.#isMissing(receipt, session)) {
      return receipt
    }
    for (;;) {
      const [item] = pump.queue
      if (item === undefined) {
        return undefined
      }
      const isWanted = route.window.has(item) && !pump.inFlight.has(item)
      if (isWanted && this.#isMissing(item, session)) {
        return item
      }
      pump.queue.shift()
      route.window.release(item)
    }
  }

  #isMissing(item: OutboxItem, session: RelaySession): boolean {
    return !item.isAt(session.nodeKey, session.storeId)
  }

  #deposit(
    route: Route,
    address: TheirAddress,
    pump: Pump,
    session: RelaySession,
    item: OutboxItem,
    { secrets, epoch }: NonNullable<ReturnType<TheirAddress['mailbox']>>
  ): void {
    const { relay } = pump
    const replica = replicaSecrets(item.replicaSeed, relay, secrets.mailboxId)
    pump.inFlight.add(item)
    session.requestWith(
      (answer) => {
        pump.inFlight.delete(item)
        this.#answered(route, address, pump, session, item, epoch, answer)
        if (item.number !== 0) {
          route.window.release(item)
        }
        this.#step(route)
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
  }

  #answered(
    route: Route,
    address: TheirAddress,
    pump: Pump,
    session: RelaySession,
    item: OutboxItem,
    epoch: number,
    answer: MailboxAnswer | undefined
  ): void {
    if (answer?.type === 'deposited' && session.storeId !== undefined) {
      pump.succeeded()
      if (address.accepted(pump.relay, epoch)) {
        this.#kernel.write('their-address', route.key, address.encode())
      }
      this.#settled(route, address, session, item, answer.outcome === 'gone' ? 'gone' : 'stored')
      return
    }
    // Whatever it was, this one is next again at this relay, and those behind it keep their order.
    pump.cursor = item.number === 0 ? pump.cursor : Math.min(pump.cursor, item.number)
    if (answer?.type !== 'refused') {
      if (session.isReady) {
        this.#block(route, pump, undefined)
      }
    } else if (answer.reason === 'denied') {
      address.denied(pump.relay, epoch)
    } else if (answer.reason === 'quota-exceeded') {
      this.#block(route, pump, 'mailbox-full')
    } else if (answer.reason !== 'slow-down' && answer.reason !== 'busy') {
      this.#block(route, pump, undefined)
    }
  }

  #settled(
    route: Route,
    address: TheirAddress,
    session: RelaySession,
    item: OutboxItem,
    state: 'stored' | 'gone'
  ): void {
    const { storeId, nodeKey } = session
    // An answer may come after the receipt that took the row away.
    const isOwed = item.number === 0 ? route.receipt === item : route.window.has(item)
    if (!isOwed || storeId === undefined) {
      return
    }
    const relayCount = address.record.relays.length
    const isTick = item.answered(nodeKey, storeId, state, this.#kernel.atMs, relayCount)
    this.#save(route, item)
    this.#events.onStored(route.contactId, item, isTick)
    this.#wantRelays(route)
  }

  #save(route: Route, item: OutboxItem): void {
    if (item.number === 0) {
      this.#kernel.write('receipt', route.key, item.encode())
    } else {
      const key = outboxKey(route.contactId, route.device, item.number)
      this.#kernel.write('outbox', key, item.encode())
    }
  }

  /** Leaves a relay alone for a while. */
  #block(route: Route, pump: Pump, problem: Pump['problem']): void {
    const backoff = problem === undefined ? RETRY : DENIED_RETRY
    pump.failures += 1
    pump.problem = problem
    pump.blockedUntilMs = this.#kernel.atMs + backoffMs(backoff, pump.failures, this.#kernel.random)
    this.#rewind(route, pump)
    route.address?.searchAgain(pump.relay)
    this.#stepAt(route, pump.blockedUntilMs)
    const pumps = [...route.pumps.values()]
    if (problem !== undefined && pumps.every((other) => other.problem !== undefined)) {
      this.#events.onProblem(route.contactId, problem)
    }
  }

  #stepAt(route: Route, atMs: number): void {
    const name = `step ${route.key}`
    if ((this.#kernel.timerAt(name) ?? Number.POSITIVE_INFINITY) > atMs) {
      this.#kernel.setTimer(name, atMs, () => {
        this.#step(route)
      })
    }
  }

  /** Reads the next rows at a relay's cursor. */
  #load(route: Route, pump: Pump): void {
    if (pump.isLoading || pump.cursor > route.lastNumber) {
      return
    }
    pump.isLoading = true
    const from = pump.cursor
    const to = route.lastNumber + 1
    const range = {
      table: 'outbox' as const,
      from: outboxKey(route.contactId, route.device, from),
      to: outboxKey(route.contactId, route.device, to),
      limit: QUEUE_MAX
    }
    this.#kernel.read({ range }, ({ rows, isEnd }) => {
      pump.isLoading = false
      // Wound back meanwhile: what was read is behind the cursor, or it is not the pump's turn.
      if (pump.cursor === from && pump.queue.length === 0) {
        const items = rows.map((row) => this.#refresh(route, route.window.hold(row)))
        pump.queue.push(...items)
        pump.cursor = isEnd ? to : (items.at(-1)?.number ?? to - 1) + 1
      }
      this.#step(route)
    })
  }

  /** What is about to expire at the relays is begun anew. */
  #refresh(route: Route, item: OutboxItem): OutboxItem {
    if (item.isAging(this.#kernel.atMs)) {
      item.depositAgain(this.#kernel.random.bytes(32), this.#kernel.atMs)
      this.#save(route, item)
    }
    return item
  }

  /** Some time after something newer was receipted, what is still missing before it is deposited anew everywhere. */
  #watchPassedOver(route: Route, lastReceipted: number): void {
    const name = `passed over ${route.key}`
    if (this.#kernel.hasTimer(name)) {
      return
    }
    this.#kernel.setTimer(name, this.#kernel.atMs + PASSED_OVER_MS, () => {
      const range = {
        table: 'outbox' as const,
        from: outboxKey(route.contactId, route.device, this.#firstNumber(route)),
        to: outboxKey(route.contactId, route.device, lastReceipted),
        limit: PAGE
      }
      this.#kernel.read({ range }, ({ rows }) => {
        for (const row of rows) {
          const item = route.window.hold(row)
          item.depositAgain(this.#kernel.random.bytes(32), this.#kernel.atMs)
          this.#save(route, item)
          route.window.release(item)
        }
        for (const pump of route.pumps.values()) {
          this.#rewind(route, pump)
        }
        this.#step(route)
      })
    })
  }
}
