import type { RecallState, SealpostClient, Timeline } from '@sealpost/client'
import { isSealpostError, type MessageId, SealpostError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { withDeadline } from '../deadline.ts'
import { readTimeout } from '../flag-values.ts'
import { settle } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

const TIMEOUT_MS = 15_000

/** Takes an own message back. */
export const recall: Command = {
  name: 'recall',
  sentence: 'takes one of your messages back',
  arguments: [{ name: 'ID', sentence: 'the messageId that send gave' }],
  flags: [
    {
      name: '--timeout',
      value: 'SECONDS',
      sentence: 'how long to wait for the relays; 15 if not given',
      read: readTimeout
    }
  ],
  notes: [
    'in-time: no device had fetched it from any relay. too-late: some device had; it was asked to',
    'erase the text, and a person may have read it. What is pending goes on whenever sealpost runs.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { messageId } = await client.messageOf(values.text('ID'))
  if (messageId === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a message that was found by its id has none')
  }
  await client.recall(messageId)
  const message = await ended(context, client, messageId)
  const state: RecallState = message.recall ?? 'pending'
  await show(context, { messageId, state }, sentences.recall[state])
  await settle(context, client)
  if (state === 'pending') {
    throw new SealpostError('SEALPOST_TIMEOUT', sentences.recall.timeout)
  }
  return 0
}

/** The message once all relays have answered, or as it is when the time is over. */
async function ended(
  context: Context,
  client: SealpostClient,
  messageId: MessageId
): Promise<Timeline> {
  try {
    return await withDeadline(context, context.values.number('--timeout') ?? TIMEOUT_MS, (signal) =>
      client.waitForRecall(messageId, signal)
    )
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      return client.message(messageId)
    }
    throw error
  }
}
