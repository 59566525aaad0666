/**
 * One device of a contact: its numbered ciphertexts and its latest receipt, with a lane to each of its relays.
 *
 * Where there is a direct path to the device, what is new goes there first, and the relays are spared what it says it stored.
 *
 * Rows wait on disk for their receipt. In memory are only those that some lane is about to deposit, each once for all lanes.
 */
import type { ContactId, DeviceNumber, NodeKey, Progress } from '@sealpost/protocol'
import type { TheirAddress } from '../address/their-address.ts'
import { deviceKey, outboxKey } from '../peer/keys.ts'
import type { PeerKernel, Records } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { DirectHolds, type DirectHoldsEvents } from './direct-holds.ts'
import { type NewOutboxItem, OutboxItem, type StoredReplica } from './outbox-item.ts'
import { type LaneProblem, type LaneRoute, OutboxLane } from './outbox-lane.ts'
import type { ProgressTable } from './progress.ts'

/** Rows of one device in memory. */
const WINDOW_MAX = 64
/** Rows of one transaction. */
const PAGE = 64
/** Deposits on a direct path below which more rows are read for it. */
const DIRECT_LOW = 16
/** Something newer was receipted and this was not: so long, and it is deposited again everywhere; then twice as long, and so on. */
const PASSED_OVER_MS = 600_000
const PASSED_OVER_MAX_MS = 24 * 3_600_000
/** How often rows that wait for a receipt are looked at for their age. */
const AGE_CHECK_MS = 24 * 3_600_000

export interface OutboxEvents {
  readonly onStored: (
    contactId: ContactId,
    device: DeviceNumber,
    item: OutboxItem,
    isTick: boolean
  ) => void
  readonly onProblem: (contactId: ContactId, problem: LaneProblem) => void
  /** No relay takes anything for a device where it was known to be; or one does again, or it told where it is. */
  readonly onNowhere: (contactId: ContactId, device: DeviceNumber, isNowhere: boolean) => void
}

export interface OutboxParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly progress: ProgressTable
  readonly events: OutboxEvents
  /** Deposits on the direct path to a device, if there is one with room. */
  readonly depositDirectly: (
    device: { readonly contactId: ContactId; readonly device: DeviceNumber },
    ...deposit: Parameters<DirectHoldsEvents['deposit']>
  ) => boolean
}

export interface RouteParts extends OutboxParts {
  /** A relay says that the device took a number from it. */
  readonly onFetched: (contactId: ContactId, device: DeviceNumber, number: number) => void
}

export class OutboxRoute implements LaneRoute {
  readonly key: string
  readonly contactId: ContactId
  readonly device: DeviceNumber
  readonly #parts: RouteParts
  readonly #items = new Map<number, OutboxItem>()
  /** The highest number that this process deposited: those below it went before, or were with the device. */
  #leftUpTo = 0
  readonly #holds: DirectHolds
  #lanes: readonly OutboxLane[] = []
  #address: TheirAddress | undefined
  #receipt: OutboxItem | undefined
  #lastNumber = 0
  /** Numbers from and below which somewhere something was passed over, and how often that was begun anew in a row. */
  #passedOverFrom = 0
  #passedOverBefore = 0
  #passedOverCount = 0
  /** Whether there is a direct path, and the number from which on rows are still to be deposited there. */
  #hasPath = false
  #catchUpFrom: number | undefined
  #isCatchingUp = false
  #isNowhere = false
  #isClosed = false

