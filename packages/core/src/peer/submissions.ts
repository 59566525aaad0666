/** What a client encrypted, on its way into the outbox: the rows of the message and its indexes. */
import { create, toBinary } from '@bufbuild/protobuf'
import { utf8ToBytes } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import type { NewOutboxItem } from '../delivery/outbox-item.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { invariant } from '../invariant.ts'
import type { Account } from './account.ts'
import type { Contact } from './contacts.ts'
import type { Submission, SubmissionPart } from './effects.ts'
import type { PeerKernel } from './kernel.ts'
import { messageKey, numberIndexKey, ownIndexKey } from './keys.ts'

/**
 * Takes a numbered content: one row for it, and one in the outbox for each device that gets it.
 *
 * @param theirOrderMs where the contact's last message stands: what is shown already stays above.
 * @returns the contact as it is afterwards.
 * @throws SealpostError `SEALPOST_BUG` where the number is not the contact's next: its ciphertext would never be shown.
 */
export function submitMessage(
  parts: { readonly kernel: PeerKernel; readonly outbox: Outbox; readonly account: Account },
  contact: Contact,
  theirOrderMs: number,
  submission: Submission
): Contact {
  const { kernel, outbox } = parts
  const { content, contactId } = submission
  const { messageId, number } = content
  invariant(
    number === contact.nextNumber && messageId !== undefined,
    'a message without the next number'
  )
  const orderMs = Math.max(kernel.atMs, contact.lastOrderMs, theirOrderMs)
  const isShown = content.body.type === 'text'
  const key = isShown
    ? messageKey(contactId, orderMs, { device: parts.account.device, isOwn: true }, number)
    : ''
  if (content.body.type === 'text') {
    const row = create(MessageRowSchema, {
      kind: MessageKind.SENT,
      messageId,
      device: parts.account.device,
      number,
      text: content.body.text,
      sentAtMs: content.sentAtMs,
      storedAtMs: kernel.atMs
    })
    kernel.write('message', key, toBinary(MessageRowSchema, row))
    kernel.write('message-index', ownIndexKey(messageId), utf8ToBytes(key))
    kernel.write('message-index', numberIndexKey(contactId, number), utf8ToBytes(key))
  }
  for (const part of submission.parts) {
    outbox.submit(contactId, part.device, itemOf(kernel, submission, part, key))
  }
  const isAnswer = content.body.type === 'accept' || content.body.type === 'link-used'
  return {
    ...contact,
    nextNumber: number + 1,
    lastOrderMs: isShown ? orderMs : contact.lastOrderMs,
    owesAnswer: contact.owesAnswer && !isAnswer
  }
}

/** Takes a receipt: one for each device, the latest. */
export function submitReceipt(kernel: PeerKernel, outbox: Outbox, submission: Submission): void {
  for (const part of submission.parts) {
    outbox.submitReceipt(submission.contactId, part.device, itemOf(kernel, submission, part, ''))
  }
}

function itemOf(
  kernel: PeerKernel,
  { content, contentBytes }: Submission,
  { ciphertext }: SubmissionPart,
  key: string
): NewOutboxItem {
  return {
    messageId: content.messageId,
    number: content.number,
    content: contentBytes,
    ciphertext,
    replicaSeed: kernel.random.bytes(32),
    createdAtMs: kernel.atMs,
    messageKey: key
  }
}
