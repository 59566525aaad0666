/** Tells people, beside what they asked for, that somebody waits for their answer. */
import type { SealpostClient } from '@sealpost/client'
import type { Context } from './command.ts'
import { sentences } from './sentences.ts'
import { remark } from './show.ts'

export async function remarkRequests(context: Context, client: SealpostClient): Promise<void> {
  const { length } = client.requests()
  if (length > 0) {
    await remark(context, sentences.requests.waiting(length))
  }
}
