/**
 * What an app keeps in a home for itself: what was begun and not sent, what somebody agreed to. Sealed like all else there, and of
 * this device alone: it is in no backup, and no other device is told of it.
 */
import type { Mutation, RowKey } from '@sealpost/core'
import { UsageError } from '@sealpost/protocol'
import type { PeerDriver } from './correspondence.ts'

/** Bytes of one note. */
export const NOTE_BYTES_MAX: number = 512 * 1024
/** Names that are asked for at once. */
export const NOTE_NAMES_MAX = 1_024

const NAME = /^[a-z0-9/-]{1,96}$/

export class Notes {
  readonly #driver: PeerDriver

  constructor(driver: PeerDriver) {
    this.#driver = driver
  }

  /** See `SealpostClient.notes`. */
  async read(names: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (names.length > NOTE_NAMES_MAX) {
      throw new UsageError('SEALPOST_USAGE', 'too many notes are asked for at once')
    }
    return (await this.#driver.read(names.map(rowOf))).values
  }

  /** See `SealpostClient.keepNote`. */
  async keep(name: string, note: Uint8Array | undefined): Promise<void> {
    const row = rowOf(name)
    if (note !== undefined && note.length > NOTE_BYTES_MAX) {
      throw new UsageError('SEALPOST_USAGE', 'a note has at most 512 KiB')
    }
    const mutation: Mutation =
      note === undefined ? { type: 'erase', ...row } : { type: 'write', ...row, value: note }
    // A time that has come is an input that means nothing by itself: the row is all there is to it.
    await this.#driver.handle({ type: 'timeout', atMs: this.#driver.now() }, [mutation])
  }
}

/** Rows of this table are only looked up, so that the disk does not tell their names. */
function rowOf(name: string): RowKey {
  if (!NAME.test(name)) {
    throw new UsageError(
      'SEALPOST_USAGE',
      'a note is named by up to 96 small letters, digits, - and /'
    )
  }
  return { table: 'account', key: `note/${name}` }
}
