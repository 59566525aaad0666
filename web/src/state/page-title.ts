/** The title of the page: how much waits to be read, where the person is, and what this is. */
import { effect, signal } from '@preact/signals'
import { t } from '../locales/locale.ts'

const place = signal('')
const waiting = signal(0)

/** @param title of the screen; empty for one that needs none */
export function namePlace(title: string): void {
  place.value = title
}

/** @param count of what nobody has looked at */
export function nameWaiting(count: number): void {
  waiting.value = count
}

export function followTitle(): void {
  effect(() => {
    const count = waiting.value === 0 ? '' : `(${String(waiting.value)}) `
    const where = place.value === '' ? '' : `${place.value} · `
    document.title = `${count}${where}${t('app.name')}`
  })
}
