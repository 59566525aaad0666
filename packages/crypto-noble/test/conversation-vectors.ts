import { MemoryEngineStores, NOW_MS } from '@sealpost/crypto/compliance'
import type { EngineStores, KeyPair, Random } from '@sealpost/crypto'
import { concatBytes, hexToBytes, isSealpostError } from '@sealpost/protocol'
import { publicU } from '../src/agreement.ts'
import { encodeCurveKey } from '../src/curve-key.ts'
import { decodePrekeyMessage } from '../src/prekey-message.ts'
import { encodePrekey } from '../src/prekey-record.ts'
import { sessionFromBundle } from '../src/session-start.ts'
import { decryptFirst, decryptWithRecord } from '../src/session-decryption.ts'
import type { Decrypted, EngineHelp } from '../src/session-decryption.ts'
import { decodeSessionRecord, encodeSessionRecord } from '../src/session-codec.ts'
import { withCurrent } from '../src/session.ts'
import type { SessionRecord } from '../src/session.ts'
import { decodeSignalMessage } from '../src/signal-message.ts'
import { encryptMessage } from '../src/triple-ratchet.ts'
import { checkSame } from './check.ts'
import { bundleOf } from './session-vectors.ts'
import type { BundleVector } from './session-vectors.ts'

/** One recorded conversation with libsignal. */
interface Conversation {
  readonly official: { readonly identityPub: string; readonly address: Address }
  readonly me: {
    readonly identityPriv: string
    readonly identityPub: string
    readonly registrationId: number
    readonly address: Address
  }
  readonly myPreKeys?: {
    readonly signed: { readonly id: number; readonly priv: string }
    readonly kyber: { readonly id: number; readonly secret: string; readonly public: string }
    readonly oneTime?: { readonly id: number; readonly priv: string }
  }
  readonly events: readonly ConversationEvent[]
  readonly final: {
    readonly rootKey: string
    readonly sendChainKey: string
    readonly sendIndex: number
    readonly previousSessions: number
    readonly preKeysRemoved: readonly number[]
  }
}

interface Address {
  readonly name: string
  readonly dev: number
}

interface ConversationEvent {
  readonly op: 'processBundle' | 'send' | 'recv'
  readonly id?: number
  readonly bundle?: BundleVector
  readonly type?: 2 | 3
  readonly body?: string
  readonly plaintext?: string
  readonly error?: string
  readonly rand?: Readonly<
    Partial<Record<'basePriv' | 'ratchetPriv' | 'kemRandom' | 'mlkemSeed' | 'mlkemM', string>>
  >
}

/** The files of conversations. */
export const CONVERSATIONS: readonly string[] = [
  'conversation-1-me-initiates-pingpong',
  'conversation-2-official-initiates-pingpong',
  'conversation-3-me-initiates-lossy',
  'conversation-4-official-initiates-lossy',
  'conversation-5-official-oneway',
  'conversation-6-simultaneous'
]

/** Replays a conversation from its first bundle to its last message, the record stored and read again at each step. */
export async function replay(vectors: unknown): Promise<void> {
  const conversation = vectors as Conversation
  const person = new Replayed(conversation)
  for (const [index, event] of conversation.events.entries()) {
    await person.play(event, `event ${String(index)}`)
  }
  person.checkFinal()
}

class Replayed {
  readonly #conversation: Conversation
  readonly #identity: KeyPair
  readonly #stores: MemoryEngineStores
  readonly #removed: number[] = []
  #record: Uint8Array | undefined

