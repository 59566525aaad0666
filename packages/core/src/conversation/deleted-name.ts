import type { ContactId, MessageId } from '@sealpost/protocol'

/** A message that the person deleted for themselves. */
export interface DeletedName {
  readonly contactId: ContactId
  readonly messageId: MessageId
  readonly isOwn: boolean
}
