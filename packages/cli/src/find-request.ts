/** Finds one of those who ask to talk. */
import type { Contact, SealpostClient } from '@sealpost/client'
import { UsageError } from '@sealpost/protocol'
import type { Context } from './command.ts'
import { catchUp } from './network.ts'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'

/**
 * Who waits under a name or an id; relays are asked first where nobody does yet.
 *
 * @throws UsageError `SEALPOST_UNKNOWN_CONTACT`
 */
export async function findRequest(
  context: Context,
  client: SealpostClient,
  who: string
): Promise<Contact> {
  let found = await waiting(client, who)
  if (found === undefined && !context.isResident) {
    await catchUp(context, client)
    found = await waiting(client, who)
  }
  if (found === undefined) {
    throw new UsageError('SEALPOST_UNKNOWN_CONTACT', sentences.requests.unknown(plainLine(who)))
  }
  return found
}

/** Names here are all different, in whatever case they are written. */
async function waiting(client: SealpostClient, who: string): Promise<Contact | undefined> {
  const wanted = who.trim().toLowerCase()
  const contacts = await Promise.all(
    client.requests().map(({ contactId }) => client.contact(contactId))
  )
  return contacts.find(
    ({ contactId, name }) => contactId === wanted || name.toLowerCase() === wanted
  )
}