  constructor(conversation: Conversation) {
    this.#conversation = conversation
    this.#identity = pairOf(conversation.me.identityPriv)
    this.#stores = new MemoryEngineStores(this.#identity, conversation.me.registrationId)
    const { myPreKeys } = conversation
    if (myPreKeys !== undefined) {
      const { kyber, oneTime, signed } = myPreKeys
      const publicKey = hexToBytes(kyber.public)
      this.#stores.signedPrekeys.set(signed.id, encodePrekey(2, signed.id, pairOf(signed.priv)))
      this.#stores.kyberPrekeys.set(
        kyber.id,
        encodePrekey(3, kyber.id, { publicKey, privateKey: hexToBytes(kyber.secret) })
      )
      if (oneTime !== undefined) {
        const record = encodePrekey(1, oneTime.id, pairOf(oneTime.priv))
        this.#stores.oneTimePrekeys.set(oneTime.id, record)
      }
    }
  }

  async play(event: ConversationEvent, what: string): Promise<void> {
    const { me, official } = this.#conversation
    switch (event.op) {
      case 'processBundle': {
        const session = await sessionFromBundle(
          this.#help(event, undefined),
          this.#stores,
          hexToBytes(official.identityPub),
          bundleOf(defined(event.bundle)),
          NOW_MS
        )
        this.#keep(withCurrent(this.#loaded(), session))
        return
      }
      case 'send': {
        const record = defined(this.#loaded())
        const help = this.#help(event, addressesOf(me.address, official.address))
        const text = hexToBytes(defined(event.plaintext))
        const { ciphertext, session } = encryptMessage(record.current, text, help.random, help)
        checkSame(ciphertext.type, event.type, `${what}: the type`)
        checkSame(ciphertext.bytes, event.body, `${what}: the message`)
        this.#keep({ ...record, current: session })
        return
      }
      case 'recv':
        return this.#receive(event, what)
    }
  }

  async #receive(event: ConversationEvent, what: string): Promise<void> {
    const { me, official } = this.#conversation
    const help = this.#help(event, addressesOf(official.address, me.address))
    try {
      const { plaintext, record } = await this.#decrypt(event, help)
      checkSame(plaintext, event.plaintext, `${what}: the plaintext`)
      this.#keep(record)
    } catch (error) {
      if (!isSealpostError(error)) {
        throw error
      }
      const expected = event.error === 'Duplicated' ? 'SEALPOST_DUPLICATE_MESSAGE' : undefined
      checkSame(error.code, expected, `${what}: the refusal`)
    }
  }

  async #decrypt(event: ConversationEvent, help: EngineHelp): Promise<Decrypted> {
    const bytes = hexToBytes(defined(event.body))
    if (event.type === 2) {
      return decryptWithRecord(help, defined(this.#loaded()), decodeSignalMessage(bytes))
    }
    const stores: EngineStores = this.#stores
    const message = decodePrekeyMessage(bytes)
    const decrypted = await decryptFirst(help, stores, this.#identity, this.#loaded(), message)
    const { used } = decrypted
    if (used?.oneTimePrekeyId !== undefined) {
      this.#removed.push(used.oneTimePrekeyId)
      await stores.removeOneTimePrekey(used.oneTimePrekeyId)
    }
    return decrypted
  }

  checkFinal(): void {
    const { final } = this.#conversation
    const record = defined(this.#loaded())
    checkSame(record.current.rootKey, final.rootKey, 'the root key in the end')
    checkSame(record.current.sender.chainKey, final.sendChainKey, 'the chain key in the end')
    checkSame(record.current.sender.index, final.sendIndex, 'the index in the end')
    checkSame(record.previous.length, final.previousSessions, 'earlier sessions in the end')
    checkSame(this.#removed.join(), final.preKeysRemoved.join(), 'prekeys that were used')
  }

  #help(event: ConversationEvent, addresses: Uint8Array | undefined): EngineHelp {
    const help = { random: randomOf(event), curve: undefined }
    return addresses === undefined ? help : { ...help, addresses }
  }

  #loaded(): SessionRecord | undefined {
    return this.#record === undefined ? undefined : decodeSessionRecord(this.#record)
  }

  #keep(record: SessionRecord): void {
    this.#record = encodeSessionRecord(record)
  }
}

/** What was recorded for an event. A ratchet key is given again to every session that is tried with the message. */
function randomOf({ rand }: ConversationEvent): Random {
  const left = ['basePriv', 'ratchetPriv', 'kemRandom', 'mlkemSeed', 'mlkemM'].flatMap((name) => {
    const value = rand?.[name as keyof typeof rand]
    return value === undefined ? [] : [value]
  })
  return {
    bytes(count) {
      const bytes = hexToBytes((left.length > 1 ? left.shift() : left[0]) ?? '00'.repeat(count))
      checkSame(bytes.length, count, 'random bytes')
      return bytes
    }
  }
}

/** The 36 bytes that libsignal writes into first messages where both names are UUIDs. */
function addressesOf(sender: Address, recipient: Address): Uint8Array | undefined {
  const parts = [sender, recipient].map(({ dev, name }) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)
      ? concatBytes(Uint8Array.of(0), hexToBytes(name.replaceAll('-', '')), Uint8Array.of(dev))
      : undefined
  )
  return parts.every((part) => part !== undefined) ? concatBytes(...parts) : undefined
}

function pairOf(privateKey: string): KeyPair {
  const bytes = hexToBytes(privateKey)
  return { publicKey: encodeCurveKey(publicU(bytes)), privateKey: bytes }
}

function defined<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error('the file says nothing of it')
  }
  return value
}
