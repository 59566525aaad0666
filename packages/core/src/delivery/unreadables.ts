/**
 * What a conversation shows of messages that could not be read, until they are.
 *
 * ```
 *   shown, lost --as many messages of the device came, and none is missing; it answered, and there was none--> repaired, gone
 *     `--7 days--> lost: stays until the device is heard again, and says so
 * ```
 * Nothing under an envelope that cannot be read says which number it has: messages that come afterwards stand for those that did not.
 */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { MessageRowSchema } from '@sealpost/protocol/home'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { UnreadablePlace } from './device-repair.ts'
import type { ProgressTable } from './progress.ts'

const LOST_AFTER_MS = 7 * 24 * 3_600_000
/** Rows of one device that wait to be repaired: whoever sends more of it is heard, and asked, but not shown each time. */
const UNREADABLE_MAX = 32

export class Unreadables {
  readonly #kernel: PeerKernel
  readonly #progress: ProgressTable
  /** Messages that came since something could not be read; as keys of `deviceKey`. */
  readonly #taken = new Map<string, number>()

  constructor(kernel: PeerKernel, progress: ProgressTable) {
    this.#kernel = kernel
    this.#progress = progress
  }

  restore(): void {
    for (const { contactId, device } of this.#progress.all()) {
      this.#arm(contactId, device)
    }
  }

  /** Whether another one may be noted. */
  hasRoom(contactId: ContactId, device: DeviceNumber): boolean {
    const { unreadable } = this.#progress.get(contactId, device).repair
    return unreadable.filter(({ isLost }) => !isLost).length < UNREADABLE_MAX
  }

  /** Notes what could not be read. Saved with what else that changes. @param messageKey of the row that says so; empty for none. */
  noted(contactId: ContactId, device: DeviceNumber, messageKey: string): void {
    const { repair } = this.#progress.get(contactId, device)
    const others = repair.unreadable.filter(
      (place) => messageKey === '' || place.messageKey !== messageKey
    )
    const place = { messageKey, atMs: this.#kernel.atMs, isLost: false }
    // Those that were lost first make room: they stay.
    repair.unreadable = [...others, place].slice(-UNREADABLE_MAX)
    this.#arm(contactId, device)
  }

  /** A message of the device came that was not here. */
  taken(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    const { held, repair } = this.#progress.get(contactId, device)
    if (repair.unreadable.length === 0) {
      return
    }
    const count = (this.#taken.get(key) ?? 0) + 1
    this.#taken.set(key, count)
    if (held.beyond.length === 0) {
      this.#taken.delete(key)
      this.#repaired(contactId, device, count)
    }
  }

  /** Whatever could not be read is here, or was no message. */
  settled(contactId: ContactId, device: DeviceNumber): void {
    this.#repaired(contactId, device, UNREADABLE_MAX)
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#taken.delete(deviceKey(contactId, device))
    this.#kernel.cancelAlarm(alarmOf(contactId, device))
  }

  /** The oldest ones are gone. */
  #repaired(contactId: ContactId, device: DeviceNumber, count: number): void {
    const { repair } = this.#progress.get(contactId, device)
    for (const { messageKey } of repair.unreadable.slice(0, count).filter(isShown)) {
      this.#kernel.erase('message', messageKey)
      this.#kernel.erase('unread', messageKey)
      this.#kernel.notify({ type: 'message-repaired', contactId, messageKey })
    }
    repair.unreadable = repair.unreadable.slice(count)
    this.#progress.save(contactId, device)
    this.#arm(contactId, device)
  }

  #arm(contactId: ContactId, device: DeviceNumber): void {
    const { unreadable } = this.#progress.get(contactId, device).repair
    const oldest = unreadable.find(({ isLost }) => !isLost)
    const name = alarmOf(contactId, device)
    if (oldest === undefined) {
      this.#kernel.cancelAlarm(name)
      return
    }
    this.#kernel.setAlarm(name, oldest.atMs + LOST_AFTER_MS, () => {
      this.#lost(contactId, device)
    })
  }

  /** Those that are too old are not waited for any more. */
  #lost(contactId: ContactId, device: DeviceNumber): void {
    const { repair } = this.#progress.get(contactId, device)
    const isNew = ({ atMs, isLost }: UnreadablePlace): boolean =>
      !isLost && this.#kernel.atMs - atMs >= LOST_AFTER_MS
    const keys = repair.unreadable
      .filter((place) => isNew(place) && isShown(place))
      .map(({ messageKey: key }) => ({ table: 'message' as const, key }))
    repair.unreadable = repair.unreadable.map((place) => {
      return isNew(place) ? { ...place, isLost: true } : place
    })
    this.#progress.save(contactId, device)
    this.#kernel.read({ keys }, ({ values }) => {
      for (const [at, { key }] of keys.entries()) {
        const value = values[at]
        if (value !== undefined) {
          const row = fromBinary(MessageRowSchema, value)
          row.isLost = true
          const changed = toBinary(MessageRowSchema, row)
          this.#kernel.write('message', key, changed)
          this.#kernel.notify({ type: 'message-changed', contactId, row: { key, value: changed } })
        }
      }
    })
    this.#arm(contactId, device)
  }
}

/** Whether a conversation says it: what own devices say to each other has none. */
function isShown({ messageKey }: UnreadablePlace): boolean {
  return messageKey !== ''
}

function alarmOf(contactId: ContactId, device: DeviceNumber): string {
  return `unreadable ${deviceKey(contactId, device)}`
}
