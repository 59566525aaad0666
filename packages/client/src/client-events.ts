/** What of a machine's notices a person's app may show. */
import { type PeerNotice, readMessage } from '@sealpost/core'
import { type ClientEvent, messageView } from './views.ts'

/** The event; undefined for what is only of use within the client. */
export function eventOf(notice: PeerNotice): ClientEvent | undefined {
  switch (notice.type) {
    case 'message-received':
      return { type: 'message', message: messageView(notice.contactId, readMessage(notice.row)) }
    case 'message-changed':
      return {
        type: 'message-changed',
        message: messageView(notice.contactId, readMessage(notice.row))
      }
    case 'message-state':
    case 'message-repaired':
    case 'message-deleted':
    case 'contact-problem':
    case 'superseded':
    case 'device-removed':
    case 'devices-changed':
    case 'device-not-found':
    case 'history-progress':
    case 'request':
    case 'many-requests':
    case 'request-dropped':
    case 'contact-merged':
    case 'identity-changed':
    case 'typing':
    case 'presence':
    case 'direct-changed':
    case 'settings-changed':
      return notice
    case 'invitation-changed':
      return { type: 'link', invitationId: notice.invitationId }
    case 'contact-changed':
      return { type: 'contact', contactId: notice.contactId }
    case 'relay-changed':
      return { type: 'relay', nodeKey: notice.relay }
    case 'operator-notice':
      return { type: 'operator-notice', nodeKey: notice.relay, id: notice.id }
    case 'link-failed':
      return { type: 'link-failed', contactId: notice.contactId, end: notice.end }
    default:
      return undefined
  }
}
