/** What a device that joins an account holds of one contact's messages: what was told, and what it was given. */
import { create, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber, Held, HistoryMessage } from '@sealpost/protocol'
import {
  HeldRangeSchema,
  NumberRangeRowSchema,
  ProgressRowSchema,
  type Refill,
  RefillSchema
} from '@sealpost/protocol/home'
import { type HeldNumbers, NumberSet } from '../delivery/numbers.ts'
import { siblingRow } from '../delivery/progress.ts'
import { deviceKey } from '../peer/keys.ts'
import type { Write } from '../tables.ts'

interface Device {
  readonly held: NumberSet
  lastOrderMs: number
  /** The lowest number that was not shown yet. */
  firstUnread: number
  /** Where ranges beyond the first gap stand, by their first number: what fills the gap goes before. */
  readonly orders: Map<number, number>
}

export class JoinedProgress {
  readonly #devices = new Map<DeviceNumber, Device>()
  /** The highest number of a message that is here of each own device, by its number. */
  readonly #copies = new Map<DeviceNumber, number>()

  constructor(held: readonly Held[]) {
    for (const { device, upTo, beyond } of held) {
      const ranges = beyond.map((range) => ({ ...range, orderMs: 0 }))
      this.#devices.set(device, deviceOf(new NumberSet(upTo, ranges)))
    }
  }

  /** Takes a message that is here: not one of ours. */
  take({ device, number, orderMs, isUnread }: HistoryMessage): void {
    const known = this.#devices.get(device) ?? deviceOf(new NumberSet(0))
    this.#devices.set(device, known)
    known.lastOrderMs = Math.max(known.lastOrderMs, orderMs)
    if (number === 0) {
      return
    }
    if (known.held.canAdd(number)) {
      known.held.add(number, orderMs)
    }
    const range = known.held.beyond.find(({ first, last }) => first <= number && number <= last)
    if (range !== undefined) {
      const knownMs = known.orders.get(range.first) ?? orderMs
      known.orders.set(range.first, Math.min(knownMs, orderMs))
    }
    if (isUnread) {
      known.firstUnread = Math.min(known.firstUnread, number)
    }
  }

  /** Takes a message of another own device's that is here. */
  takeCopy({ device, number }: HistoryMessage): void {
    this.#copies.set(device, Math.max(this.#copies.get(device) ?? 0, number))
  }

  /**
   * @param devices the contact's.
   * @param sentCount how many messages this device sends on that a lost one wrote: under its numbers from 1.
   */
  rows(
    contactId: ContactId,
    devices: readonly DeviceNumber[],
    sentCount: number
  ): readonly Write[] {
    for (const device of sentCount > 0 ? devices : []) {
      this.#devices.set(device, this.#devices.get(device) ?? deviceOf(new NumberSet(0)))
    }
    const copies = [...this.#copies].map(([device, lastCopyNumber]) => {
      return copiesRow(contactId, device, lastCopyNumber)
    })
    const theirs = [...this.#devices].map(([device, known]): Write => {
      const { held, lastOrderMs, firstUnread } = known
      const row = create(ProgressRowSchema, {
        deliveredUpTo: held.upTo,
        beyond: held.beyond.map((range) => create(HeldRangeSchema, placed(range, known))),
        readUpTo: Math.max(0, Math.min(held.upTo, firstUnread - 1)),
        // Nothing is owed: who does not know this device yet would refuse a receipt. What it holds rides on its first message.
        revision: 1,
        receiptedRevision: 1,
        lastOrderMs
      })
      if (sentCount > 0 && devices.includes(device)) {
        row.refill = sentOnRefill(sentCount)
      }
      return {
        type: 'write',
        table: 'progress',
        key: deviceKey(contactId, device),
        value: toBinary(ProgressRowSchema, row)
      }
    })
    return [...theirs, ...copies]
  }
}

/** The row of what is here of another own device's messages to a contact. */
export function copiesRow(
  contactId: ContactId,
  device: DeviceNumber,
  lastCopyNumber: number
): Write {
  const key = deviceKey(contactId, siblingRow(device))
  const value = toBinary(ProgressRowSchema, create(ProgressRowSchema, { lastCopyNumber }))
  return { type: 'write', table: 'progress', key, value }
}

/** Numbers from 1 that are sent on go the way of all that is encrypted anew: in batches, once the contact knows this device. */
export function sentOnRefill(last: number): Refill {
  const ranges = [create(NumberRangeRowSchema, { first: 1, last })]
  return create(RefillSchema, { ranges, isFilling: true, waitsForAddress: true })
}

function deviceOf(held: NumberSet): Device {
  return { held, lastOrderMs: 0, firstUnread: Number.POSITIVE_INFINITY, orders: new Map() }
}

/** A range and where the first of it that can be seen stands. */
function placed(range: HeldNumbers, { orders, lastOrderMs }: Device): HeldNumbers {
  return { ...range, orderMs: orders.get(range.first) ?? lastOrderMs }
}
