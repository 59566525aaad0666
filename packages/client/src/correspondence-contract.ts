/** What conversations with contacts and with our own devices have in common. */
import type { Mutation, PeerEffect, PeerInput, PeerMachine, Submission } from '@sealpost/core'
import type { Driver } from '@sealpost/host'
import type { ContactId, ContentBody, DeviceNumber, MessageId } from '@sealpost/protocol'

export type PeerDriver = Driver<PeerInput, PeerEffect, PeerMachine>

/** A content to encrypt. */
export interface Draft {
  readonly contactId: ContactId
  /** Those that it goes to, as far as they can be written to. */
  readonly devices: readonly DeviceNumber[]
  readonly number: number
  readonly messageId: MessageId | undefined
  readonly body: ContentBody
}

export interface Composed {
  readonly submission: Submission
  /** What the sessions wrote. */
  readonly staged: readonly Mutation[]
}
