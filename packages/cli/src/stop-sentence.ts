/** What a person is told where nothing leaves or reaches this device any more. */
import type { SealpostClient, StopReason } from '@sealpost/client'
import type { Context } from './command.ts'
import { errorSentences } from './error-sentences.ts'
import { warn } from './show.ts'

export function stopSentence(reason: StopReason): string {
  return reason === 'removed'
    ? errorSentences.SEALPOST_DEVICE_REMOVED
    : errorSentences.SEALPOST_SUPERSEDED
}

/** Says so on the standard error. @returns whether it is so: then relays need not be waited for */
export async function warnIfStopped(context: Context, client: SealpostClient): Promise<boolean> {
  const { stopped } = client
  if (stopped !== undefined) {
    await warn(context, stopSentence(stopped))
  }
  return stopped !== undefined
}
