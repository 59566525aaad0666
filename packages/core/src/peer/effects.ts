/** What a `PeerMachine` is told, and what it asks of the client around it. */
import type {
  Claimable,
  ContactId,
  Content,
  DeviceNumber,
  EnvelopeId,
  Heartbeat,
  IdentityKey,
  Invitation,
  Lifetime,
  MailboxId,
  MailboxRequest,
  MessageId,
  NodeKey,
  NumberRange,
  PrekeyBundle,
  RelayAddress,
  RelayFrame,
  RequestContent,
  ResendRequest,
  SignedDeviceList
} from '@sealpost/protocol'
import type { ClockInput, RecordsInput, StorageEffect, TimeoutInput } from '../machine.ts'
import type {
  DirectEffect,
  DirectInput,
  DirectNotice,
  DirectOrigin,
  SealedInner
} from '../direct/direct-contract.ts'
import type {
  HistoryProgress,
  HistoryStep,
  OwnWord,
  ReceivedCopy,
  ReceivedHistory,
  ReceivedLink
} from '../device/device-contract.ts'
import type { DeletedName } from '../conversation/deleted-name.ts'
import type { ChosenStar } from '../device/star-words.ts'
import type { ShelfWish } from '../conversation/shelves.ts'
import type { Row } from '../tables.ts'
import type { WorkTarget } from '../work.ts'

/** An engine's output: 2 for a message of an answered session, 3 before that. */
export interface CiphertextOfType {
  readonly type: 2 | 3
  readonly bytes: Uint8Array
}

/** Where an envelope came from, so that it can be acknowledged once it is dealt with. */
export type EnvelopeOrigin = RelayOrigin | DirectOrigin

/** A mailbox at a relay. */
export interface RelayOrigin {
  readonly relay: NodeKey
  readonly mailboxId: MailboxId
  readonly envelopeId: EnvelopeId
  /** 32 hex digits of the ciphertext's SHA-256, the same in every replica; undefined where the seal did not open. */
  readonly ciphertextHash: string | undefined
}

interface At {
  readonly atMs: number
}

