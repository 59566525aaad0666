/**
 * Contacts that are to be told how to reach this device: one after another, so that a change that concerns a thousand of them
 * neither holds up what people write nor comes to a relay as one burst.
 *
 * ```
 *   wanted --its turn--> asked for --the message is in the outbox--> told
 *     ^                     |
 *     +------ 30 s ---------+
 * ```
 */
import type { ContactId } from '@sealpost/protocol'
import type { PeerKernel } from '../peer/kernel.ts'

/** A message that was asked for and did not come is asked for again after so long, behind the others. */
const ASK_AGAIN_MS = 30_000
const TIMER = 'address update'

export class AddressUpdates {
  readonly #kernel: PeerKernel
  readonly #isDue: (contactId: ContactId) => boolean
  readonly #wanted = new Set<ContactId>()
  #asked: ContactId | undefined
  /** How often in a row nothing came. */
  #failures = 0

  /** @param isDue whether a contact is to be told now: looked at once more when its turn has come. */
  constructor(kernel: PeerKernel, isDue: (contactId: ContactId) => boolean) {
    this.#kernel = kernel
    this.#isDue = isDue
  }

  /** Whether somebody will soon be told; not where that has failed. */
  get isBusy(): boolean {
    return this.#asked !== undefined && this.#failures === 0
  }

  /** A contact may have to be told. */
  want(contactId: ContactId): void {
    if (this.#isDue(contactId)) {
      this.#wanted.add(contactId)
      this.#step()
    }
  }

  /** A contact was told. */
  told(contactId: ContactId): void {
    this.#failures = 0
    this.#wanted.delete(contactId)
    if (this.#asked === contactId) {
      this.#asked = undefined
      this.#kernel.cancelTimer(TIMER)
    }
    this.#step()
  }

  #step(): void {
    if (this.#asked !== undefined) {
      return
    }
    for (const contactId of this.#wanted) {
      this.#wanted.delete(contactId)
      if (this.#isDue(contactId)) {
        this.#ask(contactId)
        return
      }
    }
  }

  #ask(contactId: ContactId): void {
    this.#asked = contactId
    this.#kernel.emit({ type: 'compose-address', contactId })
    this.#kernel.setTimer(TIMER, ASK_AGAIN_MS, () => {
      this.#asked = undefined
      this.#failures += 1
      this.#wanted.add(contactId)
      this.#step()
    })
  }
}
