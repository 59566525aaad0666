import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { idOf } from './edit.ts'

/** Shows an emoji at a message. */
export const react: Command = {
  name: 'react',
  sentence: 'shows an emoji at a message, in place of the one you showed before',
  arguments: [
    { name: 'ID', sentence: 'the messageId that send or inbox gave' },
    { name: 'EMOJI', sentence: 'one emoji', isOptional: true }
  ],
  flags: [{ name: '--none', sentence: 'takes yours back' }],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const emoji = values.optionalText('EMOJI')
  if ((emoji === undefined) !== values.has('--none')) {
    throw new UsageError('SEALPOST_USAGE', sentences.words.oneReaction)
  }
  const client = await context.client()
  const messageId = idOf(await client.messageOf(values.text('ID')))
  await client.react(messageId, emoji)
  const said = emoji === undefined ? sentences.words.reactionGone : sentences.words.reacted
  await show(context, { messageId, emoji }, said)
  await carryOut(context, client)
  return 0
}
