/** What stands in envelopes that whole clients deposit, as nobody on the way can know: the engines and the homes tell. */
import type { PeerMachine } from '@sealpost/core'
import { openEnvelope, type SignalEngine } from '@sealpost/crypto'
import {
  bytesToHex,
  type Content,
  decodeContent,
  type Envelope,
  type MailboxId,
  type NodeKey
} from '@sealpost/protocol'

/** The end of a ciphertext, which no two have in common. */
const NAME_BYTES = 24

export class EnvelopeContents {
  readonly #machines: () => readonly PeerMachine[]
  readonly #contents = new Map<string, Content>()
  /** What opens the envelopes of a mailbox; undefined for one that is no contact's. */
  readonly #sealKeys = new Map<MailboxId, Uint8Array | undefined>()

  /** @param machines of all homes, as they are now */
  constructor(machines: () => readonly PeerMachine[]) {
    this.#machines = machines
  }

  /** The same engine, whose ciphertexts are remembered. @param onRead gets what was decrypted */
  watched(engine: SignalEngine, onRead: (content: Content) => void): SignalEngine {
    return {
      ...engine,
      encrypt: async (stores, peer, plaintext, nowMs) => {
        const content = decodeContent(plaintext)
        const ciphertext = await engine.encrypt(stores, peer, plaintext, nowMs)
        this.#contents.set(nameOf(ciphertext.bytes), content)
        return ciphertext
      },
      decrypt: async (stores, peer, ciphertext, nowMs) => {
        const plaintext = await engine.decrypt(stores, peer, ciphertext, nowMs)
        onRead(decodeContent(plaintext))
        return plaintext
      }
    }
  }

  /** Undefined for what no engine encrypted, and for the first words of people who meet. */
  of(relay: NodeKey, mailboxId: MailboxId, envelope: Envelope): Content | undefined {
    const sealKey = this.#sealKeyOf(relay, mailboxId)
    const inner = sealKey && openEnvelope({ sealKey, mailboxId, envelope })
    return inner && this.#contents.get(nameOf(inner.ciphertext))
  }

  #sealKeyOf(relay: NodeKey, mailboxId: MailboxId): Uint8Array | undefined {
    if (!this.#sealKeys.has(mailboxId)) {
      const mailboxes = this.#machines().map((machine) => machine.mailbox(relay, mailboxId))
      this.#sealKeys.set(mailboxId, mailboxes.find((one) => one !== undefined)?.sealKey)
    }
    return this.#sealKeys.get(mailboxId)
  }
}

function nameOf(ciphertext: Uint8Array): string {
  return bytesToHex(ciphertext.slice(-NAME_BYTES))
}
