/** The parts of a `PeerMachine`, and who tells whom. */
import type { ContactId, DeviceNumber } from '@sealpost/protocol'
import { Bundles } from '../address/bundles.ts'
import { OwnAddresses } from '../address/own-addresses.ts'
import { type DirectAnswers, Inbox } from '../delivery/inbox.ts'
import { MessageWords } from '../conversation/message-words.ts'
import { Timers } from '../conversation/timers.ts'
import { Outbox } from '../delivery/outbox.ts'
import type { OutboxEvents } from '../delivery/outbox-route.ts'
import { ProgressTable } from '../delivery/progress.ts'
import { Repairs } from '../delivery/repairs.ts'
import { Recalls } from '../delivery/recalls.ts'
import { SeenCiphertexts } from '../delivery/seen-ciphertexts.ts'
import { Withdrawals } from '../delivery/withdrawals.ts'
import { Direct } from '../direct/direct.ts'
import { Copies } from '../device/copies.ts'
import { DevicesState } from '../device/devices-row.ts'
import { MissedHistory } from '../device/missed-history.ts'
import { OwnWords } from '../device/own-words.ts'
import { Siblings } from '../device/siblings.ts'
import { Sync } from '../device/sync.ts'
import { Transfers } from '../device/transfers.ts'
import { WithdrawnCopies } from '../device/withdrawn-copies.ts'
import type { Account } from './account.ts'
import { ContactDevices, type ContactDevicesParts } from './contact-devices.ts'
import { Contacts, isMute } from './contacts.ts'
import { Conversations } from './conversations.ts'
import { FirstContact } from './first-contact.ts'
import { PeerKernel } from './kernel.ts'
import { OwnAccount } from './own-account.ts'
import type { PeerOptions } from './peer-rows.ts'
import { Reception } from './reception.ts'
import { RelayBook, type RelayBookEvents } from './relay-book.ts'
import type { SubmitParts } from './submissions.ts'

/** What the account and the network are to all other parts. */
interface Ground {
  readonly kernel: PeerKernel
  readonly account: OwnAccount
  readonly book: RelayBook
  readonly contacts: Contacts
}

/** What carries messages. */
interface Delivery {
  readonly progress: ProgressTable
  readonly outbox: Outbox
  readonly inbox: Inbox
  readonly repairs: Repairs
  readonly recalls: Recalls
  readonly withdrawals: Withdrawals
  readonly words: MessageWords
  readonly timers: Timers
  readonly seen: SeenCiphertexts
  readonly devices: ContactDevices
}

/** How people are reached, and come to know each other. */
interface Reach {
  readonly ownAddresses: OwnAddresses
  readonly bundles: Bundles
  readonly firstContact: FirstContact
  readonly direct: Direct
}

/** The account's other devices. */
export interface OwnDevices {
  readonly state: DevicesState
  readonly siblings: Siblings
  readonly sync: Sync
  readonly missedHistory: MissedHistory
  readonly copies: Copies
  readonly withdrawn: WithdrawnCopies
  readonly transfers: Transfers
  readonly ownWords: OwnWords
}

export type PeerParts = Ground &
  Delivery &
  Reach &
  OwnDevices & {
    readonly conversations: Conversations
    readonly submitting: SubmitParts
    readonly reception: Reception
  }

/** Makes all parts of a machine. What one tells another is looked up when it is told, so that each can know the later ones. */
export function makePeerParts(
  given: Account,
  { random, atMs, heartbeatMs }: PeerOptions,
  events: Pick<RelayBookEvents, 'onReady' | 'onHeard'>
): PeerParts {
  const kernel = new PeerKernel(random, atMs, heartbeatMs)
  const instance = random.bytes(16)
  const parts: () => PeerParts = () => all
  const ownAccount = new OwnAccount(kernel, given)
  const book = new RelayBook(kernel, given.relays, {
    ...events,
    onLost: ({ nodeKey }) => {
      all.inbox.lost(nodeKey)
      all.ownAddresses.lost(nodeKey)
      all.outbox.lost(nodeKey)
      all.repairs.lost(nodeKey)
    }
  })
  const contacts = new Contacts(kernel, () => ownAccount.now, {
    onChanged: (contactId) => {
      all.sync.contactChanged(contactId)
    },
    decidedAtMs: () => all.sync.decidedAtMs()
  })
  const ground = { kernel, account: ownAccount, book, contacts }
  const delivery = makeDelivery(ground, parts)
  const reach = makeReach(ground, delivery, parts, instance)
  const own = makeOwnDevices({ ...ground, ...delivery, ...reach })
  const conversations = new Conversations({ ...ground, ...delivery, ...reach })
  const account = (): Account => ownAccount.now
  const submitting = { ...ground, ...delivery, ...reach, ...own, account }
  const reception = new Reception(submitting)
  const made = { conversations, submitting, reception }
  const all: PeerParts = { ...ground, ...delivery, ...reach, ...own, ...made }
  return all
}

