/**
 * What a device is asked for: messages of it that could not be read, and gaps between those that could.
 *
 * ```
 *   well --unreadable--> owed at once (at most one a minute) --a relay has it--> asked --15 min, 30 min .. a day--> owed
 *        --gap--> 15 minutes, once the relays gave all they hold --> owed
 *   all is there, or told to be lost --> well          30 days after it began: not asked before the device is heard again
 * ```
 * A request goes to where the device was before as well, as long as that is served: a home that was put back to an older state of
 * itself fetches nothing elsewhere. The words in a request say what is held, and so name the gaps. What is to be asked, and when it was, is in the device's progress
 * row: a crash asks again, and never sooner than a minute after the last.
 */
import {
  type AddressRecord,
  type ContactId,
  type DeviceNumber,
  encodeResendRequest,
  hexToBytes,
  type NodeKey,
  type Progress,
  RESEND_HASHES_MAX,
  type SignedDeviceList
} from '@sealpost/protocol'
import { TheirAddress } from '../address/their-address.ts'
import { deviceKey } from '../peer/keys.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import { AskRoute } from './ask-route.ts'
import { type DeviceRepair, NOTHING_ASKED } from './device-repair.ts'
import type { Outbox } from './outbox.ts'
import type { ProgressTable } from './progress.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Requests to one device are at least so far apart. */
const ASK_EVERY_MS = MINUTE_MS
/** What is in flight closes a gap sooner than that. */
const GAP_AGE_MS: number = 15 * MINUTE_MS
const GAP_ASK_MAX_MS = DAY_MS
/** So long something is asked for, as long as history answers. */
const ASKED_FOR_MS: number = 30 * DAY_MS
/** Relays that were only just reached may still hold what is lacking: looked at again after so long. */
const UNDRAINED_MS = MINUTE_MS

export interface ResendAsksParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly progress: ProgressTable
  readonly outbox: Outbox
  /** What we hold of each device of the contact. */
  readonly words: (contactId: ContactId) => readonly Progress[]
  /** Whether a contact's device may be asked for anything: it is listed, and theirs to talk to. */
  readonly isAskable: (contactId: ContactId, device: DeviceNumber) => boolean
  /**
   * A device was asked a while ago, and has written since: where there is no gap, what could not be read was no message, or is here.
   */
  readonly onAnswered: (contactId: ContactId, device: DeviceNumber) => void
  /** Whether relays have given all that they held. */
  readonly isCaughtUp: () => boolean
}

export class ResendAsks {
  readonly #parts: ResendAsksParts
  /** As keys of `deviceKey`. */
  readonly #routes = new Map<string, readonly AskRoute[]>()
  /** Devices of which nothing was found to be unreadable since the request that is on its way; as keys of `deviceKey`. */
  readonly #covered = new Set<string>()
  /** What requests named that a relay has, until they are answered; as keys of `deviceKey`. */
  readonly #told = new Map<string, readonly string[]>()
  /** The account's list, on its way to those who have the number of another; as keys of `deviceKey`. */
  readonly #lists = new Map<string, AskRoute>()
  /** The latest time, by its own clock, at which a device wrote something that was read. */
  readonly #readUpToMs = new Map<string, number>()

  constructor(parts: ResendAsksParts) {
    this.#parts = parts
  }

  /** Goes on where the last process ended. */
  restore(): void {
    for (const { contactId, device } of this.#parts.progress.all()) {
      this.#schedule(contactId, device)
    }
  }

