/**
 * Direct paths and live content, as the machine around them sees it: what rides on contents, what comes on streams, and what the
 * person chose.
 */
import type { ContactId, Content, DeviceNumber, Here, Settings } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { TheirAddress } from '../address/their-address.ts'
import type { OutboxItem } from '../delivery/outbox-item.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Contacts } from '../peer/contacts.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { OwnAccount } from '../peer/own-account.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { DirectInput, DirectOrigin } from './direct-contract.ts'
import type { DirectMailbox } from './direct-mailboxes.ts'
import { type DirectDepositName, DirectPaths } from './direct-paths.ts'
import type { ContactDevice, DirectOutcome } from './direct-stream.ts'
import { LiveContents } from './live-contents.ts'

export type { DirectDepositName } from './direct-paths.ts'

export interface DirectParts {
  readonly kernel: PeerKernel
  readonly book: RelayBook
  readonly account: OwnAccount
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly ownAddresses: OwnAddresses
  readonly address: (contactId: ContactId, device: DeviceNumber) => TheirAddress | undefined
  /** There is a path to a device, or none any more. */
  readonly onPathChanged: (device: ContactDevice, isReady: boolean) => void
  /** Has a device told once more what is held of it. */
  readonly tellAgain: (contactId: ContactId, device: DeviceNumber) => void
}

export class Direct {
  readonly #parts: DirectParts
  readonly #paths: DirectPaths
  readonly #live: LiveContents
  #reviewedRevision = -1

  constructor(parts: DirectParts) {
    this.#parts = parts
    const { kernel, book, account, contacts, progress } = parts
    const settings = (): Settings => account.now.settings
    const address = ({ contactId, device }: ContactDevice): TheirAddress | undefined =>
      parts.address(contactId, device)
    this.#paths = new DirectPaths({
      kernel,
      contacts,
      ownAddresses: parts.ownAddresses,
      settings,
      networkTimeMs: () => book.networkTimeMs(),
      address,
      onReady: (device) => {
        this.#pathChanged(device, true)
      },
      onLost: (device) => {
        this.#pathChanged(device, false)
      },
      onSought: ({ contactId, device }) => {
        // Of one that said nothing yet there is nothing to repeat: it is told of everything, and so of this.
        if (progress.get(contactId, device).held.last > 0) {
          parts.tellAgain(contactId, device)
        }
      },
      tellPath: (device, body) => {
        this.#live.tellPath(device, body)
      }
    })
    this.#live = new LiveContents({
      kernel,
      book,
      contacts,
      settings,
      address,
      lastTalkedMs: (contactId) => {
        const ownMs = contacts.get(contactId)?.lastOrderMs ?? 0
        return Math.max(ownMs, progress.lastOrderMs(contactId))
      },
      depositDirectly: (device, inner) => this.#paths.depositLive(device, inner)
    })
  }

  // ---- what the machine asks

  /** What the next content tells a contact of where this device is. */
  here(contactId: ContactId): Here | undefined {
    return this.#paths.here(contactId)
  }

  /** Whether there is a path to a device. */
  isReady(device: ContactDevice): boolean {
    return this.#paths.isReady(device)
  }

  /** Whether some device of the contact said that it is there. */
  isPresent(contactId: ContactId): boolean {
    return this.#live.isPresent(contactId)
  }

  /** As `DirectPaths.mailbox`. */
  mailbox(stream: number, deposit: DirectDepositName): DirectMailbox | undefined {
    return this.#paths.mailbox(stream, deposit)
  }

  get isBusy(): boolean {
    return this.#paths.isBusy
  }

  // ---- what happens

  /** Call it before relays are left, and after they are sought. */
  setOnline(isOnline: boolean): void {
    this.#live.setOnline(isOnline)
    this.#paths.setOnline(isOnline)
  }

  relayReady(session: RelaySession): void {
    this.#live.ready(session)
  }

  handle(input: DirectInput): void {
    switch (input.type) {
      case 'direct-opened':
        this.#paths.opened(input)
        return
      case 'direct-unavailable':
        this.#paths.openFailed()
        return
      case 'direct-connected': {
        const { stream, nodeKey, isDialled } = input
        this.#paths.connected({ id: stream, nodeKey, isDialled })
        return
      }
      case 'direct-failed':
        this.#paths.dialFailed(input.nodeKey)
        return
      case 'direct-closed':
        this.#paths.closed(input.stream)
        return
      case 'direct-frame':
        this.#paths.frame(input.stream, input.frame)
        return
      case 'live-received':
        if (input.origin !== undefined) {
          this.#paths.tookLive(input.origin)
        }
        if (input.live.body.type === 'path-offer' || input.live.body.type === 'path-answer') {
          this.#paths.pathWord(input, input.live)
        } else {
          this.#live.received(input, input.live)
        }
        return
      case 'path-made':
        this.#paths.pathMade(input.attempt, input.end)
        return
      case 'path-failed':
        this.#paths.pathFailed(input.attempt)
        return
      case 'typing':
        this.#live.setTyping(input.contactId, input.isTyping)
        return
      case 'change-settings':
        this.#changeSettings(input.settings)
        return
      case 'set-direct':
        this.#parts.contacts.change(input.contactId, { direct: input.direct })
    }
  }

  /** After every input: contacts whose standing or choice changed may have a path now, or may not any more. */
  review(): void {
    const { revision } = this.#parts.contacts
    if (revision !== this.#reviewedRevision) {
      this.#reviewedRevision = revision
      this.#paths.review()
    }
  }

  /** A content is on its way to devices of a contact, durably. */
  submitted(contactId: ContactId, { here, body }: Content, devices: readonly DeviceNumber[]): void {
    if (here !== undefined) {
      this.#paths.told(contactId, here)
    }
    if (body.type === 'text') {
      this.#live.sent(contactId)
    }
    for (const device of devices) {
      this.#paths.want({ contactId, device })
    }
  }

  /** A content of a device came. @param origin the stream that it came on, if it was one. */
  received(device: ContactDevice, content: Content, origin: DirectOrigin | undefined): void {
    if (origin !== undefined) {
      this.#paths.proved(origin, device)
    }
    if (content.here !== undefined) {
      this.#paths.heard(device, content.here, content.sentAtMs)
    }
    if (content.body.type === 'text') {
      this.#live.messageReceived(device.contactId)
    }
  }

  /** A deposit on a stream is dealt with, in the batch of the input at hand. */
  ack(origin: DirectOrigin): void {
    this.#paths.ack(origin)
  }

  /** A deposit on a stream is nothing to us. */
  deny(origin: DirectOrigin): void {
    this.#paths.deny(origin)
  }

  /** As `DirectPaths.deposit`. */
  deposit(
    device: ContactDevice,
    item: OutboxItem,
    answered: (outcome: DirectOutcome) => void
  ): boolean {
    return this.#paths.deposit(device, item, answered)
  }

  #changeSettings(change: Partial<Settings>): void {
    const { account, kernel } = this.#parts
    const before = account.now.settings
    account.setSettings({ ...before, ...change })
    this.#live.settingsChanged(before)
    this.#paths.review()
    kernel.notify({ type: 'settings-changed' })
  }

  #pathChanged(device: ContactDevice, isReady: boolean): void {
    const { kernel, onPathChanged } = this.#parts
    onPathChanged(device, isReady)
    if (isReady) {
      this.#live.pathReady(device)
    }
    const { contactId } = device
    kernel.notify({ type: 'direct-changed', contactId, isDirect: this.#paths.hasPath(contactId) })
  }
}
