/** What commands that send a text have in common: how long they wait for which proof, and what they say then. */
import type { MessageState, SealpostClient, Timeline } from '@sealpost/client'
import { type ContactId, isSealpostError, type MessageId, SealpostError } from '@sealpost/protocol'
import { isDirect } from './commands/message.ts'
import type { Context, Flag } from './command.ts'
import { withDeadline } from './deadline.ts'
import { readChoice, readTimeout } from './flag-values.ts'
import { settle } from './network.ts'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'
import { show } from './show.ts'

const STATES = ['queued', 'on-relay', 'delivered', 'read'] as const
type WaitState = (typeof STATES)[number]

/** What a relay does takes seconds, what a person does takes longer. */
const TIMEOUT_MS: Readonly<Record<WaitState, number>> = {
  queued: 1_000,
  'on-relay': 15_000,
  delivered: 60_000,
  read: 60_000
}

export const SENT_FLAGS: readonly Flag[] = [
  {
    name: '--wait',
    value: 'STATE',
    sentence: 'what must be proven: queued, on-relay (if not given), delivered or read',
    read: readChoice('--wait', STATES)
  },
  {
    name: '--timeout',
    value: 'SECONDS',
    sentence: 'how long to wait for that; 15, or 60 for delivered and read, if not given',
    read: readTimeout
  }
]

/**
 * Waits for what `--wait` asks of a message that was sent, and says how far it came.
 *
 * @returns the exit code. @throws SealpostError `SEALPOST_TIMEOUT`
 */
export async function showSent(
  context: Context,
  client: SealpostClient,
  sent: { readonly contactId: ContactId; readonly messageId: MessageId | undefined }
): Promise<number> {
  const { values } = context
  const { contactId, messageId } = sent
  if (messageId === undefined) {
    throw new SealpostError('SEALPOST_BUG', 'a sent message has no id')
  }
  const wanted = STATES.find((state) => state === values.optionalText('--wait')) ?? 'on-relay'
  const timeoutMs = values.number('--timeout') ?? TIMEOUT_MS[wanted]
  const isThere = await reached(context, client, { messageId, wanted, timeoutMs })
  const message = await client.message(messageId)
  const state = message.state ?? 'queued'
  await show(context, { messageId, state }, sentText(message, state))
  await settle(context, client)
  if (!isThere) {
    const { name, standing } = await client.contact(contactId)
    throw new SealpostError(
      'SEALPOST_TIMEOUT',
      standing === 'requested'
        ? sentences.send.unanswered(plainLine(name))
        : sentences.send.timeout(state, wanted)
    )
  }
  return 0
}

/** Waits until that much is proven. @returns false where the time was over before */
async function reached(
  context: Context,
  client: SealpostClient,
  goal: { readonly messageId: MessageId; readonly wanted: WaitState; readonly timeoutMs: number }
): Promise<boolean> {
  if (goal.wanted === 'queued') {
    // It is, or the client would have thrown.
    return true
  }
  try {
    await withDeadline(context, goal.timeoutMs, (signal) =>
      client.waitForMessage(goal.messageId, goal.wanted, signal)
    )
    return true
  } catch (error) {
    if (isSealpostError(error) && error.code === 'SEALPOST_TIMEOUT') {
      return false
    }
    throw error
  }
}

function sentText(message: Timeline, state: MessageState): string {
  const { direct, states } = sentences.send
  const said = state === 'on-relay' && isDirect(message) ? direct : states[state]
  return `${said}  ${message.messageId ?? ''}`
}
