/** What happens while a command stays, in a sentence. */
import type { ClientEvent, SealpostClient } from '@sealpost/client'
import type { ContactId } from '@sealpost/protocol'
import { errorSentences } from './error-sentences.ts'
import { lostDeviceText } from './lost-devices.ts'
import { toldNotice } from './operator-notices.ts'
import { plainLine } from './plain-text.ts'
import { sentences } from './sentences.ts'
import { historyText } from './watch-history.ts'

/** Undefined for what a person need not be told of, and for messages, which have lines of their own. */
export async function eventSentence(
  client: SealpostClient,
  event: ClientEvent
): Promise<string | undefined> {
  const nameOf = async (contactId: ContactId): Promise<string> => {
    const { name } = await client.contact(contactId)
    return name === '' ? sentences.add.unnamed : plainLine(name)
  }
  switch (event.type) {
    case 'request':
      return sentences.requests.asks(await nameOf(event.contactId))
    case 'many-requests':
      return sentences.requests.many
    case 'request-dropped':
      return sentences.requests.dropped(plainLine(event.name))
    case 'operator-notice':
      return toldNotice(client, event)
    case 'contact-problem':
      return sentences.contactProblems[event.problem](await nameOf(event.contactId))
    case 'link-failed':
      return sentences.events.linkEnds[event.end](await nameOf(event.contactId))
    case 'contact-merged':
      return sentences.events.merged(await nameOf(event.into))
    case 'identity-changed': {
      const say = event.wasVerified ? sentences.events.held : sentences.events.identityChanged
      return say(await nameOf(event.contactId))
    }
    case 'device-not-found':
      return lostDeviceText(client, event.device)
    case 'superseded':
      return errorSentences.SEALPOST_SUPERSEDED
    case 'device-removed':
      return errorSentences.SEALPOST_DEVICE_REMOVED
    case 'store':
      return event.problem && errorSentences[event.problem]
    case 'history-progress':
      return event.isDone ? historyText(event) : undefined
    default:
      return undefined
  }
}
