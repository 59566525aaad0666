/** Asks once, when an account is made, whether its machine may be connected to directly. */
import { sentences } from '../sentences.ts'
import type { Screen } from './screen.ts'

/** @returns whether it may. An empty line and the end of all lines choose what is chosen where nobody is asked: it may. */
export async function askDirect(screen: Pick<Screen, 'warn' | 'lines'>): Promise<boolean> {
  await screen.warn(sentences.direct.ask)
  for await (const line of screen.lines()) {
    const answer = line.trim().toLowerCase()
    if (['', 'y', 'yes', 'd', 'direct', 'directly'].includes(answer)) {
      return true
    }
    if (['n', 'no', 'r', 'relays', 'relays only'].includes(answer)) {
      return false
    }
    await screen.warn(sentences.direct.askAgain)
  }
  return true
}
