/** Asks a question that only an outspoken yes answers with yes. */
import { sentences } from '../sentences.ts'
import type { Screen } from './screen.ts'

/** @returns false for no, and where nobody is there to answer. */
export async function askYes(
  screen: Pick<Screen, 'warn' | 'lines'>,
  question: string
): Promise<boolean> {
  await screen.warn(question)
  for await (const line of screen.lines()) {
    const answer = line.trim().toLowerCase()
    if (['y', 'yes'].includes(answer)) {
      return true
    }
    if (['', 'n', 'no'].includes(answer)) {
      return false
    }
    await screen.warn(sentences.devices.askAgain)
  }
  return false
}
