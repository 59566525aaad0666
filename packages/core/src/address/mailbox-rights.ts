import type { MailboxId, NodeKey } from '@sealpost/protocol'
import type { Account } from '../peer/account.ts'
import { fetchToken } from './seeds.ts'

/** A mailbox of ours, and what proves that to its relay. */
export interface MailboxRight {
  readonly mailboxId: MailboxId
  readonly fetchToken: Uint8Array
}

/** @param mailboxes of this device. @param boxes of the account's links, which any of its devices may fetch from */
export function rightsAt(
  { mailboxSecret, ownerSecret }: Pick<Account, 'mailboxSecret' | 'ownerSecret'>,
  relay: NodeKey,
  mailboxes: readonly MailboxId[],
  boxes: readonly MailboxId[]
): readonly MailboxRight[] {
  const right =
    (secret: Uint8Array) =>
    (mailboxId: MailboxId): MailboxRight => ({
      mailboxId,
      fetchToken: fetchToken(secret, relay, mailboxId)
    })
  return [...mailboxes.map(right(mailboxSecret)), ...boxes.map(right(ownerSecret))]
}
