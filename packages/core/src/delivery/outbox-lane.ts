/**
 * What one device lacks at one of its relays, deposited there in order and at the relay's pace. Lanes know nothing of each other:
 * a relay that is slow, full or gone holds up none of the others.
 *
 * One ciphertext:
 * ```
 *   on disk --loaded--> ahead --deposit--> in flight --stored, gone--> settled --new store, begun anew--> on disk
 *                         ^                   |
 *                         +--denied, lost-----+
 *                         +-- 5 s .. 6 h <----+ no usable answer
 * ```
 * The lane: `open --every epoch denied, mailbox full--> resting (1 min .. 6 h) --sign of life, time over--> open`.
 */
import {
  type ContactId,
  envelopeIds,
  type MailboxAnswer,
  type MailboxId,
  type NodeKey,
  type StoreId
} from '@sealpost/protocol'
import { replicaSecrets } from '../address/seeds.ts'
import type { TheirAddress } from '../address/their-address.ts'
import type { PeerKernel, Records } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import { pauseOf, type RelaySession } from '../peer/relay-session.ts'
import { backoffMs } from '../time/backoff.ts'
import type { OutboxItem, StoredReplica } from './outbox-item.ts'

/** Deposits of one device at one relay that wait for their answer. */
const IN_FLIGHT_MAX = 16
const RETRY = { firstMs: 5_000, maxMs: 6 * 3_600_000 }
const REST = { firstMs: 60_000, maxMs: 6 * 3_600_000 }
/** A mailbox that is full is not tried again earlier, however much of it the device says it has taken. */
const EMPTIED_MS = 1_000
/** A mailbox takes so many deposits a minute, as the relay tells; a relay's minute may begin a moment after ours. */
const MINUTE_MS = 61_000

/** Why a lane rests. */
export type LaneProblem = 'denied' | 'mailbox-full'

/** The device that a lane deposits for. */
export interface LaneRoute {
  readonly key: string
  readonly contactId: ContactId
  readonly address: TheirAddress | undefined
  /** Its latest receipt, if any: number 0. */
  readonly receipt: OutboxItem | undefined
  /** The first number that it has not receipted, and our last. */
  readonly firstNumber: number
  readonly lastNumber: number
  /** Rows of one lane in memory. */
  readonly laneRoom: number
  /** A numbered ciphertext that some lane holds. */
  item(number: number): OutboxItem | undefined
  /** Whether the device may have it without a relay, so that it is not to be deposited now. */
  isSpared(number: number): boolean
  /** Reads rows from `first` on, up to `limit`. */
  read(first: number, limit: number, then: (records: Records) => void): void
  /** Holds a row that was read, in its latest form; begins it anew at all relays where it is about to expire there. */
  hold(value: Uint8Array): OutboxItem
  /** A number is on its way to a relay from here on. */
  left(number: number): void
  /** Lets go of what no lane holds. */
  release(number: number): void
  stored(item: OutboxItem, replica: StoredReplica): void
  accepted(address: TheirAddress, relay: NodeKey, epoch: number): void
  resting(problem: LaneProblem): void
}

interface Retry {
  readonly failures: number
  /** In steady time. */
  readonly dueMs: number
}

export class OutboxLane {
  readonly relay: NodeKey
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #route: LaneRoute
  readonly #name: string
  /** The store that `#cursor` is about. */
  #storeId: StoreId | undefined
  /** Numbers below were looked at. */
  #cursor = 0
  /** Counted up whenever rows that are on their way from the disk must not be taken any more. */
  #pass = 0
  #isLoading = false
  #isClosed = false
  /** Numbers that the relay lacks, ascending. */
  readonly #ahead: number[] = []
  readonly #inFlight = new Set<OutboxItem>()
  /** What the relay gave no usable answer to, by number. */
  readonly #retries = new Map<number, Retry>()
  #failures = 0
  #problem: LaneProblem | undefined
  // In steady time.
  #restedAtMs = 0
  #restUntilMs = 0
  #minuteAtMs = 0
  #minuteCount = 0

  constructor(kernel: PeerKernel, book: RelayBook, route: LaneRoute, relay: NodeKey) {
    this.#kernel = kernel
    this.#book = book
    this.#route = route
    this.relay = relay
    this.#name = `lane ${route.key} ${relay}`
  }

