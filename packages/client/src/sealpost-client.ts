/**
 * A person's whole messenger behind one door: the same for a terminal, a page and a bot.
 *
 * Every method that changes something resolves when the change is durable. What a message's state says was proven: `queued` is
 * on this disk, `on-relay` was answered `stored` by two relays (or all there are), `delivered` and `read` are the
 * recipient's own encrypted word.
 */
import {
  type HistoryProgress,
  type MessageState,
  type PeerMachine,
  type PeerNotice,
  type ProvenBackup,
  type StopReason
} from '@sealpost/core'
import type { VaultChange, VaultSecret, WayIn } from '@sealpost/crypto'
import {
  type ContactId,
  type DirectChoice,
  type ErrorCode,
  type MessageId,
  type NodeKey,
  type Settings,
  UsageError
} from '@sealpost/protocol'
import type { ArrivalOptions } from './arrivals.ts'
import {
  type BackupOptions,
  Backups,
  type BackupSink,
  type BackupStatus,
  type BackupWish
} from './backup.ts'
import { Changes } from './changes.ts'
import { eventOf } from './client-events.ts'
import type { HeldData } from './held-data.ts'
import type { ClientPorts } from './client-ports.ts'
import { type ExportedConversation, exportHistory } from './export.ts'
import { relaysOf, untilDrained } from './drained.ts'
import { becomeNewDevice } from './devices-copy.ts'
import { type Device, listDevices, removeDevice, renameDevice } from './devices.ts'
import { HomeStorage } from './home-storage.ts'
import { linkDevice, type LinkDeviceOptions } from './linking.ts'
import { letIn, type LetInOptions } from './linking-let-in.ts'
import type { LinkedDevice, LinkingHome } from './linking-welcome.ts'
import { Messages, type MessagesParts, type ReceivedOptions, type SendOptions } from './messages.ts'
import { MessageChanges } from './message-changes.ts'
import { MessageReader, type PageOptions } from './message-reader.ts'
import { type Found, MessageSearch, type SearchOptions } from './message-search.ts'
import { Notes } from './notes.ts'
import { OwnRelays } from './own-relays.ts'
import { PeerHost } from './peer-host.ts'
import { type AcceptOptions, type AddOptions, type InviteOptions, People } from './people.ts'
import type { LinkView, RequestView } from './people-views.ts'
import type { RelayReport } from './relay-trial.ts'
import { type StarredOptions, type StarredPage, Stars } from './stars.ts'
import type { HomeSecret } from './unlock-home.ts'
import { changeWaysIn, waysIn } from './ways-in.ts'
import {
  type ClientEvent,
  type Contact,
  type Invite,
  type Message,
  type Profile,
  type Relay,
  type Timeline
} from './views.ts'
import type { KeepWish } from './keeping.ts'
import { checkTimerSeconds } from './writable.ts'

export interface OpenOptions extends HomeSecret {
  /** False keeps off the network until `setOnline`. */
  readonly isOnline?: boolean
}

export class SealpostClient {
  readonly #ports: ClientPorts
  readonly #host: PeerHost
  readonly #reader: MessageReader
  readonly #said: MessagesParts
  readonly #messages: Messages
  readonly #search: MessageSearch
  readonly #messageChanges: MessageChanges
  readonly #stars: Stars
  readonly #people: People
  readonly #ownRelays: OwnRelays
  readonly #backups: Backups
  readonly #notes: Notes
  readonly #devicesHome: LinkingHome
  readonly #listeners = new Set<(event: ClientEvent) => void>()
  readonly #changes = new Changes()
  #isClosed = false

