/** Asks a question that only an outspoken yes answers with yes. */
import type { Context } from '../command.ts'
import { sentences } from '../sentences.ts'
import { warn } from '../show.ts'

/** @returns false for no, and where nobody is there to answer. */
export async function askYes(
  context: Pick<Context, 'values' | 'screen'>,
  question: string
): Promise<boolean> {
  await warn(context, question)
  for await (const line of context.screen.lines()) {
    const answer = line.trim().toLowerCase()
    if (['y', 'yes'].includes(answer)) {
      return true
    }
    if (['', 'n', 'no'].includes(answer)) {
      return false
    }
    await warn(context, sentences.devices.askAgain)
  }
  return false
}