  /** Whether something may be deposited there now, or is on its way. */
  get isBusy(): boolean {
    const session = this.#book.get(this.relay)
    if (session?.isReady !== true || this.#isResting || session.pace.pausedForMs > 0) {
      return false
    }
    const isReceiptLeft = this.#isReceiptMissing(session) && !this.#retries.has(0)
    const isOnDisk =
      this.#hasRoom && Math.max(this.#cursor, this.#route.firstNumber) <= this.#route.lastNumber
    return this.#ahead.length > 0 || this.#inFlight.size > 0 || isReceiptLeft || isOnDisk
  }

  /** Why it rests; undefined where it does not. */
  get problem(): LaneProblem | undefined {
    return this.#isResting ? this.#problem : undefined
  }

  holds(number: number): boolean {
    return this.isInFlight(number) || this.#retries.has(number) || this.#ahead.includes(number)
  }

  /** Whether the relay may have it, though it has not said so. */
  isInFlight(number: number): boolean {
    return [...this.#inFlight].some((item) => item.number === number)
  }

  /** The relay is there. Another store lacks everything. */
  ready({ storeId }: RelaySession): void {
    this.#drop()
    if (this.#storeId !== storeId) {
      this.#storeId = storeId
      this.#cursor = 0
    }
    this.#restUntilMs = 0
    this.step()
  }

  /** The connection is gone: what waits for it waits on disk. */
  lost(): void {
    this.#drop()
  }

  close(): void {
    this.#isClosed = true
    this.#drop()
    this.#inFlight.clear()
    this.#kernel.cancelTimer(this.#name)
  }

  /** A message was written. @returns whether it is held, since it is the next to be deposited. */
  offer(number: number): boolean {
    const isReady = this.#book.get(this.relay)?.isReady === true && !this.#isResting
    const isNext = Math.max(this.#cursor, this.#route.firstNumber) === number && !this.#isLoading
    if (!isReady || !isNext || this.#heldCount >= this.#route.laneRoom) {
      return false
    }
    this.#cursor = number + 1
    this.#ahead.push(number)
    return true
  }

  /** A message was written that goes another way for now: it is not looked at before `backTo` says so. */
  skip(number: number): void {
    if (Math.max(this.#cursor, this.#route.firstNumber) === number && !this.#isLoading) {
      this.#cursor = number + 1
    }
  }

  /** The relay lacks it again: it was begun anew, or did not go another way after all. */
  backTo(number: number): void {
    if (number < this.#cursor && !this.holds(number)) {
      this.#cursor = number
      this.#pass += 1
      this.#isLoading = false
      this.#stepIn(0)
    }
  }

  /** What is receipted is gone, and what is spared is not to be deposited. */
  erased(numbers: ReadonlySet<number>): void {
    for (const number of numbers) {
      this.#retries.delete(number)
    }
    const left = this.#ahead.filter((number) => !numbers.has(number))
    this.#ahead.splice(0, this.#ahead.length, ...left)
    if (numbers.size > 0 && this.problem === 'mailbox-full') {
      // The device takes what is there, so that there is room again.
      this.#restUntilMs = Math.min(this.#restUntilMs, this.#restedAtMs + EMPTIED_MS)
      this.#stepIn(Math.max(0, this.#restUntilMs - this.#kernel.steadyMs))
    }
  }

  /** Another receipt takes the last one's place. */
  receiptReplaced(): void {
    this.#retries.delete(0)
  }

  /** The device is there, so its mailbox may be again, or may have room: at most once in the shortest rest. */
  awaken(): void {
    const now = this.#kernel.steadyMs
    if (this.#isResting && now - this.#restedAtMs >= REST.firstMs / 2) {
      this.#restUntilMs = now
      this.step()
    }
  }

  /** Deposits what the relay lacks, as far as its bounds and ours allow. */
  step(): void {
    const session = this.#book.get(this.relay)
    const { address } = this.#route
    if (session?.isReady !== true || address === undefined || this.#isResting || this.#isClosed) {
      return
    }
    while (this.#inFlight.size < IN_FLIGHT_MAX) {
      const item = this.#next(session)
      if (item === undefined || !this.#tryDeposit(session, address, item)) {
        break
      }
    }
    this.#load(session)
  }

  get #isResting(): boolean {
    return this.#restUntilMs > this.#kernel.steadyMs
  }

  get #heldCount(): number {
    return this.#ahead.length + this.#inFlight.size + this.#retries.size
  }

  get #hasRoom(): boolean {
    return this.#heldCount <= this.#route.laneRoom / 2
  }

