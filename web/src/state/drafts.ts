/** What was written and not sent, for each conversation, while this page is open. */
import type { ContactId } from '@sealpost/protocol'

class Drafts {
  readonly #texts = new Map<ContactId, string>()

  of(contactId: ContactId): string {
    return this.#texts.get(contactId) ?? ''
  }

  keep(contactId: ContactId, text: string): void {
    if (text === '') {
      this.#texts.delete(contactId)
    } else {
      this.#texts.set(contactId, text)
    }
  }
}

export const drafts: Drafts = new Drafts()
