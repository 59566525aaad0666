/** What this home holds of each device's messages, and what that device said it holds of ours. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ContactId,
  type DeviceNumber,
  type Progress as ProgressWord,
  PROGRESS_RANGES_MAX
} from '@sealpost/protocol'
import { HeldRangeSchema, ProgressRowSchema } from '@sealpost/protocol/home'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { Row } from '../tables.ts'
import { NumberSet } from './numbers.ts'

/** One device's progress. Changed in place; `ProgressTable.save` writes it. */
export interface DeviceProgress {
  readonly held: NumberSet
  readUpTo: number
  /** Counted up at each change that a receipt has to tell. */
  revision: number
  receiptedRevision: number
  theirsDeliveredUpTo: number
  theirsReadUpTo: number
  lastOrderMs: number
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
    lastOrderMs: row.lastOrderMs
  }
}

export class ProgressTable {
  readonly #kernel: PeerKernel
  readonly #progress = new Map<string, DeviceProgress>()

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      this.#progress.set(key, progressOfRow(value))
    }
  }

  get(contactId: ContactId, device: DeviceNumber): DeviceProgress {
    const key = deviceKey(contactId, device)
    let progress = this.#progress.get(key)
    if (progress === undefined) {
      progress = {
        held: new NumberSet(0),
        readUpTo: 0,
        revision: 0,
        receiptedRevision: 0,
        theirsDeliveredUpTo: 0,
        theirsReadUpTo: 0,
        lastOrderMs: 0
      }
      this.#progress.set(key, progress)
    }
    return progress
  }

  /** All devices with a receipt that was not told yet, as keys of `deviceKey`. */
  owing(): readonly string[] {
    return [...this.#progress]
      .filter(([, progress]) => progress.revision > progress.receiptedRevision)
      .map(([key]) => key)
  }

  forget(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    this.#progress.delete(key)
    this.#kernel.erase('progress', key)
  }

  save(contactId: ContactId, device: DeviceNumber): void {
    const progress = this.get(contactId, device)
    const row = create(ProgressRowSchema, {
      ...progress,
      deliveredUpTo: progress.held.upTo,
      beyond: progress.held.beyond.map((range) => create(HeldRangeSchema, range))
    })
    this.#kernel.write('progress', deviceKey(contactId, device), toBinary(ProgressRowSchema, row))
  }

  /** What a content tells that device of its messages; undefined where there is nothing to tell yet. */
  word(contactId: ContactId, device: DeviceNumber): ProgressWord | undefined {
    const progress = this.#progress.get(deviceKey(contactId, device))
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
}
