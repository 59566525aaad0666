/**
 * What is encrypted anew for a device, under the numbers it had: after a resend request, in a new session, for a new device, or for
 * one that was silent for long.
 *
 * ```
 *   wanted --read--> contents --compose-again--> (client encrypts) --submit-again--> outbox      up to 32 at a time
 *             |                       `--30 s without it--> wanted
 *             `--nothing left to make it from--> lost --compose-unavailable--> told
 * ```
 * What is wanted is in the device's progress row until it is in the outbox or told, so that a crash begins again with the rest.
 */
import { fromBinary } from '@bufbuild/protobuf'
import {
  bytesToUtf8,
  type ContactId,
  type Content,
  decodeContent,
  type DeviceNumber,
  encodeContent,
  type MessageId,
  messageIds,
  type NumberRange,
  PROGRESS_RANGES_MAX,
  type UnavailableContent
} from '@sealpost/protocol'
import { MessageKind, type MessageRow, MessageRowSchema } from '@sealpost/protocol/home'
import { textOfRow, wordOfRow } from '../conversation/made-again.ts'
import type { Account } from '../peer/account.ts'
import type { AgainItem } from '../peer/effects.ts'
import type { Contact, Contacts } from '../peer/contacts.ts'
import {
  deviceKey,
  numberIndexKey,
  outboxKey,
  withdrawalIndexKey,
  wordIndexKey
} from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RowKey } from '../tables.ts'
import type { Refill } from './device-repair.ts'
import { firstNumbers, hasNumber, joinRanges, rangesOf, withoutRanges } from './number-ranges.ts'
import { OutboxItem } from './outbox-item.ts'
import type { Outbox } from './outbox.ts'
import type { ProgressTable } from './progress.ts'

/** Contents that are encrypted at a time: some milliseconds of a client, between which people's own messages get their turn. */
const BATCH = 32
/** What was asked for and did not come is asked for again after so long; then twice as long, and so on. */
const ASK_AGAIN_MS = 30_000
const ASK_AGAIN_MAX_MS = 3_600_000
/** History answers for so long for what was receipted; for what no device ever did, or was said anew, as long as it is there. */
const HISTORY_MS = 30 * 24 * 3_600_000
/** A batch adds at most half as many ranges as it has numbers, so what is lost is told before it may not fit. */
const LOST_RANGES: number = PROGRESS_RANGES_MAX - BATCH / 2

export interface RefillsParts {
  readonly kernel: PeerKernel
  readonly progress: ProgressTable
  readonly outbox: Outbox
  readonly account: () => Account
  readonly contacts: Contacts
  /** The contact's devices; none where nothing is to be sent to it. */
  readonly devices: (contactId: ContactId) => readonly DeviceNumber[]
  /** Those of them that get what is new. */
  readonly recipients: (contactId: ContactId) => readonly DeviceNumber[]
  /** What rides on every content for the contact. */
  readonly words: (contactId: ContactId) => Content['progress']
}

/** One content as it can be made again. */
interface Source {
  readonly contentBytes: Uint8Array
  readonly messageId: MessageId | undefined
  readonly messageKey: string
  /** What this device has of it in the outbox. */
  readonly row: OutboxItem | undefined
}

interface Job {
  readonly contactId: ContactId
  readonly device: DeviceNumber
  /** Asked of the client, by number; empty while nothing is. */
  readonly asked: Map<number, Source>
  /** Cannot be made again, and is not told yet. */
  shown: readonly NumberRange[]
  silent: readonly NumberRange[]
  isReading: boolean
  isTelling: boolean
  /** How often in a row nothing came of what was asked. */
  failures: number
}

export class Refills {
  readonly #parts: RefillsParts
  /** As keys of `deviceKey`. */
  readonly #jobs = new Map<string, Job>()

  constructor(parts: RefillsParts) {
    this.#parts = parts
  }

  /** Goes on where the last process ended. */
  restore(): void {
    const { kernel, progress } = this.#parts
    for (const { contactId, device } of progress.all()) {
      if (progress.get(contactId, device).repair.refill !== undefined) {
        const name = timerOf(contactId, device)
        kernel.setTimer(name, 0, () => {
          this.#step(contactId, device)
        })
      }
    }
  }

