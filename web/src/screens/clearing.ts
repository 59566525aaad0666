/** What empties a chat, or takes one from the list whose link led nowhere: the same in the menu of the list and at the contact. */
import type { Contact } from '@sealpost/client'
import { nameOf } from '../locales/contact-name.ts'
import { t } from '../locales/locale.ts'
import type { PeerApi } from '../wire/peer-api.ts'

export interface Clearing {
  /** What is offered, what it is called in a question, what it does, and what it is called where it is meant. */
  readonly ask: string
  readonly title: string
  readonly lead: string
  readonly confirm: string
  readonly carryOut: (peer: PeerApi) => Promise<unknown>
}

export function clearing(contact: Contact): Clearing {
  const { contactId, standing } = contact
  const name = nameOf(contact)
  return standing === 'failed'
    ? {
        ask: t('remove.ask'),
        title: t('remove.title', { name }),
        lead: t('remove.lead'),
        confirm: t('remove.do'),
        carryOut: (peer) => peer.forgetFailed(contactId)
      }
    : {
        ask: t('clear.ask'),
        title: t('clear.title', { name }),
        lead: t('clear.lead', { name }),
        confirm: t('clear.do'),
        carryOut: (peer) => peer.clearConversation(contactId)
      }
}
