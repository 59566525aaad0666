import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'

/** Lets another browser see the page of a desk. */
export const deskPage: Command = {
  name: 'desk page',
  sentence: 'prints a link to the page of the desk that runs, for one browser',
  arguments: [],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const { newPageLink } = await import('../desk-page/desk-page.ts')
  const page = newPageLink(client)
  if (page === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.desk.noPage)
  }
  await show(context, { page }, page)
  return 0
}