function makeOwnDevices(parts: Ground & Delivery & Reach): OwnDevices {
  const { kernel, book } = parts
  const state = new DevicesState(kernel)
  const siblings = new Siblings({
    ...parts,
    state,
    onListChanged: (devices) => {
      parts.firstContact.invitations.devicesChanged(devices, false)
    },
    onStopped: () => {
      // In this order: not even that we go is told any more.
      book.setOnline(false)
      parts.direct.setOnline(false)
    }
  })
  const { invitations } = parts.firstContact
  const sync = new Sync({ ...parts, state })
  const missedHistory = new MissedHistory({
    kernel,
    state,
    sync,
    hasSiblings: () => listed(parts.contacts, parts.contacts.self()?.contactId).length > 0
  })
  const withdrawn = new WithdrawnCopies(kernel)
  const copies = new Copies({ ...parts, sync, withdrawn })
  const transfers = new Transfers(kernel, state)
  const made = { siblings, sync, missedHistory, copies, withdrawn, transfers }
  const ownWords = new OwnWords({ ...parts, ...made, invitations })
  return { state, ...made, ownWords }
}

function makeDelivery(
  { kernel, account, book, contacts }: Ground,
  parts: () => PeerParts
): Delivery {
  const progress = new ProgressTable(kernel)
  const outbox = new Outbox({
    kernel,
    book,
    progress,
    events: outboxEvents({ kernel, contacts }, parts),
    depositDirectly: (device, item, answered) => parts().direct.deposit(device, item, answered)
  })
  const inbox = makeInbox({ kernel, book, contacts }, progress, parts)
  const reached = (contactId: ContactId): readonly DeviceNumber[] => listed(contacts, contactId)
  const recalls = new Recalls({ kernel, book, outbox, devices: reached })
  const seen = new SeenCiphertexts(kernel)
  const repairs = new Repairs({
    kernel,
    book,
    contacts,
    progress,
    inbox,
    outbox,
    seen,
    account: () => account.now,
    isAddress: (contactId, number) => parts().ownAddresses.isToldIn(contactId, number),
    isCaughtUp: () => isCaughtUp(parts()),
    onBehind: () => {
      parts().ownWords.fellBehind()
    },
    onList: (contactId, list) => {
      parts().devices.take(contactId, list)
    },
    onOlder: (contactId) => {
      parts().ownAddresses.outrunCopy(contactId)
    },
    onUnread: (device, sinceMs) => {
      parts().ownWords.unread(device, sinceMs)
    },
    onMissing: ({ createdAtMs }) => {
      parts().missedHistory.missed(createdAtMs)
    },
    onAwake: (device, sinceMs) => {
      parts().ownWords.awake(device, sinceMs)
    }
  })
  const devices = new ContactDevices({
    kernel,
    contacts,
    progress,
    inbox,
    outbox,
    repairs,
    ...deviceEvents(parts)
  })
  const words = new MessageWords(kernel, (a, b) => contacts.isSamePerson(a, b))
  const made = { progress, outbox, inbox, repairs, recalls, words, seen, devices }
  const withdrawals = new Withdrawals(kernel, progress, words)
  return { ...made, withdrawals, timers: new Timers({ kernel, book, contacts, progress }) }
}

