/** Where in the app a person is: in the fragment of the address, which no relay and no host ever sees. */
import type { ContactId, MessageId } from '@sealpost/protocol'

export type Route =
  | { readonly screen: 'home' }
  /** At the newest message, or at the one of a key. */
  | { readonly screen: 'chat'; readonly contactId: ContactId; readonly messageKey?: string }
  | { readonly screen: 'contact'; readonly contactId: ContactId }
  | { readonly screen: 'safety-number'; readonly contactId: ContactId }
  | { readonly screen: 'message'; readonly contactId: ContactId; readonly messageId: MessageId }
  /** Somebody's link was opened. */
  | { readonly screen: 'invited'; readonly link: string }
  /** Of all chats, or of one. */
  | { readonly screen: 'starred'; readonly contactId?: ContactId }
  | { readonly screen: 'add' }
  | { readonly screen: 'requests' }
  | { readonly screen: 'network' }
  | { readonly screen: 'keys' }
  | { readonly screen: 'settings'; readonly section: string }
  | { readonly screen: 'report'; readonly number: string }

/** The longest fragment that is looked at: no link is nearly as long. */
const FRAGMENT_MAX = 4_096

/** What an address says; home for what says nothing. */
export function parseRoute(fragment: string): Route {
  const path = fragment.length > FRAGMENT_MAX ? '' : fragment.replace(/^#?\/?/, '')
  const [first = '', second = '', third = '', fourth = ''] = path.split('/')
  // Ids are made and checked by the peer: one that is wrong is one that it does not know.
  const contactId = second as ContactId
  switch (first) {
    case 'i':
      return second === ''
        ? { screen: 'home' }
        : { screen: 'invited', link: `sealpost:i/${second}` }
    case 'chat':
      if (second === '') {
        return { screen: 'home' }
      }
      if (third === 'message' && fourth !== '') {
        return { screen: 'message', contactId, messageId: fourth as MessageId }
      }
      if (third === 'at' && fourth !== '') {
        return { screen: 'chat', contactId, messageKey: fourth }
      }
      if (third === 'info') {
        return { screen: 'contact', contactId }
      }
      if (third === 'starred') {
        return { screen: 'starred', contactId }
      }
      return third === 'verify'
        ? { screen: 'safety-number', contactId }
        : { screen: 'chat', contactId }
    case 'add':
    case 'requests':
    case 'network':
    case 'keys':
    case 'starred':
      return { screen: first }
    case 'settings':
      return { screen: 'settings', section: second }
    case 'report':
      return second === ''
        ? { screen: 'settings', section: 'feedback' }
        : { screen: 'report', number: second }
    default:
      return { screen: 'home' }
  }
}

/** The address of a place: `parseRoute` gives the place again. */
export function formatRoute(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '#/'
    case 'chat':
      return route.messageKey === undefined
        ? `#/chat/${route.contactId}`
        : `#/chat/${route.contactId}/at/${route.messageKey}`
    case 'contact':
      return `#/chat/${route.contactId}/info`
    case 'safety-number':
      return `#/chat/${route.contactId}/verify`
    case 'starred':
      return route.contactId === undefined ? '#/starred' : `#/chat/${route.contactId}/starred`
    case 'message':
      return `#/chat/${route.contactId}/message/${route.messageId}`
    case 'invited':
      return `#/i/${route.link.slice('sealpost:i/'.length)}`
    case 'report':
      return `#/report/${route.number}`
    case 'settings':
      return route.section === '' ? '#/settings' : `#/settings/${route.section}`
    default:
      return `#/${route.screen}`
  }
}
