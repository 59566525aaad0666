/** What the composer is about, where that is more than a new message: a message that is answered, or an own one that is changed. */
import { type Signal, signal } from '@preact/signals'
import type { Message } from '@sealpost/client'

export interface Composing {
  readonly type: 'reply' | 'edit'
  readonly message: Message
}

export const composing: Signal<Composing | undefined> = signal<Composing | undefined>(undefined)