  /** Whether a relay we are connected to is about to get a request. */
  get isBusy(): boolean {
    return [...this.#routes.values()].flat().some(({ isBusy }) => isBusy)
  }

  /** Something of a device could not be read: it is asked for it. Saved here. */
  unreadable(contactId: ContactId, device: DeviceNumber, ciphertextHash: string): void {
    const { kernel, progress } = this.#parts
    const repair = this.#repair(contactId, device)
    const lackingSinceMs = repair.ask.lackingSinceMs || kernel.atMs
    const { ask } = repair
    // Whatever comes instead of it meanwhile: its sender may take something else for it.
    const furtherHashes = [...ask.furtherHashes, ask.ciphertextHash].filter((hash) => hash !== '')
    repair.ask = {
      ...ask,
      lackingSinceMs,
      isOwed: true,
      isBlind: true,
      ciphertextHash,
      furtherHashes: furtherHashes.slice(-RESEND_HASHES_MAX)
    }
    this.#covered.delete(deviceKey(contactId, device))
    progress.save(contactId, device)
    this.#schedule(contactId, device)
  }

  /** Asks a device for all that is not here, once: this home has forgotten what it had, and knows of no gap. */
  blind(contactId: ContactId, device: DeviceNumber): void {
    const repair = this.#repair(contactId, device)
    repair.ask = { ...repair.ask, isOwed: true, isBlind: true }
    this.#covered.delete(deviceKey(contactId, device))
    this.#parts.progress.save(contactId, device)
    this.#schedule(contactId, device)
  }

  /** A device is reached in another way: what was asked where it was before, another copy of it may have got. */
  readdressed(contactId: ContactId, device: DeviceNumber): void {
    for (const hash of this.#told.get(deviceKey(contactId, device)) ?? []) {
      this.unreadable(contactId, device, hash)
    }
    if (this.#repair(contactId, device).ask.isOwed) {
      this.#close(contactId, device)
      this.#schedule(contactId, device)
    }
  }

  /** Something of a device, written then, was read: what is lacking may be less, or more, than before. */
  read(contactId: ContactId, device: DeviceNumber, sentAtMs: number): void {
    const { kernel, progress } = this.#parts
    const key = deviceKey(contactId, device)
    this.#readUpToMs.set(key, Math.max(this.#readUpToMs.get(key) ?? 0, sentAtMs))
    const repair = this.#repair(contactId, device)
    const { ask } = repair
    if (!this.#isLacking(contactId, device)) {
      if (ask.lackingSinceMs !== 0 && ask.isBlind) {
        repair.ask = { ...ask, lackingSinceMs: 0, count: 0 }
        progress.save(contactId, device)
      } else if ((ask.lackingSinceMs !== 0 || ask.isOwed) && !ask.isBlind) {
        repair.ask = { ...NOTHING_ASKED, askedAtMs: ask.askedAtMs }
        progress.save(contactId, device)
        this.#close(contactId, device)
        kernel.cancelTimer(timerOf(contactId, device))
      }
      return
    }
    // It is there again, after it was given up: it may answer now.
    const isGivenUp = kernel.atMs - ask.lackingSinceMs > ASKED_FOR_MS && ask.lackingSinceMs !== 0
    const isAgain = isGivenUp && kernel.atMs - ask.askedAtMs > DAY_MS
    if (ask.lackingSinceMs === 0 || isAgain) {
      repair.ask = { ...ask, lackingSinceMs: kernel.atMs, count: 0 }
      progress.save(contactId, device)
      this.#schedule(contactId, device)
    }
    this.#lookSoon(contactId, device)
  }

  /** What a device writes after it was asked may be all that was lacking: once no more comes it is looked at, however long it was silent. */
  #lookSoon(contactId: ContactId, device: DeviceNumber): void {
    const { kernel } = this.#parts
    const name = timerOf(contactId, device)
    const isLater = (kernel.timerInMs(name) ?? Infinity) > GAP_AGE_MS
    if (isLater && this.#isAnswered(contactId, device)) {
      kernel.setTimer(name, GAP_AGE_MS, () => {
        this.#due(contactId, device)
      })
    }
  }

