import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { SENT_FLAGS, showSent } from '../show-sent.ts'
import { contactNamed, WHO } from '../who.ts'

/** Passes a message on. */
export const forward: Command = {
  name: 'forward',
  sentence: 'passes the text of a message on to somebody',
  arguments: [{ name: 'ID', sentence: 'the messageId that send or inbox gave' }, WHO],
  flags: SENT_FLAGS,
  notes: ['It says that it was forwarded, and not by whom it was written, nor when.'],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const client = await context.client()
  const { text, withdrawnAtMs } = await client.messageOf(values.text('ID'))
  if (withdrawnAtMs !== undefined) {
    throw new UsageError('SEALPOST_TOO_LATE', undefined, { detail: 'taken-back' })
  }
  const { contactId } = await contactNamed(context, client)
  return showSent(context, client, await client.send(contactId, text, { isForwarded: true }))
}
