/**
 * What is true at this moment: whether somebody writes, or is there. It goes to accepted contacts, and only where its switch is on;
 * directly where there is a path, else to one relay of each device. Nobody stores it, and who gets it late ignores it.
 *
 * ```
 *   ours:    typing --5 s since the last--> sent          online --now, every 4 minutes, in answer--> sent
 *   theirs:  came --a minute old, or older than the last--> ignored
 *             `--> typing, until 15 s, a text, "stopped"     `--> online, until 10 minutes, "gone"
 * ```
 */
import {
  type ContactId,
  type DeviceNumber,
  encodeLiveContent,
  type LiveBody,
  type LiveContent,
  type NodeKey,
  type Settings
} from '@sealpost/protocol'
import type { TheirAddress } from '../address/their-address.ts'
import type { Contact, Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import { deviceKey } from '../peer/keys.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { SealedInner } from './direct-contract.ts'
import { liveDeposit } from './direct-deposit.ts'
import type { ContactDevice } from './direct-stream.ts'

/** Live content older than this says nothing any more; clocks differ both ways. */
const LIVE_MS = 60_000
/** Between two words of typing to one contact. */
const TYPING_EVERY_MS = 5_000
/** Who said nothing more for so long does not write any more: three times the above. */
const TYPING_LASTS_MS = 15_000
const PRESENCE_EVERY_MS = 240_000
/** Two words may be lost. */
const PRESENCE_LASTS_MS = 600_000
/** Who came is answered, but not over and over. */
const PRESENCE_ANSWER_MS = 60_000
/** Presence is told to the contacts one talked with last. */
const PRESENCE_CONTACTS_MAX = 100
/** For so long live content waits for a relay that has to be dialled first. */
const RELAY_WAIT_MS = 20_000

export interface LiveContentsParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly settings: () => Settings
  readonly address: (device: ContactDevice) => TheirAddress | undefined
  /** When the latest message of the conversation was, ours or theirs. */
  readonly lastTalkedMs: (contactId: ContactId) => number
  /** Deposits on a direct path. @returns false where there is none. */
  readonly depositDirectly: (device: ContactDevice, inner: SealedInner) => boolean
}

interface Typing {
  readonly isTold: boolean
  /** In steady time. */
  readonly atMs: number
}

interface Waiting {
  readonly device: ContactDevice
  readonly inner: SealedInner
  readonly relay: NodeKey
}

export class LiveContents {
  readonly #parts: LiveContentsParts
  readonly #typing = new Map<ContactId, Typing>()
  /** When we told contacts that we are there, in steady time. */
  readonly #toldAtMs = new Map<ContactId, number>()
  /** The latest live content of each device: what was sent before it is not looked at. */
  readonly #latestMs = new Map<string, number>()
  readonly #isTyping = new Set<ContactId>()
  /** Devices that are there, as keys of `deviceKey`. */
  readonly #present = new Map<ContactId, Set<DeviceNumber>>()
  readonly #waiting = new Map<string, Waiting>()
  #isOnline = false

  constructor(parts: LiveContentsParts) {
    this.#parts = parts
  }

  // ---- ours

  /** The person writes to a contact, or stopped. */
  setTyping(contactId: ContactId, isTyping: boolean): void {
    if (!this.#parts.settings().isTypingShown) {
      return
    }
    const { kernel } = this.#parts
    const { isTold, atMs } = this.#typing.get(contactId) ?? { isTold: false, atMs: undefined }
    const waitMs = atMs === undefined ? 0 : atMs + TYPING_EVERY_MS - kernel.steadyMs
    if (waitMs <= 0) {
      if (isTyping || isTold) {
        this.#tellTyping(contactId, isTyping)
      }
    } else if (isTyping === isTold) {
      kernel.cancelTimer(typingTimer(contactId))
    } else {
      kernel.setTimer(typingTimer(contactId), waitMs, () => {
        this.#tellTyping(contactId, isTyping)
      })
    }
  }

  /** A message went to a contact, which says that it is written. */
  sent(contactId: ContactId): void {
    const typing = this.#typing.get(contactId)
    if (typing !== undefined) {
      this.#parts.kernel.cancelTimer(typingTimer(contactId))
      this.#typing.set(contactId, { ...typing, isTold: false })
    }
  }

  /** Call it while relays can still be reached. */
  setOnline(isOnline: boolean): void {
    if (isOnline === this.#isOnline) {
      return
    }
    this.#isOnline = isOnline
    if (isOnline) {
      this.#beginPresence()
    } else {
      this.#endPresence()
      this.#parts.kernel.cancelTimer(PRESENCE_TIMER)
    }
  }

