/**
 * What is on its way: for each device of a contact its numbered ciphertexts and its latest receipt, deposited at each of
 * the device's relays and kept until the device has receipted them.
 *
 * ```
 *   submit --> row on disk --lane, lane, lane--> relays            one lane for each relay of the device
 *                   ^                                |
 *                   +---- erased by a receipt <------+ the device fetched it from any of them
 * ```
 */
import type { ContactId, DeviceNumber, NodeKey, Progress } from '@sealpost/protocol'
import type { TheirAddress } from '../address/their-address.ts'
import { contactOfKey, deviceKey, deviceOfKey, outboxKey } from '../peer/keys.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'
import { type NewOutboxItem, OutboxItem } from './outbox-item.ts'
import {
  type OutboxEvents,
  type OutboxParts,
  OutboxRoute,
  type RouteParts
} from './outbox-route.ts'
import { Receipts } from './receipts.ts'

export class Outbox {
  readonly #parts: RouteParts
  readonly #receipts: Receipts
  readonly #routes = new Map<string, OutboxRoute>()

  constructor(parts: OutboxParts) {
    const { events, kernel, progress } = parts
    const onProblem: OutboxEvents['onProblem'] = (contactId, problem) => {
      // One device that can be reached will do.
      if (this.#routesOf(contactId).every(({ isResting }) => isResting)) {
        events.onProblem(contactId, problem)
      }
    }
    this.#parts = {
      ...parts,
      events: { ...events, onProblem },
      onFetched: (contactId, device, number) => {
        this.#receipts.fetched(contactId, device, number)
      }
    }
    this.#receipts = new Receipts(kernel, progress, {
      erased: (contactId, device, numbers) => {
        this.#routes.get(deviceKey(contactId, device))?.erased(numbers)
      },
      mayHaveLeft: (contactId, device, number) => {
        return this.#routes.get(deviceKey(contactId, device))?.mayHaveLeft(number) === true
      }
    })
  }

  restoreReceipts(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const route = this.#route(contactOfKey(key), deviceOfKey(key))
      route.restoreReceipt(OutboxItem.ofRow(value))
    }
    this.#parts.kernel.setTimer('receipts', 0, () => {
      this.#receipts.resume()
    })
  }

  /** Tells of a device that may be written to: its last number, and its address where it is known. */
  open(
    contactId: ContactId,
    device: DeviceNumber,
    lastNumber: number,
    address: TheirAddress | undefined
  ): void {
    const route = this.#route(contactId, device)
    if (address !== undefined) {
      route.setAddress(address)
    }
    route.setLastNumber(lastNumber)
  }

  address(contactId: ContactId, device: DeviceNumber): TheirAddress | undefined {
    return this.#routes.get(deviceKey(contactId, device))?.address
  }

  /** Whether a relay we are connected to still lacks something that may be deposited there now. */
  get isBusy(): boolean {
    for (const route of this.#routes.values()) {
      if (route.isBusy) {
        return true
      }
    }
    return false
  }

  /** Takes a numbered ciphertext. */
  submit(contactId: ContactId, device: DeviceNumber, item: NewOutboxItem): void {
    this.#route(contactId, device).submit(item)
  }

  /** Takes another ciphertext of a number; `row` is what was in the outbox of it. */
  submitAgain(
    contactId: ContactId,
    device: DeviceNumber,
    row: OutboxItem | undefined,
    item: NewOutboxItem
  ): void {
    this.#route(contactId, device).submitAgain(row, item)
  }

  /** Whether a device said that it holds a number. */
  isClaimed(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    return this.#receipts.isClaimed(contactId, device, number)
  }

  /** A device seems to have lost what it held from a number on. Saved with what else that changes. */
  doubt(contactId: ContactId, device: DeviceNumber, first: number): void {
    this.#receipts.doubt(contactId, device, first)
  }

  /** Takes a receipt, which replaces the one before. */
  submitReceipt(contactId: ContactId, device: DeviceNumber, item: NewOutboxItem): void {
    this.#route(contactId, device).submitReceipt(item)
  }

  /** Whether a numbered ciphertext went to its device directly, and no answer came yet. */
  isOnPath(contactId: ContactId, device: DeviceNumber, number: number): boolean {
    return this.#routes.get(deviceKey(contactId, device))?.isOnPath(number) === true
  }

  /** Takes a numbered ciphertext out again: it was withdrawn. */
  withdraw(contactId: ContactId, device: DeviceNumber, number: number): void {
    this.#parts.kernel.erase('outbox', outboxKey(contactId, device, number))
    this.#routes.get(deviceKey(contactId, device))?.erased([number])
  }

  /** Something came from a device. */
  heard(contactId: ContactId, device: DeviceNumber): void {
    this.#routes.get(deviceKey(contactId, device))?.heard()
  }

  /** What a device says it holds of ours, of which `lastNumber` is the last: those rows go, and what was passed over is deposited again. @returns whether it is more than it said before. */
  progressed(
    contactId: ContactId,
    device: DeviceNumber,
    word: Progress,
    lastNumber: number
  ): boolean {
    const isNews = this.#receipts.take(contactId, device, word, lastNumber)
    this.#route(contactId, device).progressed(word)
    return isNews
  }

  /** There is a direct path to a device, or none any more. */
  pathChanged(contactId: ContactId, device: DeviceNumber, isReady: boolean): void {
    const route = this.#routes.get(deviceKey(contactId, device))
    if (isReady) {
      route?.pathReady()
    } else {
      route?.pathLost()
    }
  }

  ready(session: RelaySession): void {
    for (const route of this.#routes.values()) {
      route.ready(session)
    }
  }

  lost(relay: NodeKey): void {
    for (const route of this.#routes.values()) {
      route.lost(relay)
    }
  }

  /** Forgets a device, and erases what was on its way to it; calls `gone` once that is done. */
  forget(contactId: ContactId, device: DeviceNumber, gone: () => void): void {
    const key = deviceKey(contactId, device)
    this.#routes.get(key)?.close()
    this.#routes.delete(key)
    this.#receipts.forget(contactId, device)
    this.#parts.kernel.erase('receipt', key)
    this.#receipts.leave(contactId, device, gone)
  }

  /** The devices of a contact that have addresses. */
  #routesOf(contactId: ContactId): readonly OutboxRoute[] {
    return [...this.#routes.values()].filter(
      (route) => route.contactId === contactId && route.address !== undefined
    )
  }

  #route(contactId: ContactId, device: DeviceNumber): OutboxRoute {
    const key = deviceKey(contactId, device)
    let route = this.#routes.get(key)
    if (route === undefined) {
      route = new OutboxRoute(this.#parts, contactId, device)
      this.#routes.set(key, route)
    }
    return route
  }
}