export type PeerInput =
  | DirectInput
  | RecordsInput
  | TimeoutInput
  | ClockInput
  /** The client may use the network, or may not. */
  | (At & { readonly type: 'online' | 'offline' })
  | (At & { readonly type: 'relay-connected' | 'relay-closed'; readonly relay: NodeKey })
  | (At & { readonly type: 'relay-failed'; readonly relay: NodeKey })
  | (At & { readonly type: 'relay-frame'; readonly relay: NodeKey; readonly frame: RelayFrame })
  /** Messages were encrypted; the sessions' new records are in the same batch. */
  | (At & {
      readonly type: 'submit'
      /** One, or several that are to become durable together. */
      readonly submissions: readonly Submission[]
      /** Of a word for our own devices: which of what was owed it tells. */
      readonly told?: Pick<OwnWord, 'words' | 'revision'>
      /** The account's list from now on, which the submissions tell the other devices. */
      readonly deviceList?: SignedDeviceList
      /** How far a history is once the one submission, which is a part of it, is in the outbox. */
      readonly historyStep?: HistoryStep
      /** What the person deletes for themselves; where there are other own devices, the one submission tells them. */
      readonly deleted?: DeletedRows
    })
  | OwnDeviceInput
  /** A content was opened and decrypted; the session's new record is in the same batch. */
  | (At & {
      readonly type: 'received'
      readonly origin: EnvelopeOrigin
      readonly contactId: ContactId
      readonly device: DeviceNumber
      readonly content: Content
      /** What a word of another own device holds, with what is here of it. */
      readonly own?: ReceivedOwn | undefined
      /** Whether a message of its id is here: of a content that had another name before, or whose number is held. */
      readonly isHere?: boolean | undefined
      /** Where its words tell that this home is an older one: the numbers of all that is on its way to the contact. */
      readonly unheard?: readonly number[] | undefined
    })
  /** An envelope that is no message: decrypted before, or not to be read by anybody here. */
  | (At & {
      readonly type: 'discarded'
      readonly origin: EnvelopeOrigin
      readonly reason: 'duplicate' | 'unreadable' | 'foreign'
      /** Whose conversation shows that something could not be read. */
      readonly contactId: ContactId | undefined
      readonly device: DeviceNumber | undefined
      /** Whether there was no session that could have read it. */
      readonly isSessionLost?: boolean
    })
  /** A device asks for what it could not read. Nobody but the seal vouches for it. */
  | (At & {
      readonly type: 'resend-requested'
      readonly origin: EnvelopeOrigin
      readonly contactId: ContactId
      readonly device: DeviceNumber
      readonly request: ResendRequest
      /** Numbers that the device says it holds, though it could not read what this home said under them. */
      readonly unheard?: readonly number[] | undefined
    })
  /** What `compose-again` asked for; the session's new record is in the same batch. */
  | (At & {
      readonly type: 'submit-again'
      readonly contactId: ContactId
      readonly device: DeviceNumber
      readonly items: readonly AgainItem[]
      /** Whether the first of them begins a session. */
      readonly isNewSession: boolean
    })
  | (At & { readonly type: 'request-received'; readonly origin: EnvelopeOrigin } & ReceivedRequest)
  | PeopleInput
  /** The account's relays are others from now on: 1 to 5, no node key twice. */
  | (At & {
      readonly type: 'relays-changed'
      readonly relays: readonly RelayAddress[]
      /** One that is not among them, and from which nothing more is fetched. */
      readonly abandoned?: NodeKey | undefined
    })
  /** The person has seen what the operator of an own relay says. */
  | (At & { readonly type: 'notice-dismissed'; readonly relay: NodeKey; readonly id: string })
  /** Prekeys that `make-bundle` asked for; their private halves are in the same batch. */
  | (At & { readonly type: 'bundle-made'; readonly bundle: PrekeyBundle })
  /** Received messages were shown to the person. */
  | (At & { readonly type: 'shown'; readonly messages: readonly ShownMessage[] })
  /** The person chooses where to keep a conversation. */
  | (At & { readonly type: 'keep'; readonly contactId: ContactId; readonly wish: ShelfWish })

/** A content for all devices of a contact that can be written to. */
export interface Submission {
  readonly contactId: ContactId
  readonly content: Content
  /** The same for every device. */
  readonly contentBytes: Uint8Array
  readonly parts: readonly SubmissionPart[]
}

/** What of it one device gets. */
export interface SubmissionPart {
  readonly device: DeviceNumber
  readonly ciphertext: CiphertextOfType
  /** The revision of what rides on it about this device's messages. */
  readonly revision: number
  /** Whether it begins a session. */
  readonly isNewSession?: boolean
}

/** A content that is to go to a device once more, under the number that it had. */
export interface AgainContent {
  readonly number: number
  readonly contentBytes: Uint8Array
}

/** The same, encrypted. */
export interface AgainItem extends AgainContent {
  readonly ciphertext: CiphertextOfType
}

