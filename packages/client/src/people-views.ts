/** What a client shows of requests and of its links. */
import type { Contact, LinkKind, LinkState, OwnLink } from '@sealpost/core'
import { type ContactId, formatRelayAddress, type IdentityKey } from '@sealpost/protocol'

/** Somebody who asks through a public address. */
export interface RequestView {
  readonly contactId: ContactId
  /** What they call themselves. */
  readonly name: string
  readonly identityKey: IdentityKey
  /** What they wrote, if anything. */
  readonly text: string
  /** When it was here, durably. */
  readonly receivedAtMs: number
  /** The link that they came through. */
  readonly invitationId: string
  /** The name of a contact who is called the same, and is somebody else: maybe they pretend to be that person. */
  readonly namesake: string | undefined
}

/** A link that this home made. */
export interface LinkView {
  readonly invitationId: string
  readonly link: string
  readonly kind: LinkKind
  readonly state: LinkState
  readonly createdAtMs: number
  /** Undefined for never. */
  readonly expiresAtMs: number | undefined
  /** The name of the contact who used it. */
  readonly usedBy: string | undefined
  readonly relays: readonly {
    readonly address: string
    readonly isPublished: boolean
    /** How many more may claim there before the fallback is given; undefined where it was not counted since the start. */
    readonly claimablesLeft: number | undefined
  }[]
}

/** @param contacts everybody, to tell who is called the same. */
export function requestView(
  contact: Contact,
  contacts: readonly Contact[]
): RequestView | undefined {
  const { contactId, profileName, identityKey, request } = contact
  const namesake = contacts.find(
    (other) =>
      other.identityKey !== identityKey &&
      (other.standing === 'accepted' || other.standing === 'blocked') &&
      [other.name, other.profileName].some((name) => isAlike(name, profileName))
  )
  return request === undefined
    ? undefined
    : {
        contactId,
        name: profileName,
        identityKey,
        text: request.text,
        receivedAtMs: request.receivedAtMs,
        invitationId: request.invitationId,
        namesake: namesake?.name
      }
}

/** Whether a person may take one name for the other. */
function isAlike(a: string, b: string): boolean {
  return plain(a) === plain(b)
}

function plain(name: string): string {
  return name.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase()
}

export function linkView(link: OwnLink, contacts: readonly Contact[]): LinkView {
  const { invitationId, isPublic, state, createdAtMs, expiresAtMs, usedBy, relays } = link
  return {
    invitationId,
    link: link.link,
    kind: isPublic ? 'public' : 'one-time',
    state,
    createdAtMs,
    expiresAtMs: expiresAtMs === 0 ? undefined : expiresAtMs,
    usedBy: contacts.find(({ identityKey }) => identityKey === usedBy)?.name,
    relays: relays.map(({ relay, isPublished, left }) => ({
      address: formatRelayAddress(relay),
      isPublished,
      claimablesLeft: left
    }))
  }
}