  /** Whether a device wrote since it was asked, and nothing that it wrote is missing. */
  #isAnswered(contactId: ContactId, device: DeviceNumber): boolean {
    const { held, repair } = this.#parts.progress.get(contactId, device)
    const { isOwed, askedAtMs } = repair.ask
    return !isOwed && held.beyond.length === 0 && this.isReadSince(contactId, device, askedAtMs)
  }

  /** Whether something was read that a device wrote at `atMs` or later, as far as clocks agree. */
  isReadSince(contactId: ContactId, device: DeviceNumber, atMs: number): boolean {
    return (this.#readUpToMs.get(deviceKey(contactId, device)) ?? 0) >= atMs
  }

  ready(session: RelaySession): void {
    for (const route of this.#all()) {
      route.ready(session)
    }
  }

  lost(relay: NodeKey): void {
    for (const route of this.#all()) {
      route.lost(relay)
    }
  }

  #all(): readonly AskRoute[] {
    return [...[...this.#routes.values()].flat(), ...this.#lists.values()]
  }

  /** Tells the account's list to who speaks under a number that it gives to another device: at the address that is theirs. */
  tellList(contactId: ContactId, record: AddressRecord, deviceList: SignedDeviceList): void {
    const { kernel, book } = this.#parts
    const { device } = record
    const bytes = encodeResendRequest({
      sentAtMs: book.networkTimeMs(),
      ciphertextHash: new Uint8Array(0),
      progress: [],
      isSessionBroken: false,
      furtherHashes: [],
      deviceList
    })
    const key = deviceKey(contactId, device)
    this.#lists.get(key)?.close()
    const how = { kernel, book, onStored: () => undefined, name: 'tell list' }
    const to = new TheirAddress(contactId, record)
    this.#lists.set(key, new AskRoute(how, contactId, device, to, bytes))
  }

  /** Forgets a device. */
  forget(contactId: ContactId, device: DeviceNumber): void {
    this.#close(contactId, device)
    this.#lists.get(deviceKey(contactId, device))?.close()
    this.#lists.delete(deviceKey(contactId, device))
    this.#readUpToMs.delete(deviceKey(contactId, device))
    this.#told.delete(deviceKey(contactId, device))
    this.#parts.kernel.cancelTimer(timerOf(contactId, device))
  }

  #repair(contactId: ContactId, device: DeviceNumber): DeviceRepair {
    return this.#parts.progress.get(contactId, device).repair
  }

  #isLacking(contactId: ContactId, device: DeviceNumber): boolean {
    const { held, repair } = this.#parts.progress.get(contactId, device)
    return held.beyond.length > 0 || repair.unreadable.length > 0
  }

  #schedule(contactId: ContactId, device: DeviceNumber): void {
    const { kernel } = this.#parts
    const dueMs = this.#dueMs(contactId, device)
    if (dueMs !== undefined) {
      // What seems to have been asked in the future tells that the clock was set since.
      const delayMs = Math.min(GAP_ASK_MAX_MS, Math.max(0, dueMs - kernel.atMs))
      kernel.setTimer(timerOf(contactId, device), delayMs, () => {
        this.#due(contactId, device)
      })
    }
  }

  /** When the device is to be asked next, by the wall clock; undefined where it is not. */
  #dueMs(contactId: ContactId, device: DeviceNumber): number | undefined {
    const { isOwed, askedAtMs, lackingSinceMs, count } = this.#repair(contactId, device).ask
    const { atMs } = this.#parts.kernel
    const againMs = askedAtMs > atMs ? atMs + ASK_EVERY_MS : askedAtMs + ASK_EVERY_MS
    if (isOwed) {
      return againMs
    }
    if (lackingSinceMs === 0 || atMs - lackingSinceMs > ASKED_FOR_MS) {
      return undefined
    }
    const waitMs = Math.min(GAP_ASK_MAX_MS, GAP_AGE_MS * 2 ** Math.min(Math.max(0, count - 1), 10))
    const sinceMs = count === 0 ? lackingSinceMs : askedAtMs
    return Math.max(againMs, sinceMs + waitMs)
  }

  #due(contactId: ContactId, device: DeviceNumber): void {
    const { kernel, isCaughtUp } = this.#parts
    const { ask } = this.#repair(contactId, device)
    if (this.#isAnswered(contactId, device)) {
      this.#told.delete(deviceKey(contactId, device))
      this.#parts.onAnswered(contactId, device)
      this.read(contactId, device, 0)
      return
    }
    if (!ask.isOwed && !isCaughtUp()) {
      kernel.setTimer(timerOf(contactId, device), UNDRAINED_MS, () => {
        this.#due(contactId, device)
      })
      return
    }
    this.#ask(contactId, device)
  }

  #ask(contactId: ContactId, device: DeviceNumber): void {
    const { kernel, book, outbox, progress, words, isAskable } = this.#parts
    const address = outbox.address(contactId, device)
    const repair = this.#repair(contactId, device)
    if (address === undefined || !isAskable(contactId, device)) {
      return
    }
    const { ask } = repair
    const bytes = encodeResendRequest({
      sentAtMs: book.networkTimeMs(),
      ciphertextHash: hexToBytes(ask.ciphertextHash) ?? new Uint8Array(0),
      progress: words(contactId),
      isSessionBroken: repair.isSessionBroken,
      furtherHashes: ask.furtherHashes.map((hash) => hexToBytes(hash))
    })
    repair.ask = { ...ask, isOwed: true, askedAtMs: kernel.atMs, count: ask.count + 1 }
    progress.save(contactId, device)
    this.#close(contactId, device)
    const onStored = (): void => {
      this.#stored(contactId, device)
    }
    const routes = [address, address.former(kernel.atMs)].flatMap((to) => {
      const how = { kernel, book, onStored, name: to === address ? 'ask' : 'ask former' }
      return to === undefined ? [] : [new AskRoute(how, contactId, device, to, bytes)]
    })
    this.#routes.set(deviceKey(contactId, device), routes)
    this.#covered.add(deviceKey(contactId, device))
  }

  /** A relay has the request: it is waited for an answer, unless more could not be read meanwhile. */
  #stored(contactId: ContactId, device: DeviceNumber): void {
    const { progress } = this.#parts
    const repair = this.#repair(contactId, device)
    const key = deviceKey(contactId, device)
    if (this.#covered.delete(key) && repair.ask.isOwed) {
      const { ciphertextHash, furtherHashes } = repair.ask
      const hashes = [...(this.#told.get(key) ?? []), ...furtherHashes, ciphertextHash]
      this.#told.set(key, hashes.filter((hash) => hash !== '').slice(-RESEND_HASHES_MAX))
      const told = { isOwed: false, isBlind: false, ciphertextHash: '', furtherHashes: [] }
      repair.ask = { ...repair.ask, ...told }
      progress.save(contactId, device)
      this.#schedule(contactId, device)
    }
  }

  #close(contactId: ContactId, device: DeviceNumber): void {
    const key = deviceKey(contactId, device)
    for (const route of this.#routes.get(key) ?? []) {
      route.close()
    }
    this.#routes.delete(key)
    this.#covered.delete(key)
  }
}

function timerOf(contactId: ContactId, device: DeviceNumber): string {
  return `ask again ${deviceKey(contactId, device)}`
}
