/** What is said to the account's own other devices: each word a numbered content in their one conversation, and so in one lane. */
import type {
  DeletedName,
  HistoryStep,
  Mutation,
  PeerInput,
  PeerMachine,
  Random,
  ReceivedOwn,
  Submission
} from '@sealpost/core'
import type { SignalEngine } from '@sealpost/crypto'
import type { Lanes } from '@sealpost/host'
import {
  type ContactId,
  type Content,
  type ContentBody,
  CryptoError,
  type DeviceNumber,
  encodeContent,
  type HistoryPartContent,
  type IdentityKey,
  isSealpostError,
  messageIds,
  type SignedDeviceList
} from '@sealpost/protocol'
import type { Composed, Draft, PeerDriver } from './correspondence-contract.ts'
import { readOwnWord } from './sync-words.ts'

/** What stands in a conversation, or changes what stands there. */
const SHOWN: ReadonlySet<string> = new Set<ContentBody['type']>([
  'text',
  'withdrawal',
  'edit',
  'reaction',
  'timer'
])

/** What it shares with the conversations with contacts. */
export interface SyncParts {
  readonly engine: SignalEngine
  readonly random: Random
  readonly driver: PeerDriver
  readonly lanes: Lanes<IdentityKey>
  /** @throws StorageError where there is none at the moment */
  readonly machine: () => PeerMachine
  /** Encrypts a content for each of its devices that can be written to. @throws CryptoError where none can */
  readonly compose: (draft: Draft) => Promise<Composed>
  /** Hands submissions in, with the sessions' new records in the same batch. */
  readonly commit: (
    input: Extract<PeerInput, { type: 'submit' }>,
    staged: readonly Mutation[]
  ) => Promise<void>
  /** @throws StorageError where the driver has crashed since */
  readonly check: (generation: number) => void
}

export class SyncCorrespondence {
  readonly #parts: SyncParts

  constructor(parts: SyncParts) {
    this.#parts = parts
  }

