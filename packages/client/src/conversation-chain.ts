/** A conversation that went on under another identity: one for the person, several contacts in the store. */
import type { PeerMachine } from '@sealpost/core'
import type { ContactId } from '@sealpost/protocol'

/** The contact, and those whose conversations went on with it, the latest first. */
export function chainOf(
  machine: Pick<PeerMachine, 'contact'> | undefined,
  contactId: ContactId
): readonly ContactId[] {
  const chain = [contactId]
  for (;;) {
    const before = machine?.contact(chain.at(-1) ?? contactId)?.replaces
    if (before === undefined || chain.includes(before)) {
      return chain
    }
    chain.push(before)
  }
}

/** The contact with whom the conversation of one goes on now: mostly itself. */
export function presentOf(
  machine: Pick<PeerMachine, 'contact' | 'contacts'> | undefined,
  contactId: ContactId
): ContactId {
  const seen = [contactId]
  for (;;) {
    const at = seen.at(-1) ?? contactId
    const next =
      machine?.contact(at)?.standing === 'replaced'
        ? machine.contacts().find(({ replaces }) => replaces === at)?.contactId
        : undefined
    if (next === undefined || seen.includes(next)) {
      return at
    }
    seen.push(next)
  }
}
