/** What a relay says unasked, given to whom it concerns. */
import type { MailboxPush, NodeKey } from '@sealpost/protocol'
import type { PeerParts } from './peer-parts.ts'

type PushParts = Pick<PeerParts, 'kernel' | 'book' | 'ownAddresses' | 'firstContact' | 'siblings'>

/** @param push undefined where a frame was none */
export function takePush(parts: PushParts, relay: NodeKey, push: MailboxPush | undefined): void {
  const { kernel, book, ownAddresses, firstContact, siblings } = parts
  switch (push?.type) {
    case undefined:
    case 'deliver':
      // A delivery is opened by the client first.
      return
    case 'drained':
      ownAddresses.drained(relay, push.mailboxId)
      firstContact.invitations.drained(relay, push.mailboxId)
      kernel.notify({ type: 'drained', relay })
      return
    case 'superseded':
      // A request box is any device's of the account; contacts' mailboxes are this one's alone.
      siblings.superseded(ownAddresses.find(relay, push.mailboxId))
      return
    case 'going-away':
      book.get(relay)?.goingAway(push.retryAfterMs)
  }
}
