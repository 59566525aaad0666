/**
 * The links that this home made: published at its relays, used once, withdrawn.
 *
 * One link:
 * ```
 *   new --one relay holds its claimable--> published --first valid request--> used ----+
 *                                              |                                       +--37 days--> closed
 *                                              +--------its time is over------> expired +
 * ```
 * Whatever a relay lacks of what the state asks for is repaired whenever it is ready: registered and published before the
 * end, withdrawn after it, and the request box destroyed at the close.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type IdentityKey,
  linkIds,
  type MailboxId,
  mailboxIds,
  type MailboxAnswer,
  type NodeKey,
  relayMultihash
} from '@sealpost/protocol'
import {
  type InvitationRow,
  InvitationRowSchema,
  InvitationState,
  type PublishedRelay,
  PublishedRelaySchema
} from '@sealpost/protocol/home'
import {
  fetchToken,
  linkSecrets,
  mailboxSecrets,
  ownerToken,
  registerSubject
} from '../address/seeds.ts'
import { sha256 } from '../derive.ts'
import { type Account, relayOfRow, relayRow } from '../peer/account.ts'
import type { NewInvitation } from '../peer/effects.ts'
import type { PeerKernel } from '../peer/kernel.ts'
import type { RelayBook } from '../peer/relay-book.ts'
import type { RelaySession } from '../peer/relay-session.ts'
import type { Row } from '../tables.ts'

/** Private halves and the box stay so long after the end: a claim may be as old as its claimable, its request a month older. */
const CLOSE_AFTER_MS = 37 * 24 * 3_600_000
const RETRY_MS = 60_000

/** Where an envelope from a request box belongs. */
export interface RequestBox {
  readonly invitationId: string
  /** X-Wing secret key that opens requests. */
  readonly requestSecretKey: Uint8Array
}

export class Invitations {
  readonly #kernel: PeerKernel
  readonly #book: RelayBook
  readonly #account: () => Account
  readonly #instance: Uint8Array
  readonly #invitations = new Map<string, InvitationRow>()
  readonly #boxes = new Map<string, RequestBox>()
  /** Boxes that were drained on the connections there are, as relay and mailbox id. */
  readonly #drained = new Set<string>()

  constructor(kernel: PeerKernel, book: RelayBook, account: () => Account, instance: Uint8Array) {
    this.#kernel = kernel
    this.#book = book
    this.#account = account
    this.#instance = instance
  }

  restore(rows: readonly Row[]): void {
    for (const { key, value } of rows) {
      const row = fromBinary(InvitationRowSchema, value)
      if (row.state !== InvitationState.CLOSED) {
        this.#add(key, row)
      }
    }
  }

