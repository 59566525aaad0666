/** Waits until nothing that anybody said is on its way, so that what a run counts is of that run alone. */
import { setTimeout } from 'node:timers/promises'
import type { StackClient } from './stack-client.ts'
import type { StackRelay } from './stack-relay.ts'

const LOOK_EVERY_MS = 20
/** Whoever has something to say for so long after everybody has met never ends. */
const QUIET_MAX_MS = 300_000

/**
 * Resolves once no relay held anything before and after a moment in which no client had anything to say and no frame passed.
 *
 * @param frameCount of all frames so far
 * @throws SealpostError `SEALPOST_TIMEOUT` where that does not come
 */
export async function untilQuiet(
  clients: readonly StackClient[],
  relays: readonly StackRelay[],
  frameCount: () => number
): Promise<void> {
  const signal = AbortSignal.timeout(QUIET_MAX_MS)
  const holdNothing = (): boolean =>
    relays.every(({ status }) => status === undefined || status.envelopeCount === 0)
  for (let isQuiet = false; !isQuiet;) {
    await setTimeout(LOOK_EVERY_MS)
    const before = holdNothing() ? frameCount() : undefined
    for (const { client } of clients) {
      await client.settle(signal)
    }
    isQuiet = before === frameCount() && holdNothing()
  }
}
