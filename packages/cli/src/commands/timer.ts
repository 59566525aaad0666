import type { Command, Context } from '../command.ts'
import { readTimer } from '../flag-values.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

/** Chooses how long messages stay. */
export const timer: Command = {
  name: 'timer',
  sentence: 'chooses how long what you and a contact write stays, on both sides',
  arguments: [
    WHO,
    {
      name: 'TIME',
      sentence: 'off, or a number of s, m, h, d or w: 30s, 1h, 1w; shows it if left out',
      isOptional: true
    }
  ],
  flags: [],
  notes: [
    'A message goes from the devices of who sent it that long after it was sent, and from those of who',
    'got it that long after they read it. Both may change the timer, for what is written from then on.',
    'It keeps nobody from copying what they read, nor from another program that does not obey.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const wanted = values.optionalText('TIME')
  const seconds = wanted === undefined ? undefined : readTimer(wanted)
  const client = await context.client()
  const found = await contactNamed(context, client)
  const contact = seconds === undefined ? found : await client.setTimer(found.contactId, seconds)
  const { contactId, name, timerSeconds } = contact
  const said = sentences.timer.is(plainLine(name), timerSeconds)
  await show(context, { contactId, name, timerSeconds }, said)
  if (seconds !== undefined) {
    await carryOut(context, client)
  }
  return 0
}
