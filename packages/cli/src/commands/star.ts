import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { idOf } from './edit.ts'

/** Gives a message a star. */
export const star: Command = {
  name: 'star',
  sentence: 'gives a message a star, so that you find it again',
  arguments: [{ name: 'ID', sentence: 'the messageId that send or inbox gave' }],
  flags: [],
  notes: [
    'It is so on all your devices and in backups, and nobody else learns of it. The star goes with its',
    'message. sealpost starred lists all of them.'
  ],
  run: (context) => run(context, true)
}

/** Takes it away. */
export const unstar: Command = {
  name: 'unstar',
  sentence: 'takes the star of a message away',
  arguments: [{ name: 'ID', sentence: 'the messageId that send, inbox or starred gave' }],
  flags: [],
  run: (context) => run(context, false)
}

async function run(context: Context, isWanted: boolean): Promise<number> {
  const client = await context.client()
  const messageId = idOf(await client.messageOf(context.values.text('ID')))
  const { isStarred } = await client.setStar(messageId, isWanted)
  const { starred, unstarred } = sentences.words
  await show(context, { messageId, isStarred }, isStarred ? starred : unstarred)
  await carryOut(context, client)
  return 0
}
