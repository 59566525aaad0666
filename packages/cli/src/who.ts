/** The contact that a command is about. */
import type { Contact, SealpostClient } from '@sealpost/client'
import type { Argument, Context } from './command.ts'
import { findContact } from './network.ts'

/** As help shows it. */
export const WHO: Argument = { name: 'WHO', sentence: 'a contact, by name or id' }

/** Whom the person named. @throws as `findContact` */
export function contactNamed(context: Context, client: SealpostClient): Promise<Contact> {
  return findContact(context, client, context.values.text(WHO.name))
}