/** What concerns links, and who becomes a contact. */
export type PeopleInput =
  | (At & { readonly type: 'invite'; readonly invitation: NewInvitation })
  | (At & { readonly type: 'revoke-link'; readonly invitationId: string })
  /** Claimables that were asked for; their private halves are in the same batch. */
  | (At & {
      readonly type: 'claimables-made'
      readonly invitationId: string
      readonly relay: NodeKey
      readonly claimables: readonly Claimable[]
    })
  | (At & {
      readonly type: 'open-link'
      readonly contactId: ContactId
      readonly link: Uint8Array
      readonly name: string
      readonly text: string
      readonly replaces: ContactId | undefined
    })
  /** A request is accepted, as this contact, or in the conversation of another whose new identity it is. */
  | (At & {
      readonly type: 'accept-request'
      readonly contactId: ContactId
      readonly name: string
      readonly replaces: ContactId | undefined
    })
  /** `forget-failed`: whoever's link led nowhere is no contact any more. Its messages go before. */
  | (At & {
      readonly type:
        'decline-request' | 'forget-failed' | 'block' | 'unblock' | 'acknowledge-identity'
      readonly contactId: ContactId
    })
  | (At & {
      readonly type: 'verify'
      readonly contactId: ContactId
      readonly isVerified: boolean
    })
  | (At & {
      readonly type: 'claimable-opened'
      readonly contactId: ContactId
      readonly relay: NodeKey
      /** Undefined where it was not made by who made the link. */
      readonly invitation: Invitation | undefined
      readonly invitationBytes: Uint8Array
    })
  | (At & {
      readonly type: 'request-composed'
      readonly contactId: ContactId
      readonly ciphertext: CiphertextOfType
      /** Which version of our address the request carries. */
      readonly addressVersion: number
      /** In network time, as the request says. */
      readonly sentAtMs: number
    })
  | (At & { readonly type: 'rename'; readonly contactId: ContactId; readonly name: string })

/** What concerns the account's own devices. */
export type OwnDeviceInput =
  /** The home is about to be rewritten, and closed: the machine does nothing any more. */
  | (At & { readonly type: 'hand-over' })
  /** A device may come of which nothing is known here before it speaks: it is to be able to reach this one. */
  | (At & {
      readonly type: 'expect-device'
      /** Whether it is handed the address that there is now, outside any message. */
      readonly isGiven: boolean
    })
  /** A list of them was signed. */
  | (At & {
      readonly type: 'device-list-signed'
      readonly deviceList: SignedDeviceList
      /** A device that it adds, and that gets the history. */
      readonly granted: DeviceNumber | undefined
    })
  | (At & {
      readonly type: 'rename-device'
      readonly device: DeviceNumber
      readonly name: string
    })
  /** The person gives a message that is here a star, or takes it away; the choice is later than what the message has. */
  | (At & { readonly type: 'star'; readonly chosen: ChosenStar })

/** What another own device hands over, decoded. */
export type ReceivedOwn =
  | ({ readonly type: 'copy' } & ReceivedCopy)
  | ({ readonly type: 'history' } & ReceivedHistory)
  | ({ readonly type: 'link' } & ReceivedLink)

/** Messages that are deleted on all own devices, and rows without an id, which are deleted here alone. */
export interface DeletedRows {
  readonly messages: readonly DeletedName[]
  readonly messageKeys: readonly string[]
}

export interface ShownMessage {
  readonly contactId: ContactId
  readonly device: DeviceNumber
  /** 0 for what has none: something unreadable. */
  readonly number: number
  readonly messageKey: string
  /** For how many seconds it stays from now on; absent for ever, and where that is known already. */
  readonly fadeAfterS?: number | undefined
}

/** A link that this home makes. */
export interface NewInvitation {
  readonly id: string
  readonly link: string
  readonly linkSecret: Uint8Array
  readonly boxSeed: Uint8Array
  readonly requestSecretKey: Uint8Array
  readonly requestKey: Uint8Array
  /** 0 for never, which only a public address may be. */
  readonly expiresAtMs: number
  readonly isPublic: boolean
  /** Where its claimables and its request box are: those that the link names. */
  readonly relays: readonly RelayAddress[]
}

/** What the claimables of a link say of it. */
export interface LinkSecrets {
  readonly linkSecret: Uint8Array
  readonly boxSeed: Uint8Array
  readonly requestKey: Uint8Array
  readonly relays: readonly RelayAddress[]
}

/** What a guest asked, as decrypted from a request box. */
export interface ReceivedRequest {
  readonly invitationId: string
  readonly identityKey: IdentityKey
  readonly device: DeviceNumber
  readonly content: Content
  readonly request: RequestContent
}

