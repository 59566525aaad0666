/** Puts what the person prefers onto the page, for the styles to see. */
import { effect } from '@preact/signals'
import { preferences } from '../state/preferences.ts'

export function applyAppearance(): void {
  effect(() => {
    const { theme, density, messages, motion, fontSize } = preferences.value
    const { dataset, style } = document.documentElement
    dataset['theme'] = theme
    dataset['density'] = density
    dataset['messages'] = messages
    dataset['motion'] = motion
    style.fontSize = `${String(fontSize)}px`
  })
}
