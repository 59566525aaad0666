/**
 * Mailboxes that the operator has blocked, each by a hash, so that a list of them names nobody to who does not know the name
 * already.
 *
 * What is blocked takes no deposits, is delivered to nobody and is registered by nobody; each is denied as if there were no such
 * mailbox. What it holds stays until its lifetime is over, so that it is delivered once the block ends; its owner may destroy it,
 * and who wrote may recall.
 */
import { type MailboxId, mailboxIds, utf8ToBytes } from '@sealpost/protocol'
import { sha256 } from '../derive.ts'
import { hexAt } from './hex.ts'

const HASH_BYTES = 32
/** For this purpose alone, so that the hash is of no use elsewhere. */
const LABEL = utf8ToBytes('sealpost-relay/1/blocked mailbox')

/** Of `blockedMailboxHash`, in hex. */
export type BlockedMailboxes = ReadonlySet<string>

/** Labelled SHA-256 of a mailbox's id, in hex. */
export function blockedMailboxHash(mailboxId: MailboxId): string {
  const id = mailboxIds.toBytes(mailboxId)
  const bytes = new Uint8Array(LABEL.length + id.length)
  bytes.set(LABEL)
  bytes.set(id, LABEL.length)
  return hexAt(sha256(bytes), 0, HASH_BYTES)
}

/** Whether this mailbox is among them. Where none is blocked, nothing is hashed. */
export function isMailboxBlocked(blocked: BlockedMailboxes, mailboxId: MailboxId): boolean {
  return blocked.size > 0 && blocked.has(blockedMailboxHash(mailboxId))
}