/** What the app around the machine may show or log. */
export type PeerNotice =
  | DirectNotice
  | {
      readonly type: 'message-received'
      readonly contactId: ContactId
      /** The message's row, so that who shows it need not read it. */
      readonly row: Row
    }
  /** A message was taken back, or what became of that is known; it was edited, or somebody reacted to it. */
  | { readonly type: 'message-changed'; readonly contactId: ContactId; readonly row: Row }
  /** A word about a message was there already, or changes nothing of it. */
  | { readonly type: 'word-settled'; readonly contactId: ContactId }
  /** No message is here any more whose time has come. */
  | { readonly type: 'fading-settled' }
  /** The person deleted a message for themselves, on whatever device: its row is gone. */
  | {
      readonly type: 'message-deleted'
      readonly contactId: ContactId
      readonly messageKey: string
    }
  | {
      readonly type: 'message-state'
      readonly contactId: ContactId
      readonly messageId: MessageId
      readonly state: 'on-relay' | 'delivered' | 'read'
    }
  | {
      readonly type: 'replica-stored'
      readonly contactId: ContactId
      readonly messageId: MessageId
      readonly relayCount: number
    }
  | { readonly type: 'contact-changed'; readonly contactId: ContactId }
  | {
      readonly type: 'link-failed'
      readonly contactId: ContactId
      readonly end: 'taken' | 'expired' | 'untrusted' | 'blocked'
    }
  | {
      readonly type: 'contact-problem'
      readonly contactId: ContactId
      readonly problem: 'denied' | 'mailbox-full'
    }
  /** Somebody asks through a public address. */
  | { readonly type: 'request'; readonly contactId: ContactId }
  /** So many ask that no more of them is told of for a while. */
  | { readonly type: 'many-requests' }
  /** The oldest request gave way to a newer one. */
  | { readonly type: 'request-dropped'; readonly name: string }
  /** A link turned out to be of somebody who is here already. */
  | { readonly type: 'contact-merged'; readonly contactId: ContactId; readonly into: ContactId }
  /** A conversation goes on under another identity; where the one before was verified, nothing is sent until that was seen. */
  | {
      readonly type: 'identity-changed'
      readonly contactId: ContactId
      readonly wasVerified: boolean
    }
  /** What could not be read was sent again, or was no message: its row is gone. */
  | {
      readonly type: 'message-repaired'
      readonly contactId: ContactId
      readonly messageKey: string
    }
  | { readonly type: 'relay-changed'; readonly relay: NodeKey }
  /** The operator of an own relay says something new, which is with its relay from now on. */
  | { readonly type: 'operator-notice'; readonly relay: NodeKey; readonly id: string }
  | { readonly type: 'invitation-changed'; readonly invitationId: string }
  | { readonly type: 'drained'; readonly relay: NodeKey }
  /** Another copy of this home was seen: nothing leaves this one any more. */
  | { readonly type: 'superseded' }
  /** The account has other devices, or they have other names. */
  | { readonly type: 'devices-changed' }
  /** No relay takes anything for another own device where this one knows it to be. */
  | { readonly type: 'device-not-found'; readonly device: DeviceNumber }
  /** This device is none of the account's any more: nothing leaves it. */
  | { readonly type: 'device-removed' }
  | ({ readonly type: 'history-progress' } & HistoryProgress)

