/** Tells the peer that the person is there: at what they do, and not more often than it needs. */
import { effect } from '@preact/signals'
import type { App } from './app.ts'
import { inBackground } from './background.ts'
import { preferences } from './preferences.ts'

const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart', 'focus'] as const
const PAUSE_MS = 10_000

export function followActivity(app: App): void {
  let toldAtMs = -PAUSE_MS
  const tell = (): void => {
    if (app.home.value.type === 'open') {
      toldAtMs = performance.now()
      inBackground(app.peer.active(preferences.value.autoLockMinutes))
    }
  }
  for (const sign of SIGNS) {
    addEventListener(
      sign,
      () => {
        if (performance.now() - toldAtMs >= PAUSE_MS) {
          tell()
        }
      },
      { passive: true, capture: true }
    )
  }
  // Opened, or another wish: it holds at once.
  effect(tell)
}