  constructor(parts: RouteParts, contactId: ContactId, device: DeviceNumber) {
    this.#parts = parts
    this.key = deviceKey(contactId, device)
    this.contactId = contactId
    this.device = device
    this.#holds = new DirectHolds(parts.kernel, this.key, {
      deposit: (item, answered) => {
        const isDeposited = parts.depositDirectly(this, item, answered)
        this.left(isDeposited ? item.number : 0)
        return isDeposited
      },
      onStored: (item, isSpared) => {
        this.#storedDirectly(item, isSpared)
      },
      onReleased: (numbers) => {
        this.#released(numbers)
      },
      onRoom: () => {
        this.#catchUp()
      }
    })
    this.#armAgeCheck()
  }

  get address(): TheirAddress | undefined {
    return this.#address
  }

  /** What relays are to have of it: not what the device has stored already. */
  get receipt(): OutboxItem | undefined {
    const isElsewhere = this.#holds.isSpared(0) || this.#receipt?.directAtMs !== 0
    return isElsewhere ? undefined : this.#receipt
  }

  get firstNumber(): number {
    return this.#parts.progress.get(this.contactId, this.device).theirsDeliveredUpTo + 1
  }

  get lastNumber(): number {
    return this.#lastNumber
  }

  get laneRoom(): number {
    return Math.floor(WINDOW_MAX / Math.max(1, this.#lanes.length))
  }

  /** Whether a relay we are connected to still lacks something that may be deposited there now. */
  get isBusy(): boolean {
    return this.#lanes.some(({ isBusy }) => isBusy)
  }

  /** Whether none of its relays takes anything for it now. */
  get isResting(): boolean {
    return this.#lanes.every((lane) => lane.problem !== undefined)
  }

  // ---- what there is to deposit, and where

  setLastNumber(lastNumber: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, lastNumber)
    this.#wantRelays()
    this.#stepAll()
  }

  restoreReceipt(receipt: OutboxItem): void {
    this.#receipt = receipt
  }

  /** Sets the device's address. Where another one was known, what it has not receipted is deposited anew. */
  setAddress(address: TheirAddress): void {
    const isAnother = this.#address !== undefined && !address.continues(this.#address)
    this.#address = address
    this.#lookNowhere()
    const relays = address.record.relays.map(({ nodeKey }) => nodeKey)
    const { book, kernel } = this.#parts
    for (const lane of this.#lanes) {
      if (!relays.includes(lane.relay)) {
        lane.close()
        book.unwant(lane.relay, this.key)
      }
    }
    this.#lanes = relays.map((relay) => {
      const known = this.#lanes.find((lane) => lane.relay === relay)
      return known ?? new OutboxLane(kernel, book, this, relay)
    })
    this.#wantRelays()
    for (const { relay } of this.#lanes) {
      const session = book.get(relay)
      if (session?.isReady === true) {
        this.ready(session)
      }
    }
    if (isAnother) {
      this.#beginAnew(this.firstNumber, this.#lastNumber, 0)
    }
  }

  /** Takes a numbered ciphertext. */
  submit(item: NewOutboxItem): void {
    const made = OutboxItem.make(item)
    const { number } = made
    this.#save(made)
    this.#lastNumber = number
    if (this.#holds.offer(made, true)) {
      this.#items.set(number, made)
      for (const lane of this.#lanes) {
        lane.skip(number)
      }
    } else {
      this.#catchUpFrom ??= this.#hasPath ? number : undefined
      const takers = this.#lanes.filter((lane) => lane.offer(number))
      if (takers.length > 0) {
        this.#items.set(number, made)
      }
    }
    this.#wantRelays()
    this.#stepAll()
  }

  /**
   * Takes another ciphertext of a number that was numbered before.
   *
   * @param row what was in the outbox of it, if anything was.
   */
  submitAgain(row: OutboxItem | undefined, item: NewOutboxItem): void {
    const known = this.#items.get(item.number) ?? row
    const again = known ?? OutboxItem.make(item)
    if (known !== undefined) {
      const { content, ciphertext, replicaSeed, createdAtMs } = item
      known.encryptAgain(content, ciphertext, replicaSeed, createdAtMs)
    }
    this.#save(again)
    // What the device stored of it before is what it could not read.
    this.#holds.forget([item.number])
    this.#holds.offer(again, false)
    for (const lane of this.#lanes) {
      lane.backTo(item.number)
    }
    // What is said anew may have a number above all that was submitted.
    this.setLastNumber(item.number)
  }

  /** Takes a receipt, which replaces the one before. */
  submitReceipt(item: NewOutboxItem): void {
    const made = OutboxItem.make(item)
    this.#receipt = made
    this.#save(made)
    this.#holds.forget([0])
    this.#holds.offer(made, true)
    for (const lane of this.#lanes) {
      lane.receiptReplaced()
    }
    this.#wantRelays()
    this.#stepAll()
  }

  // ---- what becomes of it

  /** The device is there: its mailboxes may be again, or have room. */
  heard(): void {
    for (const lane of this.#lanes) {
      lane.awaken()
    }
  }

  /** Whether a number may have left since this process began: lanes, and their answers, go where a device moves. */
  mayHaveLeft(number: number): boolean {
    return number <= this.#leftUpTo
  }

  /** Whether a number went to the device directly, and no answer came yet. */
  isOnPath(number: number): boolean {
    return this.#holds.isUnanswered(number)
  }

  /** There is a direct path: what no relay is known to have goes there. */
  pathReady(): void {
    this.#hasPath = true
    const receipt = this.#receipt
    if (receipt?.directAtMs === 0 && receipt.replicas.length === 0) {
      this.#holds.offer(receipt, false)
    }
    this.#catchUpFrom = this.firstNumber
    this.#catchUp()
  }

  /** There is no direct path any more. */
  pathLost(): void {
    this.#hasPath = false
    this.#catchUpFrom = undefined
    this.#holds.lost()
  }

  /** The device told what it holds. */
  progressed(word: Progress): void {
    const last = Math.min(word.deliveredBeyond.at(-1)?.last ?? 0, this.#lastNumber)
    this.#passedOverBefore = Math.max(this.#passedOverBefore, last)
    if (last > this.firstNumber && !this.#parts.kernel.hasTimer(this.#timer('passed over'))) {
      this.#watchPassedOver()
    }
  }

  /** Rows are gone, since they were receipted. */
  erased(numbers: readonly number[]): void {
    const gone = new Set(numbers)
    for (const number of gone) {
      this.#items.delete(number)
    }
    this.#holds.forget(gone)
    for (const lane of this.#lanes) {
      lane.erased(gone)
    }
    this.#wantRelays()
    this.#stepAll()
  }

  ready(session: RelaySession): void {
    this.#laneTo(session.nodeKey)?.ready(session)
  }

  lost(relay: NodeKey): void {
    this.#laneTo(relay)?.lost()
  }

  close(): void {
    this.#isClosed = true
    const { book, kernel } = this.#parts
    for (const lane of this.#lanes) {
      lane.close()
      book.unwant(lane.relay, this.key)
    }
    this.#lanes = []
    this.#holds.close()
    this.#items.clear()
    this.#receipt = undefined
    kernel.cancelTimer(this.#timer('age'))
    kernel.cancelTimer(this.#timer('passed over'))
  }

  // ---- for lanes

  item(number: number): OutboxItem | undefined {
    return this.#items.get(number)
  }

  isSpared(number: number): boolean {
    return this.#holds.isSpared(number)
  }

  read(first: number, limit: number, then: (records: Records) => void): void {
    const from = outboxKey(this.contactId, this.device, first)
    const to = outboxKey(this.contactId, this.device, this.#lastNumber + 1)
    this.#parts.kernel.read({ range: { table: 'outbox', from, to, limit } }, then)
  }

  hold(value: Uint8Array): OutboxItem {
    const read = OutboxItem.ofRow(value)
    const item = this.#items.get(read.number) ?? read
    this.#items.set(item.number, item)
    if (item.isAging(this.#parts.kernel.atMs)) {
      this.#depositAgain(item)
    }
    return item
  }

  left(number: number): void {
    this.#leftUpTo = Math.max(this.#leftUpTo, number)
  }

  release(number: number): void {
    const isHeld =
      this.#holds.isUnanswered(number) || this.#lanes.some((lane) => lane.holds(number))
    if (!isHeld) {
      this.#items.delete(number)
    }
  }

  stored(item: OutboxItem, replica: StoredReplica): void {
    const { kernel, events, onFetched } = this.#parts
    const isTick = item.answered(replica, kernel.atMs, this.#lanes.length)
    this.#save(item)
    events.onStored(this.contactId, this.device, item, isTick)
    if (replica.state === 'gone') {
      onFetched(this.contactId, this.device, item.number)
    }
    this.#wantRelays()
  }

  accepted(address: TheirAddress, relay: NodeKey, epoch: number): void {
    // A word about an address that was replaced meanwhile must not bring it back.
    if (address === this.#address && address.accepted(relay, epoch)) {
      this.#parts.kernel.write('their-address', this.key, address.encode())
    }
    this.#lookNowhere()
  }

  resting(problem: LaneProblem): void {
    this.#lookNowhere()
    if (this.isResting) {
      this.#parts.events.onProblem(this.contactId, problem)
    }
  }

  // ---- within

  #lookNowhere(): void {
    const isNowhere = this.#address?.isNowhere === true
    if (isNowhere !== this.#isNowhere) {
      this.#isNowhere = isNowhere
      this.#parts.events.onNowhere(this.contactId, this.device, isNowhere)
    }
  }

  #laneTo(relay: NodeKey): OutboxLane | undefined {
    return this.#lanes.find((lane) => lane.relay === relay)
  }

  #stepAll(): void {
    for (const lane of this.#lanes) {
      lane.step()
    }
  }

  #save(item: OutboxItem): void {
    const { kernel } = this.#parts
    if (item.number === 0) {
      kernel.write('receipt', this.key, item.encode())
    } else {
      kernel.write('outbox', outboxKey(this.contactId, this.device, item.number), item.encode())
    }
  }

  /** Connects to the device's relays for as long as it lacks something. */
  #wantRelays(): void {
    const { book } = this.#parts
    const owedCount = this.#lastNumber - this.firstNumber + 1
    const isOwing = owedCount > this.#holds.sparedCount
    for (const relay of this.#address?.record.relays ?? []) {
      const { storeId } = book.get(relay.nodeKey) ?? {}
      const lacksReceipt = this.receipt?.isAt(relay.nodeKey, storeId) === false
      if (isOwing || lacksReceipt) {
        book.want(relay, this.key)
      } else {
        book.unwant(relay.nodeKey, this.key)
      }
    }
  }

  // ---- the direct path

  #storedDirectly(item: OutboxItem, isSpared: boolean): void {
    const { kernel, events } = this.#parts
    const isTick = item.storedDirectly(kernel.atMs)
    this.#save(item)
    if (isSpared) {
      for (const lane of this.#lanes) {
        lane.erased(new Set([item.number]))
      }
    }
    this.release(item.number)
    events.onStored(this.contactId, this.device, item, isTick)
    this.#wantRelays()
  }

  /** The relays are to have these after all. */
  #released(numbers: readonly number[]): void {
    // A receipt is nothing that lanes go back to.
    for (const number of numbers.filter((released) => released > 0)) {
      for (const lane of this.#lanes) {
        lane.backTo(number)
      }
      this.release(number)
    }
    this.#wantRelays()
    this.#stepAll()
  }

  /** Deposits on the path what waited before there was one, or room on it, page by page. */
  #catchUp(): void {
    const first = Math.max(this.#catchUpFrom ?? 0, this.firstNumber)
    const isRoom = this.#hasPath && this.#holds.unansweredCount < DIRECT_LOW
    if (this.#catchUpFrom === undefined || this.#isCatchingUp || !isRoom) {
      return
    }
    if (first > this.#lastNumber) {
      this.#catchUpFrom = undefined
      return
    }
    this.#isCatchingUp = true
    const last = this.#lastNumber
    this.read(first, DIRECT_LOW, ({ rows, isEnd }) => {
      this.#isCatchingUp = false
      if (this.#isClosed || !this.#hasPath) {
        return
      }
      for (const { value } of rows) {
        const item = this.hold(value)
        const isWaiting = item.onRelayAtMs === 0 && !this.#holds.isUnanswered(item.number)
        const isStuck = isWaiting && !this.#holds.offer(item, false)
        this.release(item.number)
        if (isStuck) {
          // Once something is answered there is room again; where nothing is under way, nothing is taken.
          this.#catchUpFrom = this.#holds.unansweredCount > 0 ? item.number : undefined
          return
        }
        this.#catchUpFrom = item.number + 1
      }
      this.#catchUpFrom = isEnd ? last + 1 : this.#catchUpFrom
      this.#catchUp()
    })
  }

  // ---- age

  #armAgeCheck(): void {
    const name = this.#timer('age')
    this.#parts.kernel.setTimer(name, AGE_CHECK_MS, () => {
      this.#armAgeCheck()
      if (this.#lastNumber >= this.firstNumber) {
        this.#look(this.firstNumber)
      }
    })
  }

  /** Looks at all rows for their age, page by page. */
  #look(first: number): void {
    this.read(first, PAGE, ({ rows, isEnd }) => {
      if (this.#isClosed) {
        return
      }
      let last = first
      for (const { value } of rows) {
        const { number } = this.hold(value)
        this.release(number)
        last = number
      }
      if (!isEnd) {
        this.#look(last + 1)
      }
    })
  }

  #depositAgain(item: OutboxItem): void {
    const { kernel } = this.#parts
    item.depositAgain(kernel.random.bytes(32), kernel.atMs)
    this.#save(item)
    for (const lane of this.#lanes) {
      lane.backTo(item.number)
    }
  }

  /** Some time after something newer was receipted, what is still missing before it is deposited anew everywhere. */
  #watchPassedOver(): void {
    if (this.firstNumber > this.#passedOverFrom) {
      this.#passedOverFrom = this.firstNumber
      this.#passedOverCount = 0
    }
    const delayMs = Math.min(PASSED_OVER_MAX_MS, PASSED_OVER_MS * 2 ** this.#passedOverCount)
    this.#parts.kernel.setTimer(this.#timer('passed over'), delayMs, () => {
      this.#passedOverCount = Math.min(this.#passedOverCount + 1, 10)
      this.#beginAnew(this.firstNumber, this.#passedOverBefore - 1, PASSED_OVER_MS, () => {
        this.#watchPassedOver()
      })
    })
  }

  /** Deposits rows anew whose replicas are that old, page by page. @param ifAny called where there were rows at all. */
  #beginAnew(first: number, last: number, ageMs: number, ifAny?: () => void): void {
    if (first > last) {
      return
    }
    const from = outboxKey(this.contactId, this.device, first)
    const to = outboxKey(this.contactId, this.device, last + 1)
    const { kernel } = this.#parts
    kernel.read({ range: { table: 'outbox', from, to, limit: PAGE } }, ({ rows, isEnd }) => {
      if (this.#isClosed) {
        return
      }
      let lastSeen = first
      for (const { value } of rows) {
        const read = OutboxItem.ofRow(value)
        const item = this.#items.get(read.number) ?? read
        if (item.isOlderThan(ageMs, kernel.atMs)) {
          this.#depositAgain(item)
        }
        lastSeen = item.number
      }
      if (rows.length > 0) {
        ifAny?.()
      }
      if (!isEnd) {
        this.#beginAnew(lastSeen + 1, last, ageMs, ifAny)
      }
    })
  }

  #timer(name: string): string {
    return `${name} ${this.key}`
  }
}
