/** What a client encrypted, on its way into the outbox: the rows of the message and its indexes. */
import { create, toBinary } from '@bufbuild/protobuf'
import { encodeContent, utf8ToBytes } from '@sealpost/protocol'
import { MessageKind, MessageRowSchema } from '@sealpost/protocol/home'
import type { OwnAddresses } from '../address/own-addresses.ts'
import type { NewOutboxItem } from '../delivery/outbox-item.ts'
import type { Inbox } from '../delivery/inbox.ts'
import type { Outbox } from '../delivery/outbox.ts'
import type { ProgressTable } from '../delivery/progress.ts'
import type { Repairs } from '../delivery/repairs.ts'
import type { Recalls } from '../delivery/recalls.ts'
import { textFields } from '../conversation/message-rows.ts'
import type { MessageWords } from '../conversation/message-words.ts'
import type { Timers } from '../conversation/timers.ts'
import type { Direct } from '../direct/direct.ts'
import { invariant } from '../invariant.ts'
import type { Account } from './account.ts'
import { type Contact, type Contacts, isMute } from './contacts.ts'
import type { Submission, SubmissionPart } from './effects.ts'
import type { FirstContact } from './first-contact.ts'
import type { PeerKernel } from './kernel.ts'
import { messageKey, numberIndexKey, ownIndexKey, withdrawalIndexKey } from './keys.ts'
import type { RelayBook } from './relay-book.ts'

export interface SubmitParts {
  readonly kernel: PeerKernel
  readonly account: () => Account
  readonly book: RelayBook
  readonly contacts: Contacts
  readonly progress: ProgressTable
  readonly inbox: Inbox
  readonly outbox: Outbox
  readonly repairs: Repairs
  readonly ownAddresses: OwnAddresses
  readonly firstContact: FirstContact
  readonly recalls: Recalls
  readonly direct: Direct
  readonly words: MessageWords
  readonly timers: Timers
}

/**
 * Takes a content that was encrypted for the devices of a contact.
 *
 * @throws SealpostError `SEALPOST_BUG` where its number is not the contact's next: it would never be shown.
 */
export function submit(home: SubmitParts, given: Submission): void {
  const { contacts, inbox, outbox } = home
  const { contactId, content } = given
  const contact = contacts.get(contactId)
  if (contact === undefined || isMute(contact)) {
    return
  }
  // A device may have left while its ciphertext was made.
  const devices = contacts.devices(contact)
  const parts = given.parts.filter(({ device }) => devices.includes(device))
  const submission = { ...given, parts }
  if (content.number === 0) {
    for (const part of parts) {
      // One for each device, the latest.
      outbox.submitReceipt(contactId, part.device, itemOf(home, submission, part, ''))
    }
  } else {
    const changed = submitNumbered(home, contact, submission)
    contacts.put(changed)
    if (contact.owesAnswer && !changed.owesAnswer) {
      home.firstContact.answered(contactId)
    }
    home.ownAddresses.toldIn(contactId, content)
    if (content.body.type === 'text') {
      home.firstContact.textSubmitted(contactId, content.body.text)
      home.words.arrived(content.messageId, true)
      home.contacts.said(contactId, content.sentAtMs, home.book.networkTimeMs())
    } else if (content.body.type === 'withdrawal') {
      home.recalls.begin(contactId, content.body)
    } else if (content.body.type === 'timer') {
      home.timers.take(contactId, content.body, true)
    } else if (content.body.type === 'edit' || content.body.type === 'reaction') {
      const { number, sentAtMs } = content
      const { device } = home.account()
      home.words.take({ contactId, isOwn: true, device, number, sentAtMs }, content.body)
    }
  }
  home.repairs.submitted(submission)
  inbox.receiptTold(contactId, parts)
  const reached = parts.map(({ device }) => device)
  home.direct.submitted(contactId, content, reached)
}

/** One row for the message, and one in the outbox for each device that gets it. @returns the contact as it is afterwards. */
function submitNumbered(home: SubmitParts, contact: Contact, submission: Submission): Contact {
  const { kernel, outbox, progress } = home
  const { content, contactId } = submission
  const { messageId, number } = content
  invariant(
    number === contact.nextNumber && messageId !== undefined,
    'a message without the next number'
  )
  // What is shown already stays above.
  const orderMs = Math.max(kernel.atMs, contact.lastOrderMs, progress.lastOrderMs(contactId))
  const { device } = home.account()
  const isShown = content.body.type === 'text'
  const key = isShown ? messageKey(contactId, orderMs, { device, isOwn: true }, number) : ''
  if (content.body.type === 'text') {
    const row = create(MessageRowSchema, {
      kind: MessageKind.SENT,
      messageId,
      device,
      number,
      ...textFields(content.body),
      sentAtMs: content.sentAtMs,
      storedAtMs: kernel.atMs
    })
    home.words.fading.begin(key, row)
    kernel.write('message', key, toBinary(MessageRowSchema, row))
    kernel.write('message-index', ownIndexKey(messageId), utf8ToBytes(key))
    kernel.write('message-index', numberIndexKey(contactId, number), utf8ToBytes(key))
  } else if (content.body.type === 'withdrawal' || content.body.type === 'timer') {
    // A device that knows what was before, from a backup, is to hear of it, however late.
    const { sentAtMs, body } = content
    const bytes = encodeContent({ number, messageId, sentAtMs, progress: [], body })
    kernel.write('message-index', withdrawalIndexKey(contactId, device, number), bytes)
  }
  for (const part of submission.parts) {
    outbox.submit(contactId, part.device, itemOf(home, submission, part, key))
  }
  const isAnswer = content.body.type === 'accept' || content.body.type === 'link-used'
  return {
    ...contact,
    nextNumber: number + 1,
    lastOrderMs: isShown ? orderMs : contact.lastOrderMs,
    owesAnswer: contact.owesAnswer && !isAnswer
  }
}

function itemOf(
  { kernel, account }: SubmitParts,
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
    lifetime: account().settings.lifetime,
    messageKey: key
  }
}