  settingsChanged(before: Settings): void {
    const { isPresenceShown, isTypingShown } = this.#parts.settings()
    if (isPresenceShown && !before.isPresenceShown && this.#isOnline) {
      this.#beginPresence()
    } else if (!isPresenceShown && before.isPresenceShown) {
      this.#endPresence()
    }
    if (!isTypingShown && before.isTypingShown) {
      for (const [contactId, { isTold }] of this.#typing) {
        this.#parts.kernel.cancelTimer(typingTimer(contactId))
        if (isTold) {
          this.#send(contactId, { type: 'typing', isTyping: false })
        }
      }
      this.#typing.clear()
    }
  }

  /** There is a direct path to a device. */
  pathReady({ contactId }: ContactDevice): void {
    this.#answerPresence(contactId)
  }

  /** A relay is there: what waited for it is deposited. */
  ready(session: RelaySession): void {
    for (const [key, { device, inner, relay }] of [...this.#waiting]) {
      if (relay === session.nodeKey) {
        this.#endWait(key)
        this.#depositAt(session, device, inner)
      }
    }
  }

  #tellTyping(contactId: ContactId, isTyping: boolean): void {
    const { kernel } = this.#parts
    kernel.cancelTimer(typingTimer(contactId))
    this.#typing.set(contactId, { isTold: isTyping, atMs: kernel.steadyMs })
    this.#send(contactId, { type: 'typing', isTyping })
  }