/** What the machine asks of the client, once the writes of the same `handle` are durable. */
export type PeerAppEffect =
  | DirectEffect
  | { readonly type: 'dial'; readonly relay: NodeKey; readonly addresses: readonly string[] }
  | { readonly type: 'hang-up'; readonly relay: NodeKey }
  | { readonly type: 'heartbeat'; readonly relay: NodeKey; readonly frame: Heartbeat }
  | {
      readonly type: 'request'
      readonly relay: NodeKey
      readonly number: number
      readonly request: MailboxRequest
      /** A proof to find and to add before it is sent. */
      readonly work: WorkOrder | undefined
    }
  /** Seal under `sealKey`, then deposit. */
  | {
      readonly type: 'deposit'
      readonly relay: NodeKey
      readonly number: number
      readonly mailboxId: MailboxId
      readonly depositToken: Uint8Array
      readonly sealKey: Uint8Array
      readonly envelopeId: EnvelopeId
      readonly recallHash: Uint8Array
      readonly lifetime: Lifetime
      readonly ciphertext: SealedInner
      /** Only for whoever listens at this moment. */
      readonly isLive: boolean
    }
  /** Seal to `requestKey`, find the proof that the relay asks for, then deposit into the request box. */
  | {
      readonly type: 'deposit-request'
      readonly relay: NodeKey
      readonly number: number
      readonly boxId: MailboxId
      readonly boxToken: Uint8Array
      readonly requestKey: Uint8Array
      readonly envelopeId: EnvelopeId
      readonly recallHash: Uint8Array
      readonly ciphertext: CiphertextOfType
      readonly workBits: number
      readonly challenge: Uint8Array
    }
  /** Encrypt a receipt for each of the contact's `receiptDevices` and `submit` it. */
  | { readonly type: 'compose-receipt'; readonly contactId: ContactId }
  /** Encrypt these for one device once more, in the present session or in the one that is due, and hand them in as `submit-again`. */
  | {
      readonly type: 'compose-again'
      readonly contactId: ContactId
      readonly device: DeviceNumber
      /** In the order in which they are to be encrypted. */
      readonly contents: readonly AgainContent[]
    }
  /** Tell a contact which numbers cannot be made again, and `submit` it. */
  | {
      readonly type: 'compose-unavailable'
      readonly contactId: ContactId
      readonly shown: readonly NumberRange[]
      readonly silent: readonly NumberRange[]
    }
  /** Encrypt an accept, or the word that the link was used, and `submit` it. */
  | {
      readonly type: 'compose-answer'
      readonly contactId: ContactId
      readonly answer: 'accept' | 'link-used'
    }
  /** Encrypt the present address and device list for a contact, and `submit` it. */
  | { readonly type: 'compose-address'; readonly contactId: ContactId }
  /** Encrypt the machine's `ownWord` for our own other devices, and `submit` it. */
  | { readonly type: 'compose-own' }
  /** Sign a device list, and hand it in as `device-list-signed`. */
  | { readonly type: 'sign-device-list'; readonly body: Uint8Array }
  /** Make a signed prekey and a last-resort Kyber prekey under these ids, and hand them in as `bundle-made`. */
  | {
      readonly type: 'make-bundle'
      readonly signedPrekeyId: number
      readonly kyberPrekeyId: number
    }
  /** Encrypt this text and `submit` it: it was given with a link that led to a contact. */
  | { readonly type: 'compose-text'; readonly contactId: ContactId; readonly text: string }
  /** Start a session from the invitation and encrypt the request. */
  | { readonly type: 'compose-request'; readonly contactId: ContactId }
  | {
      readonly type: 'open-claimable'
      readonly contactId: ContactId
      readonly relay: NodeKey
      readonly blob: Uint8Array
    }
  /** Make prekeys, sign and seal claimables with them, and hand them in as `claimables-made`. */
  | {
      readonly type: 'make-claimables'
      readonly invitationId: string
      readonly relay: NodeKey
      readonly count: number
      readonly expiresAtMs: number
      /** Of one more, without a one-time prekey; undefined where none is wanted. */
      readonly fallbackExpiresAtMs: number | undefined
      readonly link: LinkSecrets
    }
  | { readonly type: 'notify'; readonly notice: PeerNotice }

export interface WorkOrder {
  readonly target: WorkTarget
  readonly bits: number
}

export type PeerEffect = StorageEffect | PeerAppEffect
