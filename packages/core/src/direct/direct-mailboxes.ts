/**
 * The mailboxes that contacts deposit to directly: derived like those at relays, with this device's second node key in a relay's
 * place, so that whoever can seal for one was given the seed. They exist nowhere but here, for as long as the client runs.
 */
import type { ContactId, MailboxId, NodeKey } from '@sealpost/protocol'
import type { OwnAddresses } from '../address/own-addresses.ts'
import { type MailboxSecrets, mailboxSecrets } from '../address/seeds.ts'

/** A mailbox of this device without a relay. */
export interface DirectMailbox extends MailboxSecrets {
  readonly contactId: ContactId
  readonly epoch: number
}

/** Mailboxes that are remembered: three epochs of the seeds of some hundred contacts. */
const REMEMBERED_MAX = 2_048

export class DirectMailboxes {
  readonly #ownAddresses: OwnAddresses
  readonly #remembered = new Map<string, DirectMailbox>()
  #nodeKey: NodeKey | undefined

  constructor(ownAddresses: OwnAddresses) {
    this.#ownAddresses = ownAddresses
  }

  /** Another node key has other mailboxes. */
  setNodeKey(nodeKey: NodeKey | undefined): void {
    this.#nodeKey = nodeKey
    this.#remembered.clear()
  }

  /** The one of that id among those of these contacts, in the present epoch and one before and after it. */
  find(mailboxId: MailboxId, contactIds: Iterable<ContactId>): DirectMailbox | undefined {
    for (const contactId of contactIds) {
      for (const mailbox of this.#of(contactId)) {
        if (mailbox.mailboxId === mailboxId) {
          return mailbox
        }
      }
    }
    return undefined
  }

  #of(contactId: ContactId): readonly DirectMailbox[] {
    const nodeKey = this.#nodeKey
    if (nodeKey === undefined) {
      return []
    }
    return this.#ownAddresses.seedsAround(contactId).map(({ id, epoch, seed }) => {
      const key = `${id} ${String(epoch)}`
      const known = this.#remembered.get(key)
      if (known !== undefined) {
        return known
      }
      const mailbox = { ...mailboxSecrets(seed, nodeKey), contactId, epoch }
      const [oldest] = this.#remembered.keys()
      if (oldest !== undefined && this.#remembered.size >= REMEMBERED_MAX) {
        this.#remembered.delete(oldest)
      }
      this.#remembered.set(key, mailbox)
      return mailbox
    })
  }
}
