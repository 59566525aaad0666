/** What this home holds of each device's messages, and what that device said it holds of ours. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  type DeviceNumber,
  type Progress as ProgressWord,
  PROGRESS_RANGES_MAX
} from '@sealpost/protocol'
import { HeldRangeSchema, MissingRangeSchema, ProgressRowSchema } from '@sealpost/protocol/home'
import { contactOfKey, deviceKey, deviceOfKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'
import { type DeviceRepair, noRepair, repairOfRow, writeRepair } from './device-repair.ts'
import { countNumbers } from './number-ranges.ts'
import { type HeldNumbers, NumberSet } from './numbers.ts'

/** Numbers that a row of the conversation says are missing, and since when it does. */
export interface MissingNumbers extends HeldNumbers {
  readonly atMs: number
}

/** One device's progress. Changed in place; `ProgressTable.save` writes it. */
export interface DeviceProgress {
  readonly held: NumberSet
  readUpTo: number
  /** Counted up at each change that a receipt has to tell. */
  revision: number
  receiptedRevision: number
  theirsDeliveredUpTo: number
  theirsReadUpTo: number
  /** What it said it holds, all of which the rows know once it is that in `theirs...`. */
  toldDeliveredUpTo: number
  toldReadUpTo: number
  /** Of another own device's messages: the highest number of one that is here. */
  lastCopyNumber: number
  lastOrderMs: number
  readonly repair: DeviceRepair
  /** Every message up to this one was shown on some other own device, whether or not it is here. */
  markedUpTo: number
  /** When that was, by the wall clock; of several the last. */
  markedAtMs: number
  /** What the conversation says is missing, oldest first; they are held. */
  missing: readonly MissingNumbers[]
}

function progressOfRow(value: Uint8Array): DeviceProgress {
  const row = fromBinary(ProgressRowSchema, value)
  return {
    held: new NumberSet(row.deliveredUpTo, row.beyond),
    readUpTo: row.readUpTo,
    revision: row.revision,
    receiptedRevision: row.receiptedRevision,
    theirsDeliveredUpTo: row.theirsDeliveredUpTo,
    theirsReadUpTo: row.theirsReadUpTo,
    toldDeliveredUpTo: row.toldDeliveredUpTo,
    toldReadUpTo: row.toldReadUpTo,
    lastCopyNumber: row.lastCopyNumber,
    lastOrderMs: row.lastOrderMs,
    repair: repairOfRow(row),
    markedUpTo: row.markedUpTo,
    markedAtMs: row.markedAtMs,
    missing: row.missing.map(({ first, last, orderMs, atMs }) => ({ first, last, orderMs, atMs }))
  }
}

