/** Lets a device in that shows a code: the person types the digits that it shows too, after they were told what it will be able to do. */
import type { LinkedDevice, SealpostClient } from '@sealpost/client'
import type { Context } from './command.ts'
import { linkingSentences } from './linking-sentences.ts'
import { plainLine } from './plain-text.ts'
import { show, warn } from './show.ts'

/** @throws as `SealpostClient.letIn` */
export async function letInByCode(
  context: Pick<Context, 'screen' | 'signal' | 'values'>,
  client: SealpostClient,
  code: string
): Promise<LinkedDevice> {
  // One after the other out of the same: what is typed ahead is not lost.
  let lines: AsyncIterator<string> | undefined
  let isFirst = true
  try {
    return await client.letIn(code, {
      signal: context.signal,
      onAsk: async ({ name, triesLeft }) => {
        if (isFirst) {
          isFirst = false
          await show(context, { name }, undefined)
          await warn(context, `${linkingSentences.loud(plainLine(name))}\n${linkingSentences.ask}`)
        } else {
          await warn(context, linkingSentences.askAgain(triesLeft))
        }
        lines ??= context.screen.lines()[Symbol.asyncIterator]()
        const next = await lines.next()
        const typed = next.done === true ? '' : next.value.trim()
        return ['', 'n', 'no'].includes(typed.toLowerCase()) ? undefined : typed
      }
    })
  } finally {
    // Where a line is still waited for, this comes about with the process's end.
    void lines?.return?.()
  }
}