/** What becomes of what is on its way. Of own devices each is told of by itself. */
function outboxEvents(
  { kernel, contacts }: Pick<Ground, 'kernel' | 'contacts'>,
  parts: () => PeerParts
): OutboxEvents {
  const isOwn = (contactId: ContactId): boolean => contacts.get(contactId)?.standing === 'self'
  return {
    onStored: (contactId, device, item, isTick) => {
      parts().conversations.stored(contactId, device, item, isTick)
      parts().repairs.stored(contactId, device, item.number)
    },
    onProblem: (contactId, problem) => {
      if (!isOwn(contactId)) {
        kernel.notify({ type: 'contact-problem', contactId, problem })
      }
    },
    onNowhere: (contactId, device, isNowhere) => {
      if (isOwn(contactId)) {
        kernel.notify({ type: 'devices-changed' })
      }
      if (isOwn(contactId) && isNowhere) {
        kernel.notify({ type: 'device-not-found', device })
      }
    }
  }
}

/** What of the devices of contacts, and of our own, others are told. */
function deviceEvents(
  parts: () => PeerParts
): Pick<ContactDevicesParts, 'onDevicesChanged' | 'onAddress' | 'isLate' | 'onOwnList'> {
  return {
    onDevicesChanged: (contactId, added, removed) => {
      parts().conversations.devicesChanged(contactId, added, removed)
    },
    onAddress: (contactId, device, isFirst) => {
      parts().ownWords.addressChanged(contactId, device, isFirst)
      parts().repairs.readdressed(contactId, device)
    },
    isLate: (contactId, device, content) => parts().siblings.isLate(contactId, device, content),
    onOwnList: (list) => {
      parts().ownWords.takeList(list)
    }
  }
}

function listed(contacts: Contacts, contactId: ContactId | undefined): readonly DeviceNumber[] {
  const contact = contactId === undefined ? undefined : contacts.get(contactId)
  return contact === undefined ? [] : contacts.devices(contact)
}

function makeInbox(
  { kernel, book, contacts }: Pick<Ground, 'kernel' | 'book' | 'contacts'>,
  progress: ProgressTable,
  parts: () => PeerParts
): Inbox {
  const answers: DirectAnswers = {
    ack: (origin) => {
      parts().direct.ack(origin)
    },
    deny: (origin) => {
      parts().direct.deny(origin)
    }
  }
  return new Inbox(kernel, book, progress, answers, {
    isMute: (contactId) => {
      const contact = contacts.get(contactId)
      return contact === undefined || isMute(contact)
    },
    isOver: (messageKey, row, readAtMs) =>
      parts().words.fading.begin(messageKey, row, readAtMs) === 'over'
  })
}

/** Whether the relays that we are connected to have given all that they held for us. */
function isCaughtUp({ account, book, firstContact, ownAddresses }: PeerParts): boolean {
  const ready = account.now.relays.filter(({ nodeKey }) => book.get(nodeKey)?.isReady === true)
  return (
    ready.length > 0 &&
    ready.every(
      ({ nodeKey }) =>
        ownAddresses.isDrained(nodeKey) && firstContact.invitations.isDrained(nodeKey)
    )
  )
}

function makeReach(
  { kernel, account, book, contacts }: Ground,
  { devices, inbox, outbox, progress }: Delivery,
  parts: () => PeerParts,
  instance: Uint8Array
): Reach {
  const ownAddresses = new OwnAddresses({
    kernel,
    book,
    account,
    contacts,
    instance,
    onRegistered: (contactId) => {
      parts().firstContact.registered(contactId)
    }
  })
  const bundles = new Bundles(kernel, book, account, () => {
    ownAddresses.bundleChanged()
  })
  const firstContact = new FirstContact({
    kernel,
    book,
    account: () => account.now,
    instance,
    contacts,
    progress,
    devices,
    inbox,
    outbox,
    ownAddresses,
    onLeft: (identityKey, changedAtMs) => {
      parts().sync.declined(identityKey, changedAtMs)
    },
    onLinkChanged: (invitationId) => {
      parts().sync.linkChanged(invitationId)
    }
  })
  const direct = new Direct({
    kernel,
    book,
    account,
    contacts,
    progress,
    ownAddresses,
    address: (contactId, device) => outbox.address(contactId, device),
    onPathChanged: ({ contactId, device }, isReady) => {
      outbox.pathChanged(contactId, device, isReady)
    },
    tellAgain: (contactId, device) => {
      inbox.tellAgain(contactId, device)
    }
  })
  return { ownAddresses, bundles, firstContact, direct }
}
