import type { Contact } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import { contactNamed, WHO } from '../who.ts'

const CHOICES = ['on', 'off', 'default'] as const
type Choice = (typeof CHOICES)[number]

/** Chooses whether there may be a direct path to a contact. */
export const direct: Command = {
  name: 'direct',
  sentence: 'chooses whether you and a contact may connect without relays between',
  arguments: [
    WHO,
    {
      name: 'CHOICE',
      sentence: 'on, off, or default: as settings direct says; shows it if left out',
      isOptional: true
    }
  ],
  flags: [],
  notes: [
    'A direct path shows each side the network address of the other, and needs the leave of both.',
    'Strangers and those who wait for your answer never get one. Losing it costs nothing: relays carry',
    'what is left.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const choice = choiceOf(values.optionalText('CHOICE'))
  const client = await context.client()
  const found = await contactNamed(context, client)
  const contact = choice === undefined ? found : await client.setDirect(found.contactId, choice)
  const { isDirect } = client.settings()
  const isAllowed = contact.direct === 'default' ? isDirect : contact.direct === 'on'
  await show(context, directJson(contact, isAllowed), directText(contact, isAllowed))
  if (isAllowed && choice !== undefined) {
    await remark(context, sentences.direct.consent)
  }
  if (choice !== undefined) {
    await carryOut(context, client)
  }
  return 0
}

function choiceOf(text: string | undefined): Choice | undefined {
  const choice = CHOICES.find((candidate) => candidate === text)
  if (text !== undefined && choice === undefined) {
    throw new UsageError('SEALPOST_USAGE', sentences.usage.choice('CHOICE', CHOICES))
  }
  return choice
}

function directJson(contact: Contact, isAllowed: boolean): object {
  const { contactId, name, hasPath } = contact
  return { contactId, name, direct: contact.direct, isAllowed, hasPath }
}

function directText({ name, direct: choice, hasPath }: Contact, isAllowed: boolean): string {
  const words = sentences.direct
  const who = plainLine(name)
  return [
    isAllowed ? words.allowed(who) : words.refused(who),
    choice === 'default' ? words.byDefault : '',
    hasPath ? words.hasPath : ''
  ]
    .filter((sentence) => sentence !== '')
    .join(' ')
}