  /**
   * What is shown goes to our own other devices as well, in the same batch. Their lane is entered from within a contact's, never the
   * other way round.
   */
  async withCopy<Result>(
    { contactId, content }: Pick<Submission, 'contactId' | 'content'>,
    then: (copies: readonly Composed[]) => Result
  ): Promise<Result> {
    const self = this.#parts.machine().self()
    if (self === undefined || !SHOWN.has(content.body.type)) {
      return then([])
    }
    const identityKey = this.#parts.machine().contact(contactId)?.identityKey ?? ('' as IdentityKey)
    return this.#parts.lanes.run(self.identityKey, async () => {
      const bare = encodeContent({ ...content, progress: [], here: undefined })
      const body = { type: 'sent-copy', identityKey, content: bare } as const
      const copy = await this.#composeOwn(body)
      return then(copy === undefined ? [] : [copy])
    })
  }

  /** The same for what was said otherwise than in a message of its own, as with a request. */
  async copy(contactId: ContactId, content: Content): Promise<void> {
    const generation = this.#parts.driver.crashCount
    await this.withCopy({ contactId, content }, (copies) => {
      this.#parts.check(generation)
      const atMs = this.#parts.driver.now()
      for (const { submission, staged } of copies) {
        void this.#parts.commit({ type: 'submit', atMs, submissions: [submission] }, staged)
      }
    })
  }

  /** A numbered content for our own other devices, in their lane; undefined where none of them can be written to yet. */
  async #composeOwn(
    body: ContentBody,
    only?: readonly DeviceNumber[]
  ): Promise<Composed | undefined> {
    const isFirst = this.#parts.machine().self()?.nextNumber === 1
    if (isFirst && body.type !== 'address-update') {
      await this.#introduce()
    }
    return this.#composeFor(body, only)
  }

  /** Whoever has not seen the list that names this device listens to nothing else of it. */
  async #introduce(): Promise<void> {
    const generation = this.#parts.driver.crashCount
    const { deviceList } = this.#parts.machine().account
    const body = { type: 'address-update', address: undefined, deviceList } as const
    const composed = await this.#composeFor(body)
    this.#parts.check(generation)
    if (composed !== undefined) {
      const atMs = this.#parts.driver.now()
      const submissions = [composed.submission]
      void this.#parts.commit({ type: 'submit', atMs, submissions }, composed.staged)
    }
  }

  async #composeFor(
    body: ContentBody,
    only?: readonly DeviceNumber[]
  ): Promise<Composed | undefined> {
    const machine = this.#parts.machine()
    const self = machine.self()
    const nowMs = this.#parts.driver.now()
    const devices = self === undefined ? [] : recipients(machine, self.contactId, nowMs, only)
    if (self === undefined || devices.length === 0) {
      return undefined
    }
    try {
      return await this.#parts.compose({
        contactId: self.contactId,
        devices,
        number: self.nextNumber,
        messageId: messageIds.fromBytes(this.#parts.random.bytes(16)),
        body
      })
    } catch (error) {
      if (isSealpostError(error) && error.code === 'SEALPOST_NO_SESSION') {
        return undefined
      }
      throw error
    }
  }

  /** Tells our own other devices what they are owed next. Where none can be written to it stays owed. */
  async tell(): Promise<void> {
    await this.#parts.lanes.run(this.#parts.machine().account.identityKey, async () => {
      const generation = this.#parts.driver.crashCount
      const word = this.#parts.machine().ownWord()
      const composed = word === undefined ? undefined : await this.#composeOwn(word.body)
      this.#parts.check(generation)
      if (word !== undefined && composed !== undefined) {
        const { words, revision } = word
        const submissions = [composed.submission]
        const told = { words, revision }
        const atMs = this.#parts.driver.now()
        void this.#parts.commit({ type: 'submit', atMs, submissions, told }, composed.staged)
      }
    })
  }

  /** Queues a part of history for one own device, and how far that is. @throws StorageError, CryptoError */
  async sendHistoryPart(
    part: HistoryPartContent,
    historyStep: HistoryStep,
    generation: number
  ): Promise<void> {
    await this.#parts.lanes.run(this.#parts.machine().account.identityKey, async () => {
      const composed = await this.#composeOwn(part, [historyStep.device])
      this.#parts.check(generation)
      if (composed === undefined) {
        throw new CryptoError('SEALPOST_NO_SESSION', 'this device cannot be written to yet')
      }
      const submissions = [composed.submission]
      const atMs = this.#parts.driver.now()
      await this.#parts.commit({ type: 'submit', atMs, submissions, historyStep }, composed.staged)
    })
  }

  /** Takes a list of the account's devices, and tells it to all that were in it before. @throws StorageError */
  async changeDevices(deviceList: SignedDeviceList): Promise<void> {
    const durable = await this.#parts.lanes.run(
      this.#parts.machine().account.identityKey,
      async () => {
        const generation = this.#parts.driver.crashCount
        const body = { type: 'address-update', address: undefined, deviceList } as const
        const machine = this.#parts.machine()
        const self = machine.self()
        // One that was silent for long, too: it may be the one that is removed.
        const all = self === undefined ? [] : machine.devices(self.contactId)
        const composed = await this.#composeOwn(body, all)
        this.#parts.check(generation)
        const submissions = composed === undefined ? [] : [composed.submission]
        const input = {
          type: 'submit',
          atMs: this.#parts.driver.now(),
          submissions,
          deviceList
        } as const
        return [this.#parts.commit(input, composed?.staged ?? [])]
      }
    )
    await durable[0]
  }

  /** Deletes messages here, and in the same batch tells our own other devices. @throws StorageError */
  async deleteMessages(
    messages: readonly DeletedName[],
    messageKeys: readonly string[]
  ): Promise<void> {
    const { identityKey } = this.#parts.machine().account
    const durable = await this.#parts.lanes.run(identityKey, async () => {
      const generation = this.#parts.driver.crashCount
      const machine = this.#parts.machine()
      const named = messages.flatMap(({ contactId, messageId, isOwn }) => {
        const contact = machine.contact(contactId)
        return contact === undefined || contact.identityKey === ''
          ? []
          : [{ identityKey: contact.identityKey, messageId, isOwn }]
      })
      const isTold = named.length > 0 && machine.stopped === undefined
      const composed = isTold
        ? await this.#composeOwn({ type: 'deletion', messages: named })
        : undefined
      this.#parts.check(generation)
      const submissions = composed === undefined ? [] : [composed.submission]
      const deleted = { messages, messageKeys }
      const atMs = this.#parts.driver.now()
      return [
        this.#parts.commit({ type: 'submit', atMs, submissions, deleted }, composed?.staged ?? [])
      ]
    })
    await durable[0]
  }

  /** What a word of another own device holds; from anybody else it means nothing. */
  read(contactId: ContactId, content: Content): Promise<ReceivedOwn | undefined> {
    const machine = this.#parts.machine()
    const isOwn = machine.contact(contactId)?.standing === 'self'
    const reader = { driver: this.#parts.driver, machine, engine: this.#parts.engine }
    return isOwn ? readOwnWord(reader, content) : Promise.resolve(undefined)
  }
}

/** Those of our own other devices that get what is new; one that was silent for long gets the history once it is heard again. */
function recipients(
  machine: PeerMachine,
  selfId: ContactId,
  nowMs: number,
  only: readonly DeviceNumber[] | undefined
): readonly DeviceNumber[] {
  return only === undefined
    ? machine.recipientDevices(selfId, nowMs)
    : machine.devices(selfId).filter((device) => only.includes(device))
}