  #isReceiptMissing({ storeId }: RelaySession): boolean {
    const { receipt } = this.#route
    return (
      receipt !== undefined && !this.#inFlight.has(receipt) && !receipt.isAt(this.relay, storeId)
    )
  }

  /** What to deposit now: the receipt, what is due again, what is ahead. */
  #next(session: RelaySession): OutboxItem | undefined {
    const now = this.#kernel.steadyMs
    for (const [number, { dueMs }] of this.#retries) {
      const item = number === 0 ? this.#route.receipt : this.#route.item(number)
      if (item !== undefined && dueMs <= now && !this.#inFlight.has(item)) {
        return item
      }
    }
    if (this.#isReceiptMissing(session) && !this.#retries.has(0)) {
      return this.#route.receipt
    }
    for (;;) {
      const [first] = this.#ahead
      const item = first === undefined ? undefined : this.#route.item(first)
      if (first === undefined || item?.isAt(this.relay, session.storeId) === false) {
        return item
      }
      this.#ahead.shift()
      this.#route.release(first)
    }
  }

  /** @returns false where nothing may be deposited now; the lane is stepped again when something may. */
  #tryDeposit(session: RelaySession, address: TheirAddress, item: OutboxItem): boolean {
    const mailbox = address.mailbox(this.relay, this.#book.networkTimeMs())
    if (mailbox === undefined) {
      this.#rest('denied')
      return false
    }
    const isFeeling = !address.isAccepted(this.relay, mailbox.epoch)
    if (isFeeling && this.#inFlight.size > 0) {
      // One finds the epoch; the others follow it.
      return false
    }
    const now = this.#kernel.steadyMs
    if (now - this.#minuteAtMs >= MINUTE_MS) {
      this.#minuteAtMs = now
      this.#minuteCount = 0
    }
    const perMinute = Math.max(1, session.info?.limits.mailboxDepositsPerMinute ?? 1)
    if (this.#minuteCount >= perMinute) {
      this.#stepIn(this.#minuteAtMs + MINUTE_MS - now)
      return false
    }
    const again = (): void => {
      this.step()
    }
    if (!session.pace.take(this.#name, again)) {
      return false
    }
    this.#minuteCount += 1
    if (item.number === this.#ahead[0]) {
      this.#ahead.shift()
    }
    this.#deposit(session, address, item, mailbox)
    return true
  }

  #deposit(
    session: RelaySession,
    address: TheirAddress,
    item: OutboxItem,
    { epoch, secrets }: NonNullable<ReturnType<TheirAddress['mailbox']>>
  ): void {
    const { relay } = this
    const { replicaSeed } = item
    const replica = replicaSecrets(replicaSeed, relay, secrets.mailboxId)
    this.#inFlight.add(item)
    this.#route.left(item.number)
    session.requestWith(
      (answer) => {
        if (this.#inFlight.delete(item)) {
          const { mailboxId } = secrets
          this.#answered(session, address, { item, replicaSeed, epoch, mailboxId }, answer)
        }
      },
      (number) => ({
        type: 'deposit',
        relay,
        number,
        ...secrets,
        envelopeId: envelopeIds.fromBytes(replica.envelopeId),
        recallHash: replica.recallHash,
        lifetime: item.lifetime,
        ciphertext: item.ciphertext,
        isLive: false
      })
    )
  }

  #answered(
    session: RelaySession,
    address: TheirAddress,
    sent: {
      readonly item: OutboxItem
      readonly replicaSeed: Uint8Array
      readonly epoch: number
      readonly mailboxId: MailboxId
    },
    answer: MailboxAnswer | undefined
  ): void {
    const { item, epoch } = sent
    const isStored = answer?.type === 'deposited' && answer.outcome !== 'accepted'
    const reason = answer?.type === 'refused' ? answer.reason : undefined
    if (isStored && session.storeId !== undefined) {
      this.#failures = 0
      this.#retries.delete(item.number)
      this.#route.accepted(address, this.relay, epoch)
      // What was begun anew meanwhile is another envelope now.
      if (this.#isOwed(item) && item.replicaSeed === sent.replicaSeed) {
        const state = answer.outcome === 'gone' ? 'gone' : 'stored'
        const { relay } = this
        const { mailboxId } = sent
        this.#route.stored(item, { relay, storeId: session.storeId, mailboxId, state })
        this.#route.release(item.number)
      } else {
        this.#again(item)
      }
    } else if (reason === 'denied') {
      address.denied(this.relay, epoch)
      this.#again(item)
    } else if (reason === 'quota-exceeded') {
      this.#again(item)
      this.#rest('mailbox-full')
    } else if (reason === 'busy') {
      // All lanes wait in the relay's line.
      this.#again(item)
    } else if (reason === 'slow-down') {
      this.#again(item)
      this.#pause(pauseOf(answer))
    } else if (reason === 'too-large') {
      // This relay never takes it; others may.
      this.#route.release(item.number)
    } else if (session.isReady) {
      this.#retry(item)
    } else {
      this.#again(item)
    }
    this.step()
  }

  /** Whether the item still waits for its receipt: an answer may come after it. */
  #isOwed(item: OutboxItem): boolean {
    const { receipt } = this.#route
    return item.number === 0 ? receipt === item : this.#route.item(item.number) === item
  }

  /** Puts back what was not stored. */
  #again(item: OutboxItem): void {
    const { number } = item
    if (number === 0 || !this.#isOwed(item) || this.holds(number)) {
      return
    }
    if (this.#isResting || number >= this.#cursor) {
      this.#cursor = Math.min(this.#cursor, number)
      this.#route.release(number)
      return
    }
    const at = this.#ahead.findIndex((other) => other > number)
    this.#ahead.splice(at < 0 ? this.#ahead.length : at, 0, number)
  }

  #retry(item: OutboxItem): void {
    if (!this.#isOwed(item)) {
      return
    }
    const failures = (this.#retries.get(item.number)?.failures ?? 0) + 1
    const waitMs = backoffMs(RETRY, failures, this.#kernel.random)
    this.#retries.set(item.number, { failures, dueMs: this.#kernel.steadyMs + waitMs })
    this.#stepIn(waitMs)
  }

  /** Leaves the relay alone for longer and longer. */
  #rest(problem: LaneProblem): void {
    if (this.#isResting) {
      return
    }
    this.#failures += 1
    this.#problem = problem
    this.#restedAtMs = this.#kernel.steadyMs
    this.#route.address?.searchAgain(this.relay)
    this.#pauseFor(backoffMs(REST, this.#failures, this.#kernel.random))
    this.#route.resting(problem)
  }

  #pause(forMs: number): void {
    this.#problem = undefined
    this.#pauseFor(forMs)
  }

  #pauseFor(forMs: number): void {
    this.#restUntilMs = Math.max(this.#restUntilMs, this.#kernel.steadyMs + forMs)
    this.#drop()
    this.#stepIn(forMs)
  }

  #stepIn(delayMs: number): void {
    if ((this.#kernel.timerInMs(this.#name) ?? Number.POSITIVE_INFINITY) > delayMs) {
      this.#kernel.setTimer(this.#name, delayMs, () => {
        this.step()
        this.#stepAtNext()
      })
    }
  }

  /** One timer stands for everything that is waited for. */
  #stepAtNext(): void {
    const now = this.#kernel.steadyMs
    const waits = [...this.#retries.values()].map(({ dueMs }) => dueMs - now)
    for (const waitMs of [this.#restUntilMs - now, ...waits]) {
      if (waitMs > 0) {
        this.#stepIn(waitMs)
      }
    }
  }

  /** Lets go of everything but what is in flight: it is on disk, and is looked at again. */
  #drop(): void {
    const numbers = [...this.#ahead, ...this.#retries.keys()].filter((number) => number > 0)
    this.#cursor = Math.min(this.#cursor, ...numbers)
    this.#pass += 1
    this.#isLoading = false
    this.#ahead.length = 0
    this.#retries.clear()
    for (const number of numbers) {
      this.#route.release(number)
    }
  }

  /** Takes in the next rows that the relay lacks. */
  #load(session: RelaySession): void {
    const { firstNumber, lastNumber, laneRoom } = this.#route
    this.#cursor = Math.max(this.#cursor, firstNumber)
    if (this.#isLoading || !this.#hasRoom || this.#cursor > lastNumber) {
      return
    }
    this.#isLoading = true
    const pass = this.#pass
    const limit = laneRoom - this.#heldCount
    this.#route.read(this.#cursor, limit, ({ rows, isEnd }) => {
      if (pass !== this.#pass) {
        return
      }
      this.#isLoading = false
      for (const { value } of rows) {
        const item = this.#route.hold(value)
        this.#cursor = item.number + 1
        const isLacking = !item.isAt(this.relay, session.storeId)
        if (isLacking && !this.holds(item.number) && !this.#route.isSpared(item.number)) {
          this.#ahead.push(item.number)
        }
        this.#route.release(item.number)
      }
      if (isEnd) {
        this.#cursor = Math.max(this.#cursor, lastNumber + 1)
      }
      this.step()
    })
  }
}
