/** What stands in envelopes that whole clients deposit, as nobody on the way can know: the engines and the homes tell. */
import { openEnvelope, type SignalEngine } from '@sealpost/crypto'
import {
  bytesToHex,
  type Content,
  decodeContent,
  type Envelope,
  type MailboxId,
  type NodeKey
} from '@sealpost/protocol'

import type { SeenClient } from '../../checkers/seen-world.ts'

/** The end of a ciphertext, which no two have in common. */
const NAME_BYTES = 24

export class EnvelopeContents {
  readonly #clients: () => readonly SeenClient[]
  readonly #contents = new Map<string, Content>()
  /** What opens the envelopes of a mailbox; undefined for one that is no contact's. */
  readonly #sealKeys = new Map<MailboxId, Uint8Array | undefined>()

  constructor(clients: () => readonly SeenClient[]) {
    this.#clients = clients
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
      this.#sealKeys.set(mailboxId, this.#foundKey(relay, mailboxId))
    }
    return this.#sealKeys.get(mailboxId)
  }

  #foundKey(relay: NodeKey, mailboxId: MailboxId): Uint8Array | undefined {
    for (const { machine } of this.#clients()) {
      const mailbox = machine?.mailbox(relay, mailboxId)
      if (mailbox !== undefined) {
        return mailbox.sealKey
      }
    }
    return undefined
  }
}

function nameOf(ciphertext: Uint8Array): string {
  return bytesToHex(ciphertext.slice(-NAME_BYTES))
}