  #beginPresence(): void {
    if (!this.#parts.settings().isPresenceShown || !this.#isOnline) {
      return
    }
    const { contacts, kernel, lastTalkedMs } = this.#parts
    const recent = contacts
      .all()
      .filter(({ standing }) => standing === 'accepted')
      .sort((a, b) => lastTalkedMs(b.contactId) - lastTalkedMs(a.contactId))
      .slice(0, PRESENCE_CONTACTS_MAX)
    for (const { contactId } of recent) {
      this.#tellPresence(contactId)
    }
    kernel.setTimer(PRESENCE_TIMER, PRESENCE_EVERY_MS, () => {
      this.#beginPresence()
    })
  }

  #endPresence(): void {
    for (const contactId of this.#toldAtMs.keys()) {
      this.#send(contactId, { type: 'presence', isOnline: false })
    }
    this.#toldAtMs.clear()
    this.#parts.kernel.cancelTimer(PRESENCE_TIMER)
  }

  #tellPresence(contactId: ContactId): void {
    this.#toldAtMs.set(contactId, this.#parts.kernel.steadyMs)
    this.#send(contactId, { type: 'presence', isOnline: true })
  }

  #answerPresence(contactId: ContactId): void {
    const { kernel, settings } = this.#parts
    const toldAtMs = this.#toldAtMs.get(contactId)
    const isDue = toldAtMs === undefined || kernel.steadyMs - toldAtMs >= PRESENCE_ANSWER_MS
    if (settings().isPresenceShown && this.#isOnline && isDue) {
      this.#tellPresence(contactId)
    }
  }

  /** Sends to every device of an accepted contact. */
  #send(contactId: ContactId, body: LiveBody): void {
    const { contacts, book, depositDirectly } = this.#parts
    const contact = contacts.get(contactId)
    if (contact?.standing !== 'accepted') {
      return
    }
    const bytes = encodeLiveContent({ sentAtMs: book.networkTimeMs(), body })
    const inner: SealedInner = { type: 9, bytes }
    for (const device of contacts.devices(contact)) {
      const to = { contactId, device }
      if (!depositDirectly(to, inner)) {
        this.#sendViaRelay(to, inner)
      }
    }
  }

  #sendViaRelay(device: ContactDevice, inner: SealedInner, kind = 'word'): void {
    const { address, book, kernel } = this.#parts
    const relays = address(device)?.record.relays ?? []
    const session = relays
      .map(({ nodeKey }) => book.get(nodeKey))
      .find((candidate) => candidate?.isReady === true && candidate.pace.pausedForMs === 0)
    const [first] = relays
    if (session !== undefined) {
      this.#depositAt(session, device, inner)
    } else if (first !== undefined) {
      const key = `${kind} ${deviceKey(device.contactId, device.device)}`
      this.#endWait(key)
      this.#waiting.set(key, { device, inner, relay: first.nodeKey })
      book.want(first, waitReason(key))
      kernel.setTimer(waitReason(key), RELAY_WAIT_MS, () => {
        this.#endWait(key)
      })
    }
  }

  #endWait(key: string): void {
    const { book, kernel } = this.#parts
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) {
      this.#waiting.delete(key)
      kernel.cancelTimer(waitReason(key))
      book.unwant(waiting.relay, waitReason(key))
    }
  }

  #depositAt(session: RelaySession, device: ContactDevice, inner: SealedInner): void {
    const { address, book, kernel } = this.#parts
    const relay = session.nodeKey
    const mailbox = address(device)?.mailbox(relay, book.networkTimeMs())
    if (mailbox !== undefined) {
      const deposit = liveDeposit(kernel.random, mailbox.secrets, inner)
      const effect = (number: number): Parameters<PeerKernel['emit']>[0] => {
        return { type: 'deposit', relay, number, ...deposit }
      }
      // Whatever it answers, there is nothing to do again.
      session.requestWith(() => undefined, effect)
    }
  }

  /** Says a word of a path that is to be to one device: through a relay, even where there is a path that may be dead. */
  tellPath(device: ContactDevice, body: LiveBody): void {
    const bytes = encodeLiveContent({ sentAtMs: this.#parts.book.networkTimeMs(), body })
    this.#sendViaRelay(device, { type: 9, bytes }, 'path')
  }

  // ---- theirs

  /** Live content of a device of a contact. */
  received({ contactId, device }: ContactDevice, { sentAtMs, body }: LiveContent): void {
    const { book, contacts } = this.#parts
    const contact = contacts.get(contactId)
    const key = deviceKey(contactId, device)
    const isOld =
      !isOfNow(sentAtMs, book.networkTimeMs()) || sentAtMs < (this.#latestMs.get(key) ?? 0)
    if (!this.#isFrom(contact, device) || isOld) {
      return
    }
    this.#latestMs.set(key, sentAtMs)
    if (body.type === 'typing') {
      this.#setIsTyping(contactId, body.isTyping)
    } else if (body.type === 'presence') {
      this.#setPresent(contactId, device, body.isOnline)
      if (body.isOnline) {
        this.#answerPresence(contactId)
      }
    }
  }

  /** A message came, so that it is not being written any more. */
  messageReceived(contactId: ContactId): void {
    this.#setIsTyping(contactId, false)
  }

  /** Whether some device of the contact said that it is there. */
  isPresent(contactId: ContactId): boolean {
    return (this.#present.get(contactId)?.size ?? 0) > 0
  }

  #isFrom(contact: Contact | undefined, device: DeviceNumber): boolean {
    return (
      contact?.standing === 'accepted' && this.#parts.contacts.devices(contact).includes(device)
    )
  }

  #setIsTyping(contactId: ContactId, isTyping: boolean): void {
    const { kernel } = this.#parts
    const timer = `${contactId} is typing`
    if (isTyping) {
      kernel.setTimer(timer, TYPING_LASTS_MS, () => {
        this.#setIsTyping(contactId, false)
      })
    } else {
      kernel.cancelTimer(timer)
    }
    if (this.#isTyping.has(contactId) !== isTyping) {
      if (isTyping) {
        this.#isTyping.add(contactId)
      } else {
        this.#isTyping.delete(contactId)
      }
      kernel.notify({ type: 'typing', contactId, isTyping })
    }
  }

  #setPresent(contactId: ContactId, device: DeviceNumber, isOnline: boolean): void {
    const { kernel } = this.#parts
    const wasOnline = this.isPresent(contactId)
    const devices = this.#present.get(contactId) ?? new Set()
    const timer = `${deviceKey(contactId, device)} is online`
    if (isOnline) {
      devices.add(device)
      kernel.setTimer(timer, PRESENCE_LASTS_MS, () => {
        this.#setPresent(contactId, device, false)
      })
    } else {
      devices.delete(device)
      kernel.cancelTimer(timer)
    }
    this.#present.set(contactId, devices)
    if (this.isPresent(contactId) !== wasOnline) {
      kernel.notify({ type: 'presence', contactId, isOnline: !wasOnline })
    }
  }
}

/** Whether live content of that time says something still. */
export function isOfNow(sentAtMs: number, networkTimeMs: number): boolean {
  return Math.abs(networkTimeMs - sentAtMs) <= LIVE_MS
}

const PRESENCE_TIMER = 'presence'

function typingTimer(contactId: ContactId): string {
  return `typing to ${contactId}`
}

function waitReason(key: string): string {
  return `live ${key}`
}
