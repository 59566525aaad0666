/**
 * Hands history to another own device, part by part, the newest message first: what was said last is there first.
 *
 * A part is made only when the machine says that few enough wait for their receipt. How far it is stands in the batch that puts it into
 * the outbox, so that whoever goes on, this process or a later one, neither leaves out nor repeats anything.
 */
import { ALL_KEYS, type HistoryStep, type OutgoingHistory, type PeerMachine } from '@sealpost/core'
import {
  type BackupRecord,
  type ContactState,
  encodeBackupRecord,
  HISTORY_PART_BYTES_MAX,
  isSealpostError,
  joinRecords,
  type TransferId
} from '@sealpost/protocol'
import type { Correspondence, PeerDriver } from './correspondence.ts'
import { countMessages, HistoryCursor } from './sync-cursor.ts'

/** A record's length within a part has at most so many bytes. */
const LENGTH_BYTES = 3

export interface HistoryPorts {
  readonly driver: PeerDriver
  readonly correspondence: Correspondence
  /** What fails stays as it was on disk; the next call goes on. */
  readonly onFailed: (error: unknown) => void
}

export class HistorySender {
  readonly #ports: HistoryPorts
  readonly #cursors = new Map<string, HistoryCursor>()
  #isRunning = false

  constructor(ports: HistoryPorts) {
    this.#ports = ports
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  /** Makes the parts that are due. Cheap where there is nothing to do: to be called whenever anything happened. */
  pump(): void {
    if (!this.#isRunning && this.#due() !== undefined) {
      this.#isRunning = true
      void this.#run()
    }
  }

  async #run(): Promise<void> {
    try {
      for (let due = this.#due(); due !== undefined; due = this.#due()) {
        await this.#sendPart(due)
      }
    } catch (error) {
      this.#cursors.clear()
      this.#ports.onFailed(error)
      if (!isSealpostError(error)) {
        throw error
      }
    } finally {
      this.#isRunning = false
    }
  }

  /** A transfer of which another part may be made, to a device that can be reached. */
  #due(): OutgoingHistory | undefined {
    const { machine } = this.#ports.driver
    const selfId = machine?.self()?.contactId
    if (machine === undefined || selfId === undefined || machine.stopped !== undefined) {
      return undefined
    }
    return machine.dueTransfers().find(({ device }) => {
      const known = machine.devices(selfId).find((other) => other === device)
      return known !== undefined && machine.theirAddress(selfId, known) !== undefined
    })
  }

  async #sendPart(outgoing: OutgoingHistory): Promise<void> {
    const { correspondence, driver } = this.#ports
    const { transferId, nextIndex: index } = outgoing
    const generation = driver.crashCount
    const name = `${String(generation)} ${transferId}`
    const cursor = this.#cursors.get(name) ?? new HistoryCursor(driver, outgoing)
    this.#cursors.set(name, cursor)
    const part = new Part()
    let step = stepOf(outgoing)
    if (index === 0) {
      step = { ...step, totalCount: await countMessages(driver, outgoing.sinceMs) }
    }
    const { machine } = driver
    if (machine === undefined) {
      return
    }
    step = addStates(machine, part, step, index === 0)
    if (step.isContactsDone) {
      step = await addMessages(cursor, part, step)
    }
    if (step.isEnded) {
      this.#cursors.delete(name)
    }
    const body = {
      type: 'history-part' as const,
      transferId: transferId as TransferId,
      index,
      isLast: step.isEnded,
      totalCount: step.totalCount,
      records: part.bytes()
    }
    await correspondence.siblings.sendHistoryPart(body, step, generation)
  }
}

function stepOf(outgoing: OutgoingHistory): HistoryStep {
  const { device, doneCount, totalCount, contactsUpTo, isContactsDone, beforeKey } = outgoing
  const isEnded = false
  return {
    transferId: outgoing.transferId as TransferId,
    device: device as HistoryStep['device'],
    doneCount,
    totalCount,
    contactsUpTo,
    isContactsDone,
    beforeKey,
    isEnded
  }
}

/** Records of one part, as many as it has room for. */
class Part {
  readonly #records: Uint8Array[] = []
  #byteLength = 0

  /** @returns false where there is no room left. */
  add(record: BackupRecord): boolean {
    const bytes = encodeBackupRecord(record)
    const length = bytes.length + LENGTH_BYTES
    if (this.#byteLength + length > HISTORY_PART_BYTES_MAX) {
      return false
    }
    this.#byteLength += length
    this.#records.push(bytes)
    return true
  }

  get isEmpty(): boolean {
    return this.#records.length === 0
  }

  bytes(): Uint8Array {
    return this.#records.length === 0 ? new Uint8Array(0) : joinRecords(this.#records)
  }
}

/** The account, then everybody whom it knows, in the order of their keys. */
function addStates(
  machine: PeerMachine,
  part: Part,
  step: HistoryStep,
  isFirst: boolean
): HistoryStep {
  if (step.isContactsDone) {
    return step
  }
  if (isFirst) {
    const { relays } = machine.account
    part.add({ type: 'account', account: machine.accountState(), relays })
  }
  let contactsUpTo = step.contactsUpTo
  const contactIds = machine.contacts().map(({ contactId }) => contactId)
  for (const contactId of contactIds.filter((id) => id > step.contactsUpTo).sort()) {
    const contact = machine.contactState(contactId)
    if (contact !== undefined && !addContact(part, contact)) {
      return { ...step, contactsUpTo }
    }
    contactsUpTo = contactId
  }
  return { ...step, contactsUpTo: ALL_KEYS.to, isContactsDone: true }
}

/** One that is too large for any part is told with fewer addresses: what is left out comes from the contact. */
function addContact(part: Part, contact: ContactState): boolean {
  if (part.add({ type: 'contact', contact })) {
    return true
  }
  for (let count = contact.addresses.length - 1; part.isEmpty && count >= 0; count--) {
    const fewer = { ...contact, addresses: contact.addresses.slice(0, count) }
    if (part.add({ type: 'contact', contact: fewer })) {
      return true
    }
  }
  return false
}

async function addMessages(
  cursor: HistoryCursor,
  part: Part,
  step: HistoryStep
): Promise<HistoryStep> {
  let { beforeKey, doneCount } = step
  for (;;) {
    const next = await cursor.peek()
    if (next === undefined) {
      return { ...step, beforeKey, doneCount, isEnded: true }
    }
    if (next.message !== undefined && !part.add({ type: 'message', message: next.message })) {
      return { ...step, beforeKey, doneCount }
    }
    cursor.take()
    beforeKey = next.key
    doneCount += next.message === undefined ? 0 : 1
  }
}
