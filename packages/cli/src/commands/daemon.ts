import type { Command, Context } from '../command.ts'
import { eventSentence } from '../event-sentences.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show, warn } from '../show.ts'
import { warnIfStopped } from '../stop-sentence.ts'
import { untilAborted } from '../until-aborted.ts'

/** Stays online, so that messages arrive at once; the other commands have their work done by it. */
export const daemon: Command = {
  name: 'daemon',
  sentence: 'stays online until it is ended; the other commands speak to it',
  arguments: [],
  flags: [],
  notes: ['It asks for the passphrase once, and the other commands do not while it runs.'],
  stays: () => true,
  place: 'own',
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const stop = client.listen((event) => {
    if (event.type === 'superseded' || event.type === 'device-removed') {
      void eventSentence(client, event).then((sentence) => warn(context, sentence ?? ''))
    }
  })
  const { name } = client.profile
  await show(context, { isReady: true, name }, sentences.daemon.ready(plainLine(name)))
  await warnIfStopped(context, client)
  await untilAborted(context.signal)
  stop()
  return 0
}
