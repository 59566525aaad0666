/** The desk as it was last seen. */
import { type ReadonlySignal, signal } from '@preact/signals'
import { call, CallFailed } from './call.ts'
import type { DeskSeen } from './desk-calls.ts'
import { token } from './session.ts'

/** After a look that failed, and where nobody may look or does. */
const AGAIN_MS = 2_000

const seenNow = signal<DeskSeen | undefined>(undefined)
const failureNow = signal<string | undefined>(undefined)

/** Undefined until it was seen once. */
export const seen: ReadonlySignal<DeskSeen | undefined> = seenNow
/** Why it was not seen at the last look: a code. What `seen` has is older then. */
export const failure: ReadonlySignal<string | undefined> = failureNow

/** Looks at the desk whenever something changed, for as long as the page is there and somebody may look. */
export async function follow(): Promise<never> {
  for (;;) {
    const isLooking = token.value !== undefined && document.visibilityState === 'visible'
    if (!isLooking || !(await look())) {
      await new Promise((resolve) => {
        setTimeout(resolve, AGAIN_MS)
      })
    }
  }
}

async function look(): Promise<boolean> {
  const isOld = failureNow.value !== undefined
  try {
    const revision = isOld ? -1 : (seenNow.value?.revision ?? -1)
    seenNow.value = await call('look', { revision })
    failureNow.value = undefined
    return true
  } catch (error) {
    failureNow.value = error instanceof CallFailed ? error.code : 'unreachable'
    return false
  }
}