  /** Whether something is about to be encrypted anew; not where that has failed. */
  get isBusy(): boolean {
    return [...this.#jobs.values()].some(({ isReading, asked, failures }) => {
      return failures === 0 && (isReading || asked.size > 0)
    })
  }

  /** Whether something is still to be encrypted anew for a device. */
  isUnderWay(contactId: ContactId, device: DeviceNumber): boolean {
    return this.#parts.progress.get(contactId, device).repair.refill !== undefined
  }

  /** Has numbers sent to a device once more, together with what it is to get already. */
  start(contactId: ContactId, device: DeviceNumber, wanted: Refill): void {
    const { contacts, progress } = this.#parts
    const { repair } = progress.get(contactId, device)
    const { refill } = repair
    // What is to be said under a number before long is not there yet, and not lost.
    const ranges = withoutRanges(wanted.ranges, comingNumbers(contacts.get(contactId)))
    if (ranges.length > 0) {
      repair.refill = {
        ranges: joinRanges(ranges, refill?.ranges ?? []),
        isAnew: wanted.isAnew || refill?.isAnew === true,
        isFilling: wanted.isFilling || refill?.isFilling === true,
        isAsked: wanted.isAsked || refill?.isAsked === true,
        // Who asks knows us.
        waitsForAddress: refill?.waitsForAddress === true && !wanted.isAsked
      }
      progress.save(contactId, device)
      this.#step(contactId, device)
    }
  }

  /** The device's address came. */
  reached(contactId: ContactId, device: DeviceNumber): void {
    this.#step(contactId, device)
  }

  /**
   * The device has, or is about to get, what it needs to know of this one.
   *
   * @param number of the message that says it: what went out before was refused, and goes once more.
   */
  introduced(contactId: ContactId, device: DeviceNumber, number: number): void {
    const { progress } = this.#parts
    const { repair } = progress.get(contactId, device)
    if (repair.refill?.waitsForAddress === true) {
      const before = number > 1 ? [{ first: 1, last: number - 1 }] : []
      repair.refill = {
        ...repair.refill,
        ranges: joinRanges(repair.refill.ranges, before),
        isAnew: true,
        waitsForAddress: false
      }
      progress.save(contactId, device)
      this.#step(contactId, device)
    }
  }

  /** Takes what was encrypted. */
  taken(contactId: ContactId, device: DeviceNumber, items: readonly AgainItem[]): void {
    const { account, kernel, outbox } = this.#parts
    const job = this.#jobs.get(deviceKey(contactId, device))
    if (job === undefined || job.asked.size === 0) {
      return
    }
    for (const { number, contentBytes, ciphertext } of items) {
      const source = job.asked.get(number)
      if (source !== undefined && !outbox.isClaimed(contactId, device, number)) {
        outbox.submitAgain(contactId, device, source.row, {
          messageId: source.messageId,
          number,
          content: contentBytes,
          ciphertext,
          replicaSeed: kernel.random.bytes(32),
          createdAtMs: kernel.atMs,
          lifetime: account().settings.lifetime,
          messageKey: source.messageKey
        })
      }
    }
    const numbers = [...job.asked.keys()]
    job.asked.clear()
    job.failures = 0
    kernel.cancelTimer(timerOf(contactId, device))
    this.#done(job, rangesOf(numbers))
    this.#step(contactId, device)
  }

  /** The contact is told that these cannot be made again, durably. */
  told(contactId: ContactId, { shown, silent }: UnavailableContent): void {
    const told = joinRanges(shown, silent)
    for (const job of [...this.#jobs.values()]) {
      if (job.contactId === contactId && job.isTelling) {
        job.isTelling = false
        job.failures = 0
        job.shown = withoutRanges(job.shown, told)
        job.silent = withoutRanges(job.silent, told)
        this.#parts.kernel.cancelTimer(timerOf(contactId, job.device))
        this.#done(job, told)
        this.#step(contactId, job.device)
      }
    }
  }

  /** A message was taken back: it goes nowhere once more. */
  withdrawn(contactId: ContactId, number: number): void {
    const { devices } = this.#parts
    for (const device of devices(contactId)) {
      const job = this.#jobs.get(deviceKey(contactId, device))
      if (job !== undefined) {
        job.asked.delete(number)
        this.#done(job, rangesOf([number]))
      }
    }
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#jobs.delete(deviceKey(contactId, device))
    this.#parts.kernel.cancelTimer(timerOf(contactId, device))
  }

  #step(contactId: ContactId, device: DeviceNumber): void {
    const { devices, outbox, progress, recipients } = this.#parts
    const { refill } = progress.get(contactId, device).repair
    if (refill === undefined) {
      this.#jobs.delete(deviceKey(contactId, device))
      return
    }
    // Who cannot be reached waits until its address comes.
    const isReached =
      outbox.address(contactId, device) !== undefined && refill.waitsForAddress !== true
    if (!isReached || !devices(contactId).includes(device)) {
      return
    }
    const job = this.#job(contactId, device)
    if (job.isReading || job.isTelling || job.asked.size > 0) {
      return
    }
    const lost = joinRanges(job.shown, job.silent)
    const numbers = firstNumbers(withoutRanges(refill.ranges, lost), BATCH)
    const isFull = Math.max(job.shown.length, job.silent.length) > LOST_RANGES
    if (lost.length > 0 && (isFull || numbers.length === 0)) {
      // Who was silent for so long that nothing new is sent there is told once more is heard than what it asks.
      if (recipients(contactId).includes(device)) {
        this.#tell(job)
      }
    } else if (numbers.length > 0) {
      this.#read(job, numbers)
    }
  }

  #job(contactId: ContactId, device: DeviceNumber): Job {
    const key = deviceKey(contactId, device)
    let job = this.#jobs.get(key)
    if (job === undefined) {
      job = {
        contactId,
        device,
        asked: new Map(),
        shown: [],
        silent: [],
        isReading: false,
        isTelling: false,
        failures: 0
      }
      this.#jobs.set(key, job)
    }
    return job
  }

  /** What is known of these: outbox rows of any device of the contact, then messages' rows. */
  #read(job: Job, numbers: readonly number[]): void {
    const { contactId, device } = job
    const { account, devices, kernel } = this.#parts
    const all = [device, ...devices(contactId).filter((other) => other !== device)]
    const keys = numbers.flatMap((number): readonly RowKey[] => [
      ...all.map((one) => ({ table: 'outbox' as const, key: outboxKey(contactId, one, number) })),
      { table: 'message-index', key: numberIndexKey(contactId, number) },
      { table: 'message-index', key: withdrawalIndexKey(contactId, account().device, number) },
      { table: 'message-index', key: wordIndexKey(contactId, account().device, number) }
    ])
    job.isReading = true
    kernel.read({ keys }, ({ values }) => {
      const width = all.length + 3
      const found = numbers.map((number, at) => {
        const own = values[at * width]
        const rows = values.slice(at * width, at * width + all.length)
        const [index, withdrawal, word] = values.slice(at * width + all.length, (at + 1) * width)
        return {
          number,
          row: own === undefined ? undefined : OutboxItem.ofRow(own),
          content: rows.find((value) => value !== undefined),
          withdrawal,
          messageKey: index === undefined ? '' : bytesToUtf8(index),
          aboutKey: word === undefined ? '' : bytesToUtf8(word)
        }
      })
      const messages = found
        .flatMap(({ messageKey, aboutKey }) => [messageKey, aboutKey])
        .filter((key) => key !== '')
      kernel.read(
        { keys: messages.map((key): RowKey => ({ table: 'message', key })) },
        ({ values: rows }) => {
          const byKey = new Map(messages.map((key, at) => [key, rows[at]]))
          job.isReading = false
          this.#found(job, found, byKey)
        }
      )
    })
  }

  #found(
    job: Job,
    found: readonly {
      readonly number: number
      readonly row: OutboxItem | undefined
      readonly content: Uint8Array | undefined
      /** The whole content, where it was one. */
      readonly withdrawal: Uint8Array | undefined
      readonly messageKey: string
      /** The message that it is about, where it is an edit or a reaction. */
      readonly aboutKey: string
    }[],
    messages: ReadonlyMap<string, Uint8Array | undefined>
  ): void {
    const { contactId, device } = job
    // What it is to get may be less than it was: something was taken back, or the device left.
    const { refill } = this.#parts.progress.get(contactId, device).repair
    if (refill === undefined || this.#jobs.get(deviceKey(contactId, device)) !== job) {
      return
    }
    const { isAnew, isFilling, isAsked } = refill
    const done: number[] = []
    const shown: number[] = []
    const silent: number[] = []
    const isSelf = this.#parts.contacts.get(contactId)?.standing === 'self'
    for (const { number, row, content, withdrawal, messageKey, aboutKey } of found) {
      const value = messages.get(messageKey)
      const message = value === undefined ? undefined : fromBinary(MessageRowSchema, value)
      // What was for another own device alone is nothing for this one.
      const word = this.#wordOf(contactId, number, messages.get(aboutKey))
      const isOthers = isSelf && row === undefined
      const other = content === undefined || isOthers ? undefined : OutboxItem.ofRow(content)
      const isUnwanted = row === undefined ? !isFilling : !isAnew
      const isWithdrawn = message !== undefined && message.withdrawnAtMs !== 0
      if (!hasNumber(refill.ranges, number)) {
        continue
      }
      if (isUnwanted || this.#parts.outbox.isClaimed(contactId, device, number)) {
        done.push(number)
      } else if (other !== undefined && !isWithdrawn) {
        const { messageId, content: contentBytes } = other
        job.asked.set(number, { contentBytes, messageId, messageKey: other.messageKey, row })
      } else if (message !== undefined && this.#isAnswering(message)) {
        const contentBytes = this.#rebuild(contactId, number, message)
        const messageId = message.messageId as MessageId
        job.asked.set(number, { contentBytes, messageId, messageKey, row: undefined })
      } else if (withdrawal !== undefined) {
        const { messageId } = decodeContent(withdrawal)
        job.asked.set(number, { contentBytes: withdrawal, messageId, messageKey: '', row })
      } else if (word !== undefined) {
        job.asked.set(number, { ...word, messageKey: '', row: undefined })
      } else if (!isAsked || (isOthers && content !== undefined)) {
        // Who did not ask may have it from elsewhere: where not, it will ask. All own devices would hear that it cannot be made
        // again, and so would the one that is still to get it: it is asked for until then.
        done.push(number)
      } else {
        ;(isToBeMissed(message) ? shown : silent).push(number)
      }
    }
    job.shown = joinRanges(job.shown, rangesOf(shown))
    job.silent = joinRanges(job.silent, rangesOf(silent))
    if (done.length > 0) {
      this.#done(job, rangesOf(done))
    }
    this.#compose(job)
  }

  #compose(job: Job): void {
    const { contactId, device, asked } = job
    const { kernel } = this.#parts
    if (asked.size === 0) {
      this.#step(contactId, device)
      return
    }
    const contents = [...asked].map(([number, { contentBytes }]) => ({ number, contentBytes }))
    kernel.emit({ type: 'compose-again', contactId, device, contents })
    this.#askAgain(job)
  }

  #tell(job: Job): void {
    const { contactId, shown, silent } = job
    const { kernel } = this.#parts
    job.isTelling = true
    kernel.emit({ type: 'compose-unavailable', contactId, shown, silent })
    if (silent.length > 0) {
      // One of them may have been our address, of which only the present one counts.
      kernel.emit({ type: 'compose-address', contactId })
    }
    this.#askAgain(job)
  }

  #askAgain(job: Job): void {
    const { contactId, device } = job
    const delayMs = Math.min(ASK_AGAIN_MAX_MS, ASK_AGAIN_MS * 2 ** job.failures)
    this.#parts.kernel.setTimer(timerOf(contactId, device), delayMs, () => {
      job.failures = Math.min(job.failures + 1, 10)
      job.asked.clear()
      job.isTelling = false
      this.#step(contactId, device)
    })
  }

  /** These need not be sent any more. */
  #done({ contactId, device }: Job, ranges: readonly NumberRange[]): void {
    const { progress } = this.#parts
    const { repair } = progress.get(contactId, device)
    if (repair.refill !== undefined) {
      const left = withoutRanges(repair.refill.ranges, ranges)
      repair.refill = left.length === 0 ? undefined : { ...repair.refill, ranges: left }
      progress.save(contactId, device)
    }
  }

  #isAnswering({ kind, storedAtMs, deliveredAtMs, withdrawnAtMs, sentAs }: MessageRow): boolean {
    // Who has what was said anew by the number that it had before cannot tell that it is what they lack by the new one.
    const isAnew = sentAs !== 0
    const isKept =
      deliveredAtMs === 0 || isAnew || this.#parts.kernel.atMs - storedAtMs <= HISTORY_MS
    return kind === MessageKind.SENT && withdrawnAtMs === 0 && isKept
  }

  /** The content that a message's row stands for. */
  #rebuild(contactId: ContactId, number: number, message: MessageRow): Uint8Array {
    const { messageId, sentAtMs, sentAs } = message
    const was = { device: message.device as DeviceNumber, number: message.number }
    return encodeContent({
      number,
      messageId: messageId as MessageId,
      sentAtMs,
      progress: this.#parts.words(contactId),
      ...(sentAs === 0 ? {} : { was }),
      body: textOfRow(message)
    })
  }

  /** The content that an edit or a reaction was, from the row of the message that it is about. */
  #wordOf(
    contactId: ContactId,
    number: number,
    value: Uint8Array | undefined
  ): Pick<Source, 'contentBytes' | 'messageId'> | undefined {
    const { account, kernel, words } = this.#parts
    const { device } = account()
    const said =
      value === undefined
        ? undefined
        : wordOfRow(fromBinary(MessageRowSchema, value), device, number)
    if (said === undefined) {
      return undefined
    }
    // It is known by its number: no row has its id.
    const messageId = messageIds.fromBytes(kernel.random.bytes(16))
    const progress = words(contactId)
    return { contentBytes: encodeContent({ number, messageId, progress, ...said }), messageId }
  }
}

/** Whether the contact misses a message that cannot be made again. One that was taken back is not missed. */
function isToBeMissed(message: MessageRow | undefined): boolean {
  return message?.withdrawnAtMs === 0
}

/** Numbers that are given, under which something is about to be said anew. */
function comingNumbers(contact: Contact | undefined): readonly NumberRange[] {
  const anew = contact?.anew ?? []
  return anew.map(({ first, last, anewFirst }) => {
    return { first: anewFirst, last: anewFirst + last - first }
  })
}

function timerOf(contactId: ContactId, device: DeviceNumber): string {
  return `refill ${deviceKey(contactId, device)}`
}