  create(invitation: NewInvitation): void {
    const addresses = new Map(this.#account().relays.map((relay) => [relay.nodeKey, relay]))
    const relays = invitation.claimables.map(({ relay, blob }) =>
      create(PublishedRelaySchema, {
        relay: relayRow(addresses.get(relay) ?? { nodeKey: relay, addresses: [] }),
        claimable: blob
      })
    )
    const row = create(InvitationRowSchema, {
      linkSecret: invitation.linkSecret,
      boxSeed: invitation.boxSeed,
      requestSecretKey: invitation.requestSecretKey,
      createdAtMs: this.#kernel.atMs,
      expiresAtMs: invitation.expiresAtMs,
      state: InvitationState.NEW,
      relays,
      link: invitation.link
    })
    this.#save(invitation.id, row)
    this.#add(invitation.id, row)
    for (const session of this.#book.all()) {
      if (session.isReady) {
        this.ready(session)
      }
    }
  }

  /** Whether some relay answers for a link. */
  isPublished(id: string): boolean {
    const row = this.#invitations.get(id)
    return row !== undefined && row.state !== InvitationState.NEW
  }

  /** A relay has delivered all that a request box held. */
  drained(relay: NodeKey, mailboxId: MailboxId): void {
    if (this.find(relay, mailboxId) !== undefined) {
      this.#drained.add(`${relay} ${mailboxId}`)
    }
  }

  /** Whether that is so for every box that was published at a relay. */
  isDrained(relay: NodeKey): boolean {
    for (const row of this.#invitations.values()) {
      const isPublished = row.relays.some(
        (published) => published.relay?.nodeKey === relay && published.storeId !== ''
      )
      if (
        isPublished &&
        !this.#drained.has(`${relay} ${mailboxSecrets(row.boxSeed, relay).mailboxId}`)
      ) {
        return false
      }
    }
    return true
  }

  /** Whose request box a mailbox is. */
  find(relay: NodeKey, mailboxId: MailboxId): RequestBox | undefined {
    return this.#boxes.get(`${relay} ${mailboxId}`)
  }

  /** What a request that came through a link makes of it: the first one within its time uses it. */
  judge(id: string, identityKey: IdentityKey, sentAtMs: number): 'accept' | 'repeat' | 'too-late' {
    const row = this.#invitations.get(id)
    if (row?.state === InvitationState.USED && row.usedBy === identityKey) {
      return 'repeat'
    }
    const isOpen = row?.state === InvitationState.NEW || row?.state === InvitationState.PUBLISHED
    const wasInTime =
      row?.state === InvitationState.EXPIRED && row.usedBy === '' && sentAtMs <= row.expiresAtMs
    return isOpen || wasInTime ? 'accept' : 'too-late'
  }

  use(id: string, identityKey: IdentityKey): void {
    const row = this.#invitations.get(id)
    if (row !== undefined) {
      row.usedBy = identityKey
      this.#end(id, row, InvitationState.USED)
    }
  }

  ready(session: RelaySession): void {
    for (const box of this.#drained) {
      if (box.startsWith(session.nodeKey)) {
        this.#drained.delete(box)
      }
    }
    for (const [id, row] of this.#invitations) {
      const published = row.relays.find(({ relay }) => relay?.nodeKey === session.nodeKey)
      if (published !== undefined) {
        this.#repair(session, id, row, published)
      }
    }
  }

  #add(id: string, row: InvitationRow): void {
    this.#invitations.set(id, row)
    for (const { relay } of row.relays) {
      const address = relayOfRow(relay)
      const { mailboxId } = mailboxSecrets(row.boxSeed, address.nodeKey)
      this.#boxes.set(`${address.nodeKey} ${mailboxId}`, {
        invitationId: id,
        requestSecretKey: row.requestSecretKey
      })
      this.#book.want(address, `invitation ${id}`)
    }
    this.#armTimer(id, row)
  }

  #armTimer(id: string, row: InvitationRow): void {
    const atMs = isEnded(row) ? row.endedAtMs + CLOSE_AFTER_MS : row.expiresAtMs
    this.#kernel.setTimer(`invitation ${id}`, atMs, () => {
      if (isEnded(row)) {
        this.#close(id, row)
      } else {
        this.#end(id, row, InvitationState.EXPIRED)
      }
    })
  }

  #end(id: string, row: InvitationRow, state: InvitationState): void {
    row.state = state
    row.endedAtMs = this.#kernel.atMs
    for (const published of row.relays) {
      published.claimable = new Uint8Array(0)
    }
    this.#save(id, row)
    this.#armTimer(id, row)
    this.#repairEverywhere(id, row)
    this.#kernel.notify({ type: 'invitation-changed', invitationId: id })
  }

  #repairEverywhere(id: string, row: InvitationRow): void {
    for (const published of row.relays) {
      const session = this.#book.get(relayOfRow(published.relay).nodeKey)
      if (session?.isReady === true) {
        this.#repair(session, id, row, published)
      }
    }
  }

  #repair(session: RelaySession, id: string, row: InvitationRow, published: PublishedRelay): void {
    if (!isEnded(row)) {
      if (published.storeId === session.storeId) {
        this.#subscribe(session, row)
      } else {
        this.#publish(session, id, row, published)
      }
      return
    }
    if (this.#kernel.atMs >= row.endedAtMs + CLOSE_AFTER_MS) {
      this.#destroyBox(session, id, row, published)
      return
    }
    if (!published.isWithdrawn) {
      this.#withdraw(session, id, row, published)
    }
    this.#subscribe(session, row)
  }

  /** Registers the link and its box, then stores the claimable. */
  #publish(session: RelaySession, id: string, row: InvitationRow, published: PublishedRelay): void {
    const { info, nodeKey, storeId } = session
    if (info === undefined || storeId === undefined) {
      return
    }
    const { ownerSecret } = this.#account()
    const link = linkSecrets(row.linkSecret, nodeKey)
    const owner = ownerToken(ownerSecret, nodeKey, link.linkId)
    const box = mailboxSecrets(row.boxSeed, nodeKey)
    const registrations = [
      {
        type: 'link' as const,
        linkId: link.linkId,
        claimHash: sha256(link.claimToken),
        ownerHash: sha256(owner)
      },
      {
        type: 'mailbox' as const,
        mailboxId: box.mailboxId,
        depositHash: sha256(box.depositToken),
        fetchHash: sha256(fetchToken(ownerSecret, nodeKey, box.mailboxId)),
        kind: 'request' as const,
        isQuiet: true
      }
    ]
    const subject = registerSubject([
      linkIds.toBytes(link.linkId),
      mailboxIds.toBytes(box.mailboxId)
    ])
    const target = {
      relay: relayMultihash(nodeKey),
      challenge: info.challenge,
      verb: 'register' as const,
      subject
    }
    const work = info.workBits === 0 ? undefined : { target, bits: info.workBits }
    session.request(
      { type: 'register', registrations, work: undefined },
      (answer) => {
        if (
          answer?.type !== 'registered' ||
          answer.outcomes.some((outcome) => outcome !== 'done')
        ) {
          this.#later(session, id)
          return
        }
        this.#subscribe(session, row)
        this.#put(session, row, published, (stored) => {
          if (stored?.type !== 'claimables-stored') {
            this.#later(session, id)
            return
          }
          published.storeId = storeId
          if (row.state === InvitationState.NEW) {
            row.state = InvitationState.PUBLISHED
          }
          this.#save(id, row)
          this.#kernel.notify({ type: 'invitation-changed', invitationId: id })
        })
      },
      work
    )
  }

  /** Replaces what the relay hands out: by our one claimable, or after the end by nothing. */
  #put(
    session: RelaySession,
    row: InvitationRow,
    published: PublishedRelay,
    answered: (answer: MailboxAnswer | undefined) => void
  ): void {
    const { linkId } = linkSecrets(row.linkSecret, session.nodeKey)
    const claimables = isEnded(row)
      ? []
      : [{ blob: published.claimable, expiresAtMs: row.expiresAtMs, isFallback: false }]
    session.request(
      {
        type: 'put-claimables',
        linkId,
        ownerToken: ownerToken(this.#account().ownerSecret, session.nodeKey, linkId),
        claimables,
        replaceAll: true
      },
      answered
    )
  }

  #withdraw(
    session: RelaySession,
    id: string,
    row: InvitationRow,
    published: PublishedRelay
  ): void {
    this.#put(session, row, published, (answer) => {
      const isGone = answer?.type === 'claimables-stored' || isDenied(answer)
      if (isGone) {
        published.isWithdrawn = true
        this.#save(id, row)
      }
    })
  }

  #subscribe(session: RelaySession, row: InvitationRow): void {
    const { mailboxId } = mailboxSecrets(row.boxSeed, session.nodeKey)
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, mailboxId)
    session.request(
      {
        type: 'subscribe',
        instance: this.#instance,
        subscriptions: [{ mailboxId, fetchToken: token }]
      },
      () => undefined
    )
  }

  #destroyBox(
    session: RelaySession,
    id: string,
    row: InvitationRow,
    published: PublishedRelay
  ): void {
    const { mailboxId } = mailboxSecrets(row.boxSeed, session.nodeKey)
    const token = fetchToken(this.#account().ownerSecret, session.nodeKey, mailboxId)
    session.request({ type: 'destroy', mailboxId, fetchToken: token }, (answer) => {
      if (answer?.type === 'destroyed' || isDenied(answer)) {
        published.isBoxDestroyed = true
        this.#close(id, row)
      }
    })
  }

  /** Forgets the keys now; the row stays until every relay has destroyed the box. */
  #close(id: string, row: InvitationRow): void {
    if (row.relays.every(({ isBoxDestroyed }) => isBoxDestroyed)) {
      row.state = InvitationState.CLOSED
      this.#kernel.erase('invitation', id)
      this.#invitations.delete(id)
      for (const { relay } of row.relays) {
        this.#book.unwant(relayOfRow(relay).nodeKey, `invitation ${id}`)
      }
      return
    }
    row.requestSecretKey = new Uint8Array(0)
    this.#save(id, row)
    this.#repairEverywhere(id, row)
  }

  #later(session: RelaySession, id: string): void {
    this.#kernel.setTimer(`publish ${id} ${session.nodeKey}`, this.#kernel.atMs + RETRY_MS, () => {
      const row = this.#invitations.get(id)
      const published = row?.relays.find(({ relay }) => relay?.nodeKey === session.nodeKey)
      if (row !== undefined && published !== undefined && session.isReady) {
        this.#repair(session, id, row, published)
      }
    })
  }

  #save(id: string, row: InvitationRow): void {
    this.#kernel.write('invitation', id, toBinary(InvitationRowSchema, row))
  }
}

function isEnded(row: InvitationRow): boolean {
  return row.state !== InvitationState.NEW && row.state !== InvitationState.PUBLISHED
}

function isDenied(answer: MailboxAnswer | undefined): boolean {
  return answer?.type === 'refused' && answer.reason === 'denied'
}