  private constructor(ports: ClientPorts, host: PeerHost) {
    this.#ports = ports
    this.#host = host
    this.#reader = new MessageReader(host.driver)
    this.#search = new MessageSearch(host.driver, this.#reader)
    this.#said = {
      host,
      reader: this.#reader,
      changes: this.#changes,
      machine: () => this.#machine()
    }
    this.#messages = new Messages(this.#said)
    this.#messageChanges = new MessageChanges(this.#said)
    this.#stars = new Stars(this.#said)
    this.#people = new People({
      ports,
      host,
      reader: this.#reader,
      machine: () => this.#machine(),
      until: (isSo, signal) => this.#changes.until(isSo, signal)
    })
    this.#ownRelays = new OwnRelays(ports, host.driver, () => this.#machine())
    this.#backups = new Backups(ports, host.driver)
    this.#notes = new Notes(host.driver)
    this.#devicesHome = {
      ports,
      driver: host.driver,
      correspondence: host.correspondence,
      changes: this.#changes,
      machine: () => this.#machine()
    }
  }

  /** Opens a home that `createHome` made. @throws UsageError `SEALPOST_HOME_MISSING`, and as `unlockHome`; StorageError */
  static async open(ports: ClientPorts, options: OpenOptions = {}): Promise<SealpostClient> {
    const host = await PeerHost.open(ports, options)
    const client = new SealpostClient(ports, host)
    host.listen((notices) => {
      client.#notices(notices)
    })
    host.follow(
      (mutations) => {
        client.#search.note(mutations)
      },
      () => {
        client.#emit({ type: 'store', problem: host.watch.problem })
      }
    )
    await host.expectDevice()
    if (options.isOnline !== false) {
      host.setOnline(true)
    }
    // Nothing is shown whose time came while the home was closed.
    await client.#changes.until(() => host.driver.machine?.words.isFading === false, undefined)
    return client
  }

  get profile(): Profile {
    const { name, identityKey, device } = this.#machine().account
    return { name, identityKey, device }
  }

  /**
   * Why nothing leaves this device any more, and nothing new comes: the account removed it, or another copy of its home is online
   * (`becomeNewDevice`). Undefined where all is well. The events `device-removed` and `superseded` tell when it happens.
   */
  get stopped(): StopReason | undefined {
    return this.#machine().stopped
  }

  setOnline(isOnline: boolean): void {
    this.#host.setOnline(isOnline)
  }

  /** Tells `listener` what happens until the returned function is called. */
  listen(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** What this home takes of its disk, and whether that takes more. */
  get storage(): HomeStorage {
    return new HomeStorage(this.#host)
  }

  // ---- devices: see `linking.ts`, `linking-let-in.ts` and `devices.ts`

  devices(): readonly Device[] {
    return listDevices(this.#machine())
  }

  linkDevice(options: LinkDeviceOptions): Promise<LinkedDevice> {
    return linkDevice(this.#devicesHome, options)
  }

  letIn(codeText: string, options: LetInOptions): Promise<LinkedDevice> {
    return letIn(this.#devicesHome, codeText, options)
  }

  renameDevice(device: number, name: string): Promise<void> {
    return renameDevice(this.#devicesHome, device, name)
  }

  removeDevice(device: number): Promise<void> {
    return removeDevice(this.#devicesHome, device)
  }

  /** Makes this copy of a home a device of its own, and closes the client: open the home again. Resolves to its new number. */
  async becomeNewDevice(): Promise<number> {
    const device = await becomeNewDevice(this.#devicesHome)
    await this.close()
    return device
  }

  /** History on its way between the account's devices; events of type `history-progress` say when it goes on. */
  transfers(): readonly HistoryProgress[] {
    return this.#machine().transfers()
  }

  // ---- ways into this home: see `ways-in.ts`

  waysIn(): Promise<readonly WayIn[]> {
    return waysIn(this.#host.store)
  }

  changeWaysIn(secret: VaultSecret, change: VaultChange): Promise<readonly WayIn[]> {
    return changeWaysIn(this.#host.store, secret, change, this.#ports, this.#ports.clock.wallMs())
  }

  // ---- people: see `People`

  invite(options?: InviteOptions): Promise<Invite> {
    return this.#people.invite(options)
  }

  add(linkText: string, options?: AddOptions): Promise<Contact> {
    return this.#people.add(linkText, options)
  }

  waitForContact(
    contactId: ContactId,
    what: 'requested' | 'accepted',
    signal?: AbortSignal
  ): Promise<Contact> {
    return this.#people.waitForContact(contactId, what, signal)
  }

  contacts(): Promise<readonly Contact[]> {
    return this.#people.contacts()
  }

  contact(contactId: ContactId): Promise<Contact> {
    return this.#people.contact(contactId)
  }

  findContact(who: string): Promise<Contact> {
    return this.#people.findContact(who)
  }

  rename(contactId: ContactId, name: string): Promise<Contact> {
    return this.#people.rename(contactId, name)
  }

  safetyNumber(
    contactId: ContactId
  ): Promise<{ readonly safetyNumber: string; readonly isVerified: boolean }> {
    return this.#people.safetyNumber(contactId)
  }

  setVerified(contactId: ContactId, isVerified: boolean): Promise<Contact> {
    return this.#people.setVerified(contactId, isVerified)
  }

  acknowledgeIdentity(contactId: ContactId): Promise<Contact> {
    return this.#people.acknowledgeIdentity(contactId)
  }

  keep(contactId: ContactId, wanted: KeepWish): Promise<Contact> {
    return this.#people.keep(contactId, wanted)
  }

  block(contactId: ContactId): Promise<Contact> {
    return this.#people.block(contactId)
  }

  unblock(contactId: ContactId): Promise<Contact> {
    return this.#people.unblock(contactId)
  }

  requests(): readonly RequestView[] {
    return this.#people.requests()
  }

  acceptRequest(contactId: ContactId, options?: AcceptOptions): Promise<Contact> {
    return this.#people.acceptRequest(contactId, options)
  }

  declineRequest(contactId: ContactId): Promise<void> {
    return this.#people.declineRequest(contactId)
  }

  forgetFailed(contactId: ContactId): Promise<void> {
    return this.#people.forgetFailed(contactId, () => this.clearConversation(contactId))
  }

  links(): readonly LinkView[] {
    return this.#people.links()
  }

  revokeLink(invitationId: string): Promise<LinkView> {
    return this.#people.revokeLink(invitationId)
  }

  // ---- messages: see `Messages`

  send(contactId: ContactId, text: string, options?: SendOptions): Promise<Message> {
    return this.#messages.send(contactId, text, options)
  }

  /** See `Messages.setTimer`. */
  async setTimer(contactId: ContactId, seconds: number): Promise<Contact> {
    await this.#messages.setTimer(contactId, seconds)
    return this.contact(contactId)
  }

  message(messageId: MessageId): Promise<Timeline> {
    return this.#messages.message(messageId)
  }

  messageOf(id: string): Promise<Timeline> {
    return this.#messages.messageOf(id)
  }

  waitForMessage(
    messageId: MessageId,
    state: MessageState,
    signal?: AbortSignal
  ): Promise<Timeline> {
    return this.#messages.waitForMessage(messageId, state, signal)
  }

  recall(messageId: MessageId): Promise<Timeline> {
    return this.#messages.recall(messageId)
  }

  waitForRecall(messageId: MessageId, signal?: AbortSignal): Promise<Timeline> {
    return this.#messages.waitForRecall(messageId, signal)
  }

  // ---- what is done with messages that are there: see `MessageChanges`

  async edit(messageId: MessageId, text: string): Promise<Timeline> {
    await this.#messageChanges.edit(messageId, text)
    return this.message(messageId)
  }

  async react(messageId: MessageId, emoji: string | undefined): Promise<Timeline> {
    await this.#messageChanges.react(messageId, emoji)
    return this.message(messageId)
  }

  deleteForMe(id: string): Promise<void> {
    return this.#messageChanges.deleteForMe(id)
  }

  /** See `Stars.set`. */
  async setStar(messageId: MessageId, isStarred: boolean): Promise<Timeline> {
    await this.#stars.set(messageId, isStarred)
    return this.message(messageId)
  }

  starred(options: StarredOptions = {}): Promise<StarredPage> {
    return this.#stars.page(options)
  }

  clearConversation(contactId: ContactId): Promise<number> {
    return this.#messageChanges.clear(contactId)
  }

  messages(contactId: ContactId, options?: PageOptions): Promise<readonly Message[]> {
    return this.#messages.messages(contactId, options)
  }

  received(options?: ReceivedOptions): Promise<readonly Message[]> {
    return this.#messages.received(options)
  }

  arrivals(options: ArrivalOptions): Promise<readonly Message[]> {
    return this.#messages.arrivals(options)
  }

  /**
   * Messages in which every part of the query occurs, parts being told apart by spaces: in any script, within words too, whatever
   * the case. Withdrawn ones are not found.
   *
   * @throws UsageError `SEALPOST_USAGE` for a query over 1,024 bytes; StorageError
   */
  search(query: string, options: SearchOptions = {}): Promise<Found> {
    this.#machine()
    return this.#search.search(query, options)
  }

  /** Reads what a search looks at ahead of the first one: worth it while nothing else is to be done. @throws StorageError */
  prepareSearch(): Promise<void> {
    this.#machine()
    return this.#search.prepare()
  }

  markShown(messages: readonly Message[]): Promise<void> {
    return this.#messages.markShown(messages)
  }

  /** How many own messages are on this disk only, and when the prekeys that contacts begin with were made, in network time. */
  upkeep(): Promise<{ readonly queuedCount: number; readonly prekeysMadeAtMs: number }> {
    return this.#reader.upkeep(this.#machine())
  }

  /** Says that the person writes to a contact, or stopped; told to them at most every 5 s, and only where `isTypingShown`. */
  setTyping(contactId: ContactId, isTyping: boolean): void {
    this.#machine()
    this.#host.post({ type: 'typing', atMs: this.#host.driver.now(), contactId, isTyping })
  }

  // ---- settings

  /** What the person chose for all conversations. */
  settings(): Settings {
    return this.#machine().account.settings
  }

  /**
   * Changes some settings. They hold from now on, also for conversations that are there, but for the timer of those that begin.
   *
   * @throws UsageError `SEALPOST_USAGE` for a timer that cannot be
   */
  async changeSettings(settings: Partial<Settings>): Promise<Settings> {
    checkTimerSeconds(settings.timerSeconds ?? 0)
    const atMs = this.#host.driver.now()
    await this.#host.driver.handle({ type: 'change-settings', atMs, settings })
    return this.settings()
  }

  /**
   * Chooses whether there may be a direct path to a contact, which shows each side the other's network address. A path needs both
   * sides' leave.
   *
   * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`
   */
  async setDirect(contactId: ContactId, direct: DirectChoice): Promise<Contact> {
    await this.contact(contactId)
    const atMs = this.#host.driver.now()
    await this.#host.driver.handle({ type: 'set-direct', atMs, contactId, direct })
    return this.contact(contactId)
  }

  // ---- copies

  /**
   * Makes a backup, and proves it: it is read back, restored into a sandbox, and compared with what went in and with this home.
   * Messages that come meanwhile may be in it or not; nothing is half in.
   *
   * @throws UsageError `SEALPOST_PASSPHRASE_REQUIRED` where there is neither a passphrase nor a phrase; CryptoError
   * `SEALPOST_BACKUP_DAMAGED` where the proof fails, and nothing is kept; StorageError; and what `sink` throws
   */
  backup(sink: BackupSink, options: BackupOptions = {}): Promise<ProvenBackup> {
    return this.#backups.backup(sink, options)
  }

  /**
   * The backup that was last proven restorable, the recovery phrase that this home keeps, and the backups that this device makes by
   * itself. @throws StorageError
   */
  backupStatus(): Promise<BackupStatus> {
    return this.#backups.status()
  }

  /** Keeps a recovery phrase for backups to come. @throws UsageError `SEALPOST_USAGE` for what is none; StorageError */
  keepRecoveryPhrase(text: string): Promise<void> {
    return this.#backups.keepPhrase(text)
  }

  /**
   * Notes that this device is to make backups by itself, from now on or, for undefined, not any more: who keeps the client makes
   * them, with `backup` and `isScheduled`, when `backupStatus` says that one is due. Tells `backup-schedule` to listeners.
   *
   * @throws UsageError `SEALPOST_USAGE` for a wish without a folder, a time or a count; StorageError
   */
  async scheduleBackups(wish: BackupWish | undefined): Promise<void> {
    await this.#backups.schedule(wish)
    this.#emit({ type: 'backup-schedule' })
  }

  /** Notes that a backup which was due could not be made: `backupStatus` says so until one can. @throws StorageError */
  noteFailedBackup(code: ErrorCode): Promise<void> {
    return this.#backups.failed(code)
  }

  /** All conversations, or one, page by page. @throws StorageError while they are read */
  exportHistory(contactId?: ContactId): AsyncIterable<ExportedConversation> {
    return exportHistory(this.#host.driver, contactId)
  }

  /**
   * What the app keeps in this home for itself, by names; undefined where there is none. Not in backups, and not on other devices.
   *
   * @throws UsageError `SEALPOST_USAGE` for more than 1,024 names, or what is no name; StorageError
   */
  notes(names: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return this.#notes.read(names)
  }

  /**
   * Keeps a note of the app's, or removes it for undefined. A name has up to 96 small letters, digits, `-` and `/`.
   *
   * @throws UsageError `SEALPOST_USAGE` for more than 512 KiB, or what is no name; StorageError
   */
  keepNote(name: string, note: Uint8Array | undefined): Promise<void> {
    return this.#notes.keep(name, note)
  }

  // ---- the network

  relays(): readonly Relay[] {
    return relaysOf(this.#machine(), this.#host.driver.now())
  }

  /**
   * Tries a relay with a mailbox that is thrown away. A relay that answers and cannot keep messages now is reported, not thrown.
   *
   * @throws ConfigError `SEALPOST_ADDRESS_INVALID`; UnreachableError `SEALPOST_DIAL_FAILED`, `SEALPOST_REPLY_TIMEOUT`,
   * `SEALPOST_CONNECTION_CLOSED`; ProtocolError; SealpostError `SEALPOST_TIMEOUT` when `signal` ends it.
   */
  testRelay(address: string, signal?: AbortSignal): Promise<RelayReport> {
    return this.#ownRelays.test(address, signal)
  }

  /**
   * Makes a relay one of this account's, after a test, or takes a new address of one that is. Contacts are told by themselves.
   *
   * @throws as `testRelay`; RefusedError where it cannot keep messages now; UsageError `SEALPOST_KNOWN_RELAY`, `SEALPOST_TOO_MANY_RELAYS`
   */
  addRelay(address: string, signal?: AbortSignal): Promise<Relay> {
    return this.#ownRelays.add(address, signal)
  }

  /**
   * Leaves a relay: contacts are told, and what they still send there is fetched until all of them know, and 8 weeks more. @throws UsageError `SEALPOST_UNKNOWN_RELAY`, `SEALPOST_LAST_RELAY`
   */
  removeRelay(nodeKey: NodeKey): Promise<void> {
    return this.#ownRelays.remove(nodeKey)
  }

  /** Notes that the person has seen what the operator of a relay says; what is not there is no error. @throws StorageError */
  dismissNotice(nodeKey: NodeKey, id: string): Promise<void> {
    return this.#ownRelays.dismissNotice(nodeKey, id)
  }

  /** What relays hold for this account, to be seen and erased. */
  get heldData(): HeldData {
    return this.#ownRelays
  }

  /** Resolves once relays have given all that they held, to own relays that could not be reached: see `untilDrained`. */
  drain(signal?: AbortSignal): Promise<readonly Relay[]> {
    return untilDrained(this.#said, signal)
  }

  /** Waits until nothing is under way to relays we are connected to. @throws SealpostError `SEALPOST_TIMEOUT` by `signal`; the rest goes on at the next start */
  async settle(signal?: AbortSignal): Promise<void> {
    await this.#changes.until(() => !this.#host.isBusy, signal)
  }

  /** Waits for what is being written, leaves every relay, and closes the store. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#changes.close()
      await this.#host.close()
    }
  }

  #notices(notices: readonly PeerNotice[]): void {
    for (const event of notices.flatMap((notice) => eventOf(notice) ?? [])) {
      this.#emit(event)
    }
    this.#changes.wake()
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners) {
      listener(event)
    }
  }

  #machine(): PeerMachine {
    const { machine } = this.#host.driver
    if (this.#isClosed) {
      throw new UsageError('SEALPOST_CLIENT_CLOSED')
    }
    if (machine === undefined) {
      throw this.#host.watch.refusal()
    }
    return machine
  }
}
