import type { Contact, SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Command, Context } from '../command.ts'
import { carryOut } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'
import type { Values } from '../values.ts'
import { contactNamed, WHO } from '../who.ts'

const GROUP_DIGITS = 5
const LINE_GROUPS = 4

/** Shows the number that is the same on both sides, and notes that it was compared. */
export const verify: Command = {
  name: 'verify',
  sentence: 'shows the safety number of you and a contact, to compare with theirs',
  arguments: [WHO],
  flags: [
    { name: '--confirm', sentence: 'notes that you compared it and it was the same' },
    { name: '--unconfirm', sentence: 'takes that back' },
    { name: '--seen', sentence: 'goes on under a changed identity without comparing' }
  ],
  notes: [
    'Who is verified and then has another identity gets nothing before you have looked: compare the new',
    'number and --confirm, or say --seen.'
  ],
  run
}

async function run(context: Context): Promise<number> {
  const { values } = context
  const wish = wishOf(values)
  const client = await context.client()
  const found = await contactNamed(context, client)
  const contact = await carriedOut(client, found, wish)
  const { safetyNumber, isVerified } = await client.safetyNumber(contact.contactId)
  const { isIdentityChanged } = contact
  await show(
    context,
    { safetyNumber, verified: isVerified, isIdentityChanged },
    numberText(safetyNumber)
  )
  await remark(context, remarkOn(contact, wish))
  if (wish !== undefined) {
    // What was held back may go now.
    await carryOut(context, client)
  }
  return 0
}

type Wish = '--confirm' | '--unconfirm' | '--seen'

function wishOf(values: Values): Wish | undefined {
  const wishes = (['--confirm', '--unconfirm', '--seen'] as const).filter((wish) =>
    values.has(wish)
  )
  if (wishes.length > 1) {
    throw new UsageError('SEALPOST_USAGE', sentences.verify.one)
  }
  return wishes[0]
}

async function carriedOut(
  client: SealpostClient,
  contact: Contact,
  wish: Wish | undefined
): Promise<Contact> {
  switch (wish) {
    case '--confirm':
      return client.setVerified(contact.contactId, true)
    case '--unconfirm':
      return client.setVerified(contact.contactId, false)
    case '--seen':
      return client.acknowledgeIdentity(contact.contactId)
    case undefined:
      return contact
  }
}

function remarkOn(
  { name, isVerified, isIdentityChanged }: Contact,
  wish: Wish | undefined
): string {
  const words = sentences.verify
  const shown = plainLine(name)
  switch (wish) {
    case '--confirm':
      return words.confirmed(shown)
    case '--unconfirm':
      return words.unconfirmed(shown)
    case '--seen':
      return words.seen(shown)
    case undefined: {
      const before = isIdentityChanged
        ? `${words.changed(shown)}\n`
        : isVerified
          ? `${words.isVerified(shown)}\n`
          : ''
      return `${before}${words.compare(shown)}`
    }
  }
}

/** Groups of five digits, four on a line, as it is read aloud. */
function numberText(digits: string): string {
  const groups = digits.match(new RegExp(`\\d{1,${String(GROUP_DIGITS)}}`, 'g')) ?? []
  const lines: string[] = []
  for (let at = 0; at < groups.length; at += LINE_GROUPS) {
    lines.push(groups.slice(at, at + LINE_GROUPS).join(' '))
  }
  return lines.join('\n')
}
