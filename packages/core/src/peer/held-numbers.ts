/** Numbers that a device holds and this home never gave. */
import type { ContactId, Progress } from '@sealpost/protocol'
import { NUMBERS_AHEAD_MAX } from '../delivery/numbers.ts'
import type { Contacts } from './contacts.ts'

/**
 * Another own device holds numbers that this home never gave: it is an older copy of what it was, or another copy runs. They are not
 * given again, since whatever came under them would be taken for a duplicate.
 *
 * @param word what the device says of our messages.
 * @returns whether there were such numbers.
 */
export function skipHeld(contacts: Contacts, contactId: ContactId, word: Progress): boolean {
  const contact = contacts.get(contactId)
  const held = Math.max(word.deliveredUpTo, ...word.deliveredBeyond.map(({ last }) => last))
  const next = contact?.nextNumber ?? 0
  if (contact !== undefined && held >= next && held < next + NUMBERS_AHEAD_MAX) {
    contacts.put({ ...contact, nextNumber: held + 1 })
    return true
  }
  return false
}
