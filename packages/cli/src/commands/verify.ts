import type { Command, Context } from '../command.ts'
import { findContact } from '../network.ts'
import { plainLine } from '../plain-text.ts'
import { sentences } from '../sentences.ts'
import { remark, show } from '../show.ts'

const GROUP_DIGITS = 5
const LINE_GROUPS = 4

/** Shows the number that is the same on both sides. */
export const verify: Command = {
  name: 'verify',
  sentence: 'shows the safety number of you and a contact, to compare with theirs',
  arguments: [{ name: 'WHO', sentence: 'a contact, by name or id' }],
  flags: [],
  run
}

async function run(context: Context): Promise<number> {
  const client = await context.client()
  const contact = await findContact(context, client, context.values.text('WHO'))
  const { safetyNumber, isVerified } = await client.safetyNumber(contact.contactId)
  await show(context, { safetyNumber, verified: isVerified }, numberText(safetyNumber))
  await remark(context, sentences.verify.compare(plainLine(contact.name)))
  return 0
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
