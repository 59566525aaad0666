/** For which message the menu is open: there is one menu for all of them. */
import { type Signal, signal } from '@preact/signals'
import type { Message } from '@sealpost/client'

export interface OpenMenu {
  readonly message: Message
  /** What it was opened from: it stands beside it, and the focus goes back there. */
  readonly anchor: HTMLElement
}

export const openMenu: Signal<OpenMenu | undefined> = signal<OpenMenu | undefined>(undefined)

/** What was chosen there, and is asked more of before it is done. */
export interface Asked {
  readonly type: 'forward' | 'delete'
  readonly message: Message
}

export const asked: Signal<Asked | undefined> = signal<Asked | undefined>(undefined)
