/** For which chat of the list the menu is open, and which one a person is asked about: there is one of each for all of them. */
import { type Signal, signal } from '@preact/signals'
import type { ContactId } from '@sealpost/protocol'

export interface OpenChatMenu {
  readonly contactId: ContactId
  /** What it was opened from: it stands beside it, and the focus goes back there. */
  readonly anchor: HTMLElement
}

export const openChatMenu: Signal<OpenChatMenu | undefined> = signal<OpenChatMenu | undefined>(
  undefined
)

/** The chat that is cleared, or whose contact is removed, once the person says so. */
export const askedChat: Signal<ContactId | undefined> = signal<ContactId | undefined>(undefined)