export class ProgressTable {
  readonly #kernel: PeerKernel
  readonly #contacts = new Map<ContactId, Map<DeviceNumber, DeviceProgress>>()

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      this.#devices(contactOfKey(key)).set(deviceOfKey(key), progressOfRow(value))
    }
  }

  get(contactId: ContactId, device: DeviceNumber): DeviceProgress {
    const devices = this.#devices(contactId)
    let progress = devices.get(device)
    if (progress === undefined) {
      progress = {
        held: new NumberSet(0),
        readUpTo: 0,
        revision: 0,
        receiptedRevision: 0,
        theirsDeliveredUpTo: 0,
        theirsReadUpTo: 0,
        toldDeliveredUpTo: 0,
        toldReadUpTo: 0,
        lastCopyNumber: 0,
        lastOrderMs: 0,
        repair: noRepair(),
        markedUpTo: 0,
        markedAtMs: 0,
        missing: []
      }
      devices.set(device, progress)
    }
    return progress
  }

  /** Every device of which something is known. */
  all(): readonly { readonly contactId: ContactId; readonly device: DeviceNumber }[] {
    return [...this.#contacts].flatMap(([contactId, devices]) =>
      [...devices.keys()].filter(isTheirs).map((device) => ({ contactId, device }))
    )
  }

  /** The other own devices of whose messages something is known, by contact. */
  siblings(): readonly { readonly contactId: ContactId; readonly device: DeviceNumber }[] {
    return [...this.#contacts].flatMap(([contactId, devices]) =>
      [...devices.keys()]
        .filter((device) => !isTheirs(device))
        .map((device) => ({ contactId, device: (device - SIBLINGS) as DeviceNumber }))
    )
  }

  /** Takes as held what another own device holds, and hands over. */
  hold(contactId: ContactId, device: DeviceNumber, held: NumberSet): void {
    this.#devices(contactId).set(device, { ...this.get(contactId, device), held })
    this.save(contactId, device)
  }

  /** Notes that a device's messages were shown elsewhere, by then. @returns whether that is news. */
  mark(contactId: ContactId, device: DeviceNumber, upTo: number, atMs: number): boolean {
    const progress = this.get(contactId, device)
    const isNews = upTo > progress.markedUpTo && upTo > progress.readUpTo
    if (isNews) {
      progress.markedUpTo = upTo
      progress.markedAtMs = atMs
      progress.readUpTo = Math.max(progress.readUpTo, Math.min(upTo, progress.held.upTo))
      this.save(contactId, device)
    }
    return isNews
  }

  /** Contacts of whom some device was not told yet what we hold. */
  owing(): readonly ContactId[] {
    return [...this.#contacts.keys()].filter((contactId) => this.owedBy(contactId).length > 0)
  }

  /** The devices of a contact that were not told yet what we hold. */
  owedBy(contactId: ContactId): readonly DeviceNumber[] {
    return [...(this.#contacts.get(contactId) ?? [])]
      .filter(([, progress]) => progress.revision > progress.receiptedRevision)
      .map(([device]) => device)
  }

  /** Where the last message of a contact stands, of whichever device; 0 where there is none. */
  lastOrderMs(contactId: ContactId): number {
    let lastMs = 0
    for (const { lastOrderMs } of this.#contacts.get(contactId)?.values() ?? []) {
      lastMs = Math.max(lastMs, lastOrderMs)
    }
    return lastMs
  }

  /** From where a device's next message is below all that the contact said: among its own of one time, numbers say the order. */
  nextOrderMs(contactId: ContactId, device: DeviceNumber): number {
    let nextMs = 0
    for (const [other, { lastOrderMs }] of this.#contacts.get(contactId) ?? []) {
      const isOther = other !== device && lastOrderMs > 0
      nextMs = Math.max(nextMs, isOther ? lastOrderMs + 1 : lastOrderMs)
    }
    return nextMs
  }

  /** How many messages of a contact are known to be missing, of whichever device. */
  missingCount(contactId: ContactId): number {
    return [...(this.#contacts.get(contactId) ?? [])]
      .filter(([device]) => isTheirs(device))
      .reduce((count, [, { held }]) => count + countNumbers(held.gaps()), 0)
  }

  /** A device left: of its messages nothing more is kept than which are missing, and where. Another may send them. */
  retire(contactId: ContactId, device: DeviceNumber): void {
    const { held, lastOrderMs } = this.get(contactId, device)
    this.forget(contactId, device)
    if (held.gaps().length > 0) {
      const { readUpTo } = this.get(contactId, device)
      this.#devices(contactId).set(device, {
        ...this.get(contactId, device),
        held,
        readUpTo,
        lastOrderMs
      })
      this.save(contactId, device)
    }
  }

  /**
   * Takes what a device that left had not sent in time, and another does in its place.
   *
   * @returns where it goes; undefined where it fills no gap.
   */
  fillGap(contactId: ContactId, device: DeviceNumber, number: number): number | undefined {
    const known = this.#contacts.get(contactId)?.get(device)
    const orderMs = known?.held.has(number) === false ? known.held.orderOfNext(number) : undefined
    if (known !== undefined && orderMs !== undefined) {
      known.held.add(number, orderMs)
      this.retire(contactId, device)
    }
    return orderMs
  }

  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#contacts.get(contactId)?.delete(device)
    this.#kernel.erase('progress', deviceKey(contactId, device))
  }

  save(contactId: ContactId, device: DeviceNumber): void {
    const { held, repair, ...progress } = this.get(contactId, device)
    const row = create(ProgressRowSchema, {
      ...progress,
      deliveredUpTo: held.upTo,
      beyond: held.beyond.map((range) => create(HeldRangeSchema, range)),
      missing: progress.missing.map((range) => create(MissingRangeSchema, range))
    })
    writeRepair(row, repair)
    this.#kernel.write('progress', deviceKey(contactId, device), toBinary(ProgressRowSchema, row))
  }

  /** What a content tells that device of its messages; undefined where there is nothing to tell yet. */
  word(contactId: ContactId, device: DeviceNumber): ProgressWord | undefined {
    const progress = this.#contacts.get(contactId)?.get(device)
    return progress === undefined || progress.held.last === 0
      ? undefined
      : {
          device,
          deliveredUpTo: progress.held.upTo,
          deliveredBeyond: progress.held.beyond
            .slice(0, PROGRESS_RANGES_MAX)
            .map(({ first, last }) => ({ first, last })),
          readUpTo: progress.readUpTo
        }
  }

  /** What a content tells these devices. */
  words(contactId: ContactId, devices: readonly DeviceNumber[]): readonly ProgressWord[] {
    return devices
      .map((device) => this.word(contactId, device))
      .filter((word) => word !== undefined)
  }

  #devices(contactId: ContactId): Map<DeviceNumber, DeviceProgress> {
    let devices = this.#contacts.get(contactId)
    if (devices === undefined) {
      devices = new Map()
      this.#contacts.set(contactId, devices)
    }
    return devices
  }
}

/** In keys, numbers from here on are of own devices: a contact may have a device of the same number. */
const SIBLINGS = 0x80

/** Where it stands among the progress of a contact's devices what is known of an own device's messages to the contact. */
export function siblingRow(device: DeviceNumber): DeviceNumber {
  return (device + SIBLINGS) as DeviceNumber
}

function isTheirs(device: DeviceNumber): boolean {
  return device < SIBLINGS
}
