/** What a device knows of its siblings beside their contact, in one row: it is small, and everything in it changes together. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type DevicesRow,
  DevicesRowSchema,
  type IncomingHistory,
  type OutgoingHistory
} from '@sealpost/protocol/home'
import type { PeerKernel } from '../peer/kernel.ts'

/** The key of the row in the table `account`. */
export const DEVICES_KEY = 'devices'

export type { DevicesRow, IncomingHistory, OutgoingHistory }

/** The row while the home is open: changed in place, written by `save`. */
export class DevicesState {
  readonly #kernel: PeerKernel
  #row: DevicesRow = create(DevicesRowSchema)

  constructor(kernel: PeerKernel) {
    this.#kernel = kernel
  }

  restore(value: Uint8Array | undefined): void {
    if (value !== undefined) {
      this.#row = fromBinary(DevicesRowSchema, value)
    }
  }

  get row(): DevicesRow {
    return this.#row
  }

  save(): void {
    this.#kernel.write('account', DEVICES_KEY, toBinary(DevicesRowSchema, this.#row))
  }
}
