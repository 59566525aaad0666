/** What is wrong with the relay, looked at more seldom than its figures: it decides itself when that changes. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { AlarmsAnswer } from '@sealpost/operator'
import { call } from './call.ts'
import { token } from './session.ts'

const LOOK_MS = 5_000

const alarmsNow = signal<AlarmsAnswer | undefined>(undefined)

/** Undefined until they were seen, and for whoever has no role that sees them. */
export const alarms: ReadonlySignal<AlarmsAnswer | undefined> = alarmsNow

/** Looks every few seconds, for as long as the page is there and somebody may look. */
export async function followAlarms(): Promise<void> {
  if (token.value !== undefined && document.visibilityState === 'visible') {
    await lookAtAlarms()
  }
  setTimeout(() => void followAlarms(), LOOK_MS)
}

/** Says that somebody looks after an alarm. */
export async function answerAlarm(id: number): Promise<void> {
  await call('alarms answer', { id })
  await lookAtAlarms()
}

async function lookAtAlarms(): Promise<void> {
  try {
    alarmsNow.value = await call('alarms')
  } catch {
    // That the relay is gone is said by what looks at it every second.
    alarmsNow.value = undefined
  }
}
